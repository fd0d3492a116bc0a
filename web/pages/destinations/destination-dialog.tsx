import { Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { destinationModes, originOf } from "../../../shared/destinations.ts";
import { setDestinationInput } from "../../../shared/inputs/landing.ts";
import type { DestinationScopeView } from "../../../shared/views/destinations.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { NarrowerScopes } from "../../components/narrower-scopes.tsx";
import { ModeField, ScopeHistory } from "../../components/scope-dialogs.tsx";
import { scopeLabelInFull, type ScopeView } from "../../components/scopes.tsx";
import { trpc } from "../../trpc.ts";
import { destinationLabels } from "./destination-labels.ts";

type Props = {
  scope: DestinationScopeView;
  /** All scopes. */
  scopes: readonly DestinationScopeView[];
  view: ScopeView;
  allowed: ReadonlySet<string>;
  onClose(): void;
};

export function DestinationDialog({ view, onClose, ...form }: Props) {
  const title = `${view === "edit" ? "Destination" : "History of the destination"} for ${scopeLabelInFull(form.scope)}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => (view === "edit" ? <DestinationForm {...form} close={close} /> : <History scope={form.scope} />)}
    </Dialog>
  );
}

function DestinationForm({ scope, scopes, allowed, close }: Omit<Props, "view" | "onClose"> & { close(): void }) {
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.destinations.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.destinations.pathFilter()),
    }),
  );
  const { offerId, planId, own } = scope;
  const isForAll = offerId === null;
  const [seenVersion] = useState(own?.version ?? 0);
  const action = useActionForm({
    subject: `destination ${offerId} ${planId}`,
    schema: setDestinationInput,
    initialValues: {
      offerId,
      planId,
      mode: own ? own.mode : isForAll ? ("page" as const) : null,
      url: own?.url ?? "",
      opensOnReturn: own?.opensOnReturn ?? false,
      addsOrigin: false,
      seenVersion,
      reason: "",
    },
    send: set.mutateAsync,
    successMessage: "Saved. The landing page uses the new destination.",
    close,
  });
  const { form } = action;
  const { mode } = form.values;
  const hasAddress = mode !== null && mode !== "page";
  const origin = originOf(form.values.url.trim());
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Purchasers are sent to this address with their name, email address and purchase, from the next visit on. Use
          only an address of your own product.
        </p>
      }
      submitLabel="Save"
      reason={form.getInputProps("reason")}
      close={close}
    >
      <NarrowerScopes
        scope={scope}
        scopes={scopes}
        hasOwn={({ own }) => own !== null && own.mode !== null}
        own={["a destination of its own", "destinations of their own"]}
      />
      <ModeField
        legend={`Purchasers of ${scopeLabelInFull(scope)} go to`}
        modes={destinationModes}
        labels={destinationLabels}
        value={mode}
        inheritLabel={isForAll ? null : `Inherit the destination of ${planId === null ? "all offers" : "the offer"}`}
        error={form.errors["mode"]}
        onChange={(value) => form.setFieldValue("mode", value)}
      />
      {hasAddress && (
        <>
          <TextInput
            label="Address in your product"
            description="Its origin is the audience of the handoff, which is added as the parameter “handoff”."
            placeholder="https://app.contoso.example/welcome"
            maxLength={500}
            {...form.getInputProps("url")}
          />
          {origin !== null && !allowed.has(origin) && (
            <Checkbox
              label={`Also add ${origin} to the allowed origins`}
              description="Purchasers are only sent to allowed origins, and this one is not listed."
              {...form.getInputProps("addsOrigin", { type: "checkbox" })}
            />
          )}
          <Checkbox
            label="Return visits to an active subscription open the product without the landing page"
            {...form.getInputProps("opensOnReturn", { type: "checkbox" })}
          />
        </>
      )}
    </ActionForm>
  );
}

function History({ scope: { offerId, planId } }: { scope: DestinationScopeView }) {
  const history = useQuery(trpc.destinations.history.queryOptions({ offerId, planId }));
  return (
    <ScopeHistory
      query={history}
      summary={({ mode, url }) =>
        mode === null ? "Inherited" : `${destinationLabels[mode].name}${url === null ? "" : `: ${url}`}`
      }
    />
  );
}

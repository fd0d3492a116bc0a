import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { activationModes } from "../../../shared/activation-policies.ts";
import { setActivationPolicyInput } from "../../../shared/inputs/policies.ts";
import type { PolicyScopeView } from "../../../shared/views/activation-policies.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { NarrowerScopes } from "../../components/narrower-scopes.tsx";
import { ModeField, ScopeHistory } from "../../components/scope-dialogs.tsx";
import { scopeLabelInFull, type ScopeView } from "../../components/scopes.tsx";
import { trpc } from "../../trpc.ts";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { activationPolicyLabels } from "./policy-labels.ts";

type Props = {
  scope: PolicyScopeView;
  /** All scopes. */
  scopes: readonly PolicyScopeView[];
  view: ScopeView;
  hasKey: boolean;
  onClose(): void;
};

export function PolicyDialog({ view, onClose, ...form }: Props) {
  const title = `${view === "edit" ? "Activation policy" : "History of the activation policy"} for ${scopeLabelInFull(form.scope)}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => (view === "edit" ? <PolicyForm {...form} close={close} /> : <History scope={form.scope} />)}
    </Dialog>
  );
}

function PolicyForm({ scope, scopes, hasKey, close }: Omit<Props, "view" | "onClose"> & { close(): void }) {
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.policies.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.policies.pathFilter()),
    }),
  );
  const { offerId, planId, own } = scope;
  const isForAll = offerId === null;
  const [seenVersion] = useState(own?.version ?? 0);
  const action = useActionForm({
    subject: `activation policy ${offerId} ${planId}`,
    schema: setActivationPolicyInput,
    initialValues: { offerId, planId, mode: own ? own.mode : isForAll ? "immediately" : null, seenVersion, reason: "" },
    send: set.mutateAsync,
    successMessage: (outcome) =>
      policyOutcomeMessage(outcome, "Saved. The policy applies to purchases that are confirmed from now on."),
    close,
  });
  const { form } = action;
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          The policy applies to purchases that are confirmed from now on. Purchases that are already confirmed keep the
          policy that the purchaser was shown.
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
        own={["a policy of its own", "policies of their own"]}
      />
      <ModeField
        legend={`Activate purchases of ${scopeLabelInFull(scope)}`}
        modes={activationModes}
        labels={activationPolicyLabels}
        value={form.values.mode}
        inheritLabel={isForAll ? null : `Inherit the policy of ${planId === null ? "all offers" : "the offer"}`}
        error={form.errors["mode"]}
        onChange={(mode) => form.setFieldValue("mode", mode)}
      >
        {form.values.mode === "product" && !hasKey && (
          <p className="trouble">
            There is no active API key. <Link to="/settings/api-keys">Create a key</Link> for your product first.
          </p>
        )}
      </ModeField>
    </ActionForm>
  );
}

function History({ scope: { offerId, planId } }: { scope: PolicyScopeView }) {
  const history = useQuery(trpc.policies.history.queryOptions({ offerId, planId }));
  return (
    <ScopeHistory
      query={history}
      summary={({ mode }) => (mode === null ? "Inherited" : activationPolicyLabels[mode].name)}
    />
  );
}

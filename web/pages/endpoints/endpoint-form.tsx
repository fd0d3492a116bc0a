/** Creates an endpoint, or changes one. */
import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { createEndpointInput, editEndpointInput } from "../../../shared/inputs/outbox.ts";
import { eventKinds } from "../../../shared/product.ts";
import type { z } from "zod";
import type { EndpointView } from "../../../shared/views/endpoints.ts";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { AllOrSome } from "./all-or-some.tsx";
import { OffersChoice } from "./offers-choice.tsx";
import * as formStyles from "../../components/form.module.css";

/** @param endpoint null: a new one */
export function EndpointDialog({ endpoint, onClose }: { endpoint: EndpointView | null; onClose(): void }) {
  const [secret, setSecret] = useState<string | null>(null);
  const title = secret ? "Secret of the endpoint" : endpoint ? `Edit endpoint “${endpoint.name}”` : "Create endpoint";
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      {(close) =>
        secret ? (
          <EndpointSecret secret={secret} close={close} />
        ) : (
          <EndpointForm endpoint={endpoint} onCreated={setSecret} close={close} />
        )
      }
    </Dialog>
  );
}

const endpointInput = createEndpointInput.extend(editEndpointInput.pick({ seenVersion: true }).shape);
type EndpointInput = z.infer<typeof endpointInput>;

type FormProps = { endpoint: EndpointView | null; onCreated(secret: string): void; close(): void };

function EndpointForm({ endpoint, onCreated, close }: FormProps) {
  const queryClient = useQueryClient();
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.endpoints.pathFilter()) };
  const create = useMutation(trpc.endpoints.create.mutationOptions(refresh));
  const edit = useMutation(trpc.endpoints.edit.mutationOptions(refresh));
  const { form, submit, problem, isSending, draftStatus } = useSettingsForm<EndpointInput, string | null>({
    subject: `endpoint ${endpoint?.id ?? "new"}`,
    schema: endpointInput,
    stored: {
      name: endpoint?.name ?? "",
      address: endpoint?.address ?? "",
      eventTypes: endpoint?.eventTypes ?? null,
      offerIds: endpoint?.offerIds ?? null,
      seenVersion: endpoint?.version ?? "",
    },
    changedByName: endpoint?.changed?.byName,
    changedAt: endpoint?.changed?.at,
    async send({ seenVersion, ...values }) {
      if (!endpoint) return (await create.mutateAsync(values)).secret;
      await edit.mutateAsync({ id: endpoint.id, ...values, seenVersion });
      return null;
    },
    onSaved(secret) {
      if (secret !== null) return onCreated(secret);
      announce(`Endpoint “${form.getValues().name.trim()}” saved`);
      close();
    },
    failedTitle: endpoint ? "The endpoint was not changed" : "The endpoint was not created",
  });
  const { eventTypes, offerIds } = form.values;
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <DraftStatusLine of={draftStatus} what="this endpoint" />
      <TextInput
        label="Name"
        description="The system that receives the messages, such as “Production”."
        autoComplete="off"
        data-autofocus
        maxLength={60}
        {...form.getInputProps("name")}
      />
      <TextInput
        label="Address"
        description="A public https:// address. Redirects are not followed."
        placeholder="https://"
        autoComplete="off"
        inputMode="url"
        maxLength={1_000}
        {...form.getInputProps("address")}
      />
      <AllOrSome
        legend="Event types"
        allLabel="All, including types added in later versions"
        chosenLabel="Only these"
        chosen={eventTypes}
        choices={eventKinds.map((kind) => ({ value: kind, label: eventMeanings[kind].name, note: kind }))}
        onChange={(chosen) => form.setFieldValue("eventTypes", chosen)}
        problem={form.errors["eventTypes"]}
      />
      <OffersChoice
        offerIds={offerIds}
        onChange={(chosen) => form.setFieldValue("offerIds", chosen)}
        problem={form.errors["offerIds"]}
      />
      <FormFooter
        problem={problem}
        submitLabel={endpoint ? "Save endpoint" : "Create endpoint"}
        isSending={isSending}
        lostAnswerNote={
          endpoint ? undefined : "The secret was in the response and cannot be shown again. Rotate the secret."
        }
        close={close}
      />
    </form>
  );
}

/** Shows the secret of a new endpoint, or the new one of an endpoint. */
export function EndpointSecret({ secret, close }: { secret: string; close(): void }) {
  return (
    <ShownOnce text={secret} of="the secret" close={close}>
      Copy the secret now: it cannot be shown again. Your product verifies with it that messages come from Marketdesk,
      as Standard Webhooks 1.0 describes. Store it like a password.
    </ShownOnce>
  );
}

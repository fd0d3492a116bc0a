import { Textarea, TextInput } from "@mantine/core";
import { schemaResolver } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { defaultApiKeyLifetime } from "../../../shared/api-scopes.ts";
import { type MakeApiKeyInput, makeApiKeyInput, revokeApiKeyInput } from "../../../shared/inputs/keys.ts";
import type { ApiKeyView } from "../../../shared/views/api-keys.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { RestoredDraftLine, useDraftedForm } from "../../components/drafted-form.tsx";
import { onLateSuccess } from "../../sending/late-success.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { FormFooter } from "../../components/form-footer.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { ExpiryField, PermissionsField } from "./key-fields.tsx";
import * as formStyles from "../../components/form.module.css";

function useRefresh() {
  const queryClient = useQueryClient();
  return { onSettled: () => queryClient.invalidateQueries(trpc.keys.pathFilter()) };
}

export function MakeKeyDialog({ onClose }: { onClose(): void }) {
  const [createdKey, setMade] = useState<{ name: string; key: string } | null>(null);
  return (
    <Dialog title={createdKey ? `API key “${createdKey.name}”` : "Create API key"} onClose={onClose}>
      {(close) =>
        createdKey ? (
          <ShownOnce text={createdKey.key} of="the key" close={close}>
            Copy the key now: it cannot be shown again. Anyone who has the key can use its permissions on behalf of your
            product, so store it like a password.
          </ShownOnce>
        ) : (
          <MakeForm onMade={setMade} close={close} />
        )
      }
    </Dialog>
  );
}

type KeyValues = Required<MakeApiKeyInput>;

type MakeFormProps = { onMade(createdKey: { name: string; key: string }): void; close(): void };

function MakeForm({ onMade, close }: MakeFormProps) {
  const make = useMutation(trpc.keys.make.mutationOptions(useRefresh()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const initialValues: KeyValues = {
    name: "",
    // No permission is preselected: a key gets only what it needs.
    scopes: [],
    expiresInDays: defaultApiKeyLifetime,
    reason: "",
  };
  const { form, restored, forgetDraft } = useDraftedForm<KeyValues>({
    subject: "create API key",
    initialValues,
    validate: schemaResolver(makeApiKeyInput, { sync: true }),
  });
  const { expiresInDays } = form.values;
  async function send(values: KeyValues) {
    setProblem(null);
    try {
      const { key } = await make.mutateAsync(values);
      forgetDraft();
      onMade({ name: values.name.trim(), key });
    } catch (error) {
      onLateSuccess(error, forgetDraft);
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error, "The key was not created"));
    }
  }
  return (
    <form onSubmit={form.onSubmit((values) => void send(values))} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <TextInput
        label="Name"
        description="The system that will use the key, such as “Production”."
        autoComplete="off"
        data-autofocus
        maxLength={60}
        {...form.getInputProps("name")}
      />
      <PermissionsField
        scopes={form.values.scopes}
        onChange={(scopes) => form.setFieldValue("scopes", scopes)}
        problem={form.errors["scopes"]}
      />
      <ExpiryField days={expiresInDays} onChange={(days) => form.setFieldValue("expiresInDays", days)} />
      {expiresInDays === null && (
        <Textarea
          label="Reason"
          description="Why this key never expires. Stored in the audit trail."
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
      )}
      <FormFooter
        problem={problem}
        submitLabel="Create key"
        cancelLabel="Cancel"
        isSending={make.isPending}
        lostAnswerNote="The key was in the response and cannot be shown again. Revoke it and create another key."
        close={close}
      />
    </form>
  );
}

export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKeyView; onClose(): void }) {
  return (
    <Dialog title={`Revoke key “${apiKey.name}”`} onClose={onClose}>
      {(close) => <RevokeForm apiKey={apiKey} close={close} />}
    </Dialog>
  );
}

function RevokeForm({ apiKey, close }: { apiKey: ApiKeyView; close(): void }) {
  const revoke = useMutation(trpc.keys.revoke.mutationOptions(useRefresh()));
  const action = useActionForm({
    subject: `revoke key ${apiKey.id}`,
    schema: revokeApiKeyInput,
    initialValues: { id: apiKey.id, reason: "" },
    send: revoke.mutateAsync,
    successMessage: `Key “${apiKey.name}” revoked`,
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Calls with this key are rejected immediately. This cannot be undone; what was confirmed with the key stays. If
          your product still uses the key, give it another key first. Without a key it receives no changes, and
          activations that wait for your product keep waiting.
        </p>
      }
      submitLabel="Revoke key"
      isDangerous
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

import { Checkbox, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { defaultHoldFactor } from "../../../shared/usage.ts";
import { usageSettingsInput } from "../../../shared/inputs/usage.ts";
import type { UsageStatusView } from "../../../shared/views/usage.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { trpc } from "../../trpc.ts";
import { HoldPreview } from "./hold-preview.tsx";
import * as formStyles from "../../components/form.module.css";

type Props = { settings: UsageStatusView["settings"]; onClose(): void };

export function SettingsDialog({ settings, onClose }: Props) {
  return (
    <Dialog title="Change settings" onClose={onClose}>
      {(close) => <SettingsForm settings={settings} close={close} />}
    </Dialog>
  );
}

function SettingsForm({ settings, close }: { settings: UsageStatusView["settings"]; close(): void }) {
  const save = useMutation(trpc.usage.setSettings.mutationOptions());
  const { version: seenVersion, ...current } = settings;
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: "usage settings",
    schema: usageSettingsInput,
    initialValues: { ...current, seenVersion, reason: "" },
    send: save.mutateAsync,
    successMessage: "Settings saved",
    close,
  });
  const factor = form.values.holdFactor;
  const grace = form.getInputProps("graceMinutes");
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <NumberField
        label="Minutes until an hour is sealed"
        description="Your product can report usage of an hour until then. Later usage is billed in the next hour."
        data-autofocus
        {...grace}
        value={form.values.graceMinutes}
        onChange={(value) => form.setFieldValue("graceMinutes", value ?? Number.NaN)}
      />
      <Checkbox
        label="Hold unusual usage until staff decide"
        checked={factor !== null}
        onChange={(event) => form.setFieldValue("holdFactor", event.currentTarget.checked ? defaultHoldFactor : null)}
      />
      {factor !== null && (
        <NumberField
          label="Times the highest hour of the last 30 days"
          description="Customers with fewer than 24 hours of usage are not compared."
          {...form.getInputProps("holdFactor")}
          value={factor}
          onChange={(value) => form.setFieldValue("holdFactor", value ?? Number.NaN)}
        />
      )}
      {factor !== null && <HoldPreview factor={factor} />}
      <Checkbox
        label="Show purchasers their usage on the landing page of an active subscription"
        {...form.getInputProps("isShownToPurchasers", { type: "checkbox" })}
      />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps("reason")} />
      <FormFooter problem={problem} submitLabel="Change settings" isSending={isSending} close={close} />
    </form>
  );
}

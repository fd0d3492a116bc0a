import { Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { unlimited } from "../../../shared/usage.ts";
import { setIncludedInput } from "../../../shared/inputs/usage.ts";
import type { DimensionView } from "../../../shared/views/usage.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { DecimalField } from "../../components/decimal-field.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

type Props = { dimension: DimensionView; onClose(): void };

export function IncludedDialog({ dimension, onClose }: Props) {
  return (
    <Dialog title="Set included quantity" onClose={onClose}>
      {(close) => <IncludedForm dimension={dimension} close={close} />}
    </Dialog>
  );
}

function IncludedForm({ dimension: of, close }: { dimension: DimensionView; close(): void }) {
  const save = useMutation(trpc.usage.setIncluded.mutationOptions());
  const { offerId, planId, dimension, version: seenVersion } = of;
  const [first] = of.included;
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: `included quantity ${offerId} ${planId} ${dimension}`,
    schema: setIncludedInput,
    initialValues: {
      offerId,
      planId,
      dimension,
      seenVersion,
      termUnit: first?.termUnit ?? "P1M",
      included: first?.quantity ?? "",
      reason: "",
    },
    send: save.mutateAsync,
    successMessage: "Included quantity saved",
    close,
  });
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <p>
        What {of.planName} includes of {of.name} in each term. The quantity applies to hours that are sealed from now
        on; usage that Microsoft has accepted cannot be taken back.
      </p>
      <TextInput
        label="Billing term"
        description="P1M is a month, P1Y a year"
        maxLength={6}
        {...form.getInputProps("termUnit")}
      />
      <DecimalField
        label="Included quantity"
        description={`Unit: ${of.unit ?? "unknown"}. Or enter the word ${unlimited}.`}
        word={unlimited}
        data-autofocus
        {...form.getInputProps("included")}
        value={form.values.included}
      />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps("reason")} />
      <FormFooter problem={problem} submitLabel="Set included quantity" isSending={isSending} close={close} />
    </form>
  );
}

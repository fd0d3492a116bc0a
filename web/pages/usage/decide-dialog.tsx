import { Radio, Stack, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { decideUsageInput, type UsageDecision } from "../../../shared/inputs/usage.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { DecimalField } from "../../components/decimal-field.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { formatHour } from "../../text/format.ts";
import { quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import { problemWords } from "./usage-words.ts";
import * as formStyles from "../../components/form.module.css";

type Props = { row: UsageRow; onClose(): void };

export function DecideDialog({ row, onClose }: Props) {
  return (
    <Dialog title="Decide on usage" onClose={onClose}>
      {(close) => <DecideForm row={row} close={close} />}
    </Dialog>
  );
}

function describeDrop({ isCounted, carried }: UsageRow): string {
  if (isCounted) return "The usage is not billed, but counts toward the included quantity. This cannot be undone.";
  const others =
    carried === "0" ? "" : " This also applies to late usage of other hours that was carried into this hour.";
  return `The usage is not billed and does not count toward the included quantity.${others} This cannot be undone.`;
}

function describeBill({ isCounted, billable, unit }: UsageRow): string {
  const quantity = quantityIn(billable ?? "0", unit);
  return isCounted
    ? `Microsoft would bill ${quantity}.`
    : `When this hour was sealed, ${quantity} exceeded the included quantity.`;
}

function choicesFor(row: UsageRow): { value: UsageDecision; label: string; description: string }[] {
  const { state, problem } = row;
  const drop = { value: "drop" as const, label: "Drop", description: describeDrop(row) };
  const correct = {
    value: "correct" as const,
    label: "Correct",
    description: "Another quantity was used. The correction stays on record.",
  };
  if (problem === "TooLarge") return [correct, drop];
  if (state === "held") {
    return [
      {
        value: "send",
        label: "Send as reported",
        description: "The quantity is correct. Microsoft bills what exceeds the included quantity.",
      },
      correct,
      drop,
    ];
  }
  if (problem === "DifferentDuplicate") {
    return [
      { value: "adopt", label: "Adopt", description: "Microsoft's earlier quantity counts for this hour." },
      drop,
    ];
  }
  return [{ value: "send", label: "Send again", description: "The cause of the rejection is corrected." }, drop];
}

/** Our words are phrases; Microsoft's are sentences. */
function withFullStop(words: string): string {
  return words.endsWith(".") ? words : `${words}.`;
}

function DecideForm({ row, close }: { row: UsageRow; close(): void }) {
  const decide = useMutation(trpc.usage.decide.mutationOptions());
  const choices = choicesFor(row);
  const words = problemWords(row);
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: `decide usage ${row.id}`,
    schema: decideUsageInput,
    // No decision is preselected: some lead to a bill, and none can be undone.
    initialValues: { id: row.id, decision: "" as UsageDecision, quantity: row.usage, reason: "" },
    send: decide.mutateAsync,
    successMessage: "Decision saved",
    close,
  });
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <p>
        {quantityIn(row.usage, row.unit)} of {row.dimensionName}, {row.subscriptionName},{" "}
        {formatHour(Date.parse(row.hour))}. {describeBill(row)} {words !== null && withFullStop(words)}
      </p>
      {row.detail !== null && row.detail !== words && <p className="dim">Microsoft: {row.detail}</p>}
      <Radio.Group label="Decision" {...form.getInputProps("decision")}>
        <Stack gap={6}>
          {choices.map((choice) => (
            <Radio key={choice.value} {...choice} />
          ))}
        </Stack>
      </Radio.Group>
      {form.values.decision === "correct" && (
        <DecimalField
          label="Usage of this hour"
          description="All usage, before the included quantity is subtracted"
          {...form.getInputProps("quantity")}
          value={form.values.quantity}
        />
      )}
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps("reason")} />
      <FormFooter
        problem={problem}
        submitLabel="Save decision"
        isSending={isSending}
        isDangerous={form.values.decision === "drop"}
        close={close}
      />
    </form>
  );
}

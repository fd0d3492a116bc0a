import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { enterUsageInput } from "../../../shared/inputs/usage.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { DecimalField } from "../../components/decimal-field.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

type Props = { subscriptionId: string; onClose(): void };

export function EnterDialog({ subscriptionId, onClose }: Props) {
  return (
    <Dialog title="Enter usage" onClose={onClose}>
      {(close) => <EnterForm subscriptionId={subscriptionId} close={close} />}
    </Dialog>
  );
}

const minuteMs = 60_000;

/** An instant as the browser's field shows it: without seconds, in the reader's time zone. */
function localTimeOf(instant: string): string {
  if (instant === "") return "";
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * minuteMs).toISOString().slice(0, 16);
}

type TimeFieldProps = { value: string; error?: ReactNode; onChange(instant: string): void };

/** Shows what was typed as it was typed: with a year of one digit, it is an instant of a zone that was not at whole minutes. */
function TimeField({ value, onChange, ...others }: TimeFieldProps) {
  const [typed, setTyped] = useState({ text: localTimeOf(value), value });
  return (
    <TextInput
      {...others}
      label="Time of the usage"
      description="In your time zone. Microsoft accepts usage for 24 hours."
      type="datetime-local"
      value={typed.value === value ? typed.text : localTimeOf(value)}
      onChange={(event) => {
        const { value: text } = event.currentTarget;
        const instant = text === "" ? "" : new Date(text).toISOString();
        setTyped({ text, value: instant });
        onChange(instant);
      }}
    />
  );
}

function EnterForm({ subscriptionId, close }: { subscriptionId: string; close(): void }) {
  const enter = useMutation(trpc.usage.enter.mutationOptions());
  const dimensions = useQuery(trpc.usage.dimensions.queryOptions());
  const names = new Map(dimensions.data?.map(({ dimension, name }) => [dimension, name]));
  const [entry] = useState(() => ({
    id: `staff ${crypto.randomUUID()}`,
    time: new Date(Math.floor(Date.now() / minuteMs) * minuteMs).toISOString(),
  }));
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: `enter usage ${subscriptionId}`,
    schema: enterUsageInput,
    initialValues: {
      ...entry,
      subscriptionId,
      dimension: "",
      quantity: "",
      reason: "",
    },
    send: enter.mutateAsync,
    successMessage: "Usage entered",
    close,
  });
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <p>
        For usage that your product did not report. It counts like reported usage, and Microsoft bills what exceeds the
        included quantity.
      </p>
      <TextInput
        label="Subscription ID"
        maxLength={200}
        data-autofocus={subscriptionId === "" || undefined}
        {...form.getInputProps("subscriptionId")}
      />
      <NativeSelect
        label="Dimension"
        data={[
          { value: "", label: "Choose a dimension" },
          ...[...names].map(([value, name]) => ({
            value,
            label: name === value ? value : `${isolated(name)} (${value})`,
          })),
        ]}
        {...form.getInputProps("dimension")}
      />
      <DecimalField label="Quantity" {...form.getInputProps("quantity")} value={form.values.quantity} />
      <TimeField {...form.getInputProps("time")} value={form.values.time} />
      <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps("reason")} />
      <FormFooter problem={problem} submitLabel="Enter usage" isSending={isSending} close={close} />
    </form>
  );
}

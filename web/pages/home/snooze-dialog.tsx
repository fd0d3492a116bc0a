import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import { snoozeInput } from "../../../shared/inputs.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { formatAppointment } from "../../text/format.ts";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import { forgetResolution, recordResolution } from "./recently-resolved.ts";
import { fromFieldValue, snoozeTimes, toFieldValue } from "./snooze-times.ts";

type Props = { need: NeedView; onClose(): void };

/** Asks for the time and the reason. */
export function SnoozeDialog({ need, onClose }: Props) {
  return (
    <Dialog title={`Snooze: ${isolated(need.subject)}`} onClose={onClose}>
      {(close) => <SnoozeForm need={need} close={close} />}
    </Dialog>
  );
}

function SnoozeForm({ need, close }: { need: NeedView; close(): void }) {
  const snooze = useMutation(trpc.needs.snooze.mutationOptions());
  const [openedAt] = useState(() => new Date());
  const latest = new Date(need.snoozableUntil ?? openedAt);
  const times = snoozeTimes(openedAt, latest);
  const [first] = times;
  const [isOwn, setOwn] = useState(first === undefined);
  const action = useActionForm({
    schema: snoozeInput,
    initialValues: { kind: need.kind, id: need.id, until: (first?.until ?? latest).toISOString(), reason: "" },
    send(input) {
      recordResolution(need, { text: "Snoozed", undo: () => void undoSnooze(need) });
      return snooze.mutateAsync(input).catch((error: unknown) => {
        forgetResolution(need);
        throw error;
      });
    },
    successMessage: "Snoozed",
    close,
  });
  const { form } = action;
  function choose(until: string, own: boolean) {
    setOwn(own);
    form.setFieldValue("until", until);
  }
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          {need.what}. Hidden for everyone until then.
          {need.deadline && Date.parse(need.deadline) > openedAt.getTime()
            ? " The deadline limits how long you can snooze."
            : ""}
        </p>
      }
      submitLabel="Snooze"
      reason={form.getInputProps("reason")}
      close={close}
    >
      <fieldset className="choice">
        <legend>Until</legend>
        {times.map(({ label, until }) => (
          <label key={label}>
            <input
              type="radio"
              name="until"
              checked={!isOwn && form.values.until === until.toISOString()}
              onChange={() => choose(until.toISOString(), false)}
            />
            <span>
              {label} <span className="dim">{formatAppointment(until.getTime())}</span>
            </span>
          </label>
        ))}
        <label>
          <input type="radio" name="until" checked={isOwn} onChange={() => choose(form.values.until, true)} />
          <span>Another time</span>
        </label>
        {isOwn && (
          <TextInput
            type="datetime-local"
            aria-label="Snooze until"
            min={toFieldValue(openedAt)}
            max={toFieldValue(latest)}
            defaultValue={form.values.until === "" ? "" : toFieldValue(new Date(form.values.until))}
            onChange={(event) => choose(fromFieldValue(event.currentTarget.value), true)}
            error={form.errors["until"]}
          />
        )}
        {!isOwn && form.errors["until"] && <p className="trouble">{form.errors["until"]}</p>}
      </fieldset>
    </ActionForm>
  );
}

async function undoSnooze({ kind, id }: NeedView): Promise<void> {
  try {
    await client.needs.unsnooze.mutate({ kind, id });
  } catch (error) {
    announce(messageOf(error, true));
  }
}

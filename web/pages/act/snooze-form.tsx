import { Textarea } from "@mantine/core";
import { useId, useState } from "react";
import type { NeedView } from "../../../shared/views/needs.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { useTextDraft } from "../../components/use-draft.ts";
import { formatAppointment } from "../../text/format.ts";
import { snoozeTimes } from "../home/snooze-times.ts";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./act.module.css";

type Props = {
  need: NeedView;
  blockedReason: string | null;
  isSending: boolean;
  /** @returns whether it was snoozed */
  onSnooze(until: string, reason: string): Promise<boolean>;
  onCancel(): void;
};

/** Until when, and why. */
export function SnoozeForm({ need, blockedReason, isSending, onSnooze, onCancel }: Props) {
  const [openedAt] = useState(() => new Date());
  const latest = new Date(need.snoozableUntil ?? openedAt);
  const presets = snoozeTimes(openedAt, latest);
  const times = presets.length > 0 ? presets : [{ label: "As long as possible", until: latest }];
  const [until, setUntil] = useState(times[0]?.until ?? latest);
  const [reason, setReason] = useTextDraft(`snooze by link ${need.kind} ${need.id}`);
  const name = useId();
  const why = blockedReason ?? (reason.trim().length < 3 ? "Write a reason of at least 3 characters." : null);
  async function send() {
    if (await onSnooze(until.toISOString(), reason.trim())) setReason("");
  }
  return (
    <form
      className={styles.actSnooze}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void send();
      }}
    >
      <fieldset className={formStyles.choice}>
        <legend>Snooze for everyone until</legend>
        {times.map((time) => (
          <label key={time.label}>
            <input type="radio" name={name} checked={time.until === until} onChange={() => setUntil(time.until)} />
            <span>
              {time.label} <span className="dim">{formatAppointment(time.until.getTime())}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Textarea
        label="Reason"
        description="Stored in the audit trail."
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={styles.actButtons}>
        <GuardedButton type="submit" blockedReason={why} loading={isSending}>
          Snooze
        </GuardedButton>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

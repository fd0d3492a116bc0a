import { Alert, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { useIsOffline } from "../live/server-connection.ts";
import { isOpen, type Outcome, outcomeText } from "../sending/send-error.ts";
import { dismissUnanswered, useIsOutcomeOpen, useUnanswered } from "../sending/unanswered.ts";
import type { FormProblem } from "../text/call-errors.ts";
import { Button } from "./button.tsx";
import { useFormLock } from "./form-lock.ts";
import { GuardedButton } from "./guarded-button.tsx";
import { SignedOutNotice } from "./signed-out-notice.tsx";
import * as buttonStyles from "./button.module.css";
import * as styles from "./form-footer.module.css";

/** After this time the form says that it is still waiting. */
const slowAfterMs = 4_000;

type Props = {
  /** Why the change failed, or that its outcome is unknown. */
  problem: FormProblem | null;
  /** Label of the submit button; null if the form has its own buttons. */
  submitLabel: string | null;
  /** Label of the button that closes the dialog. */
  cancelLabel?: string | undefined;
  isSending: boolean;
  /** Why the form cannot be sent yet, as a sentence; null if it can. */
  blockedReason?: string | null;
  isDangerous?: boolean;
  /** Handles the success of a change whose answer was lost. */
  lostAnswerNote?: string | undefined;
  close(): void;
};

/** The footer of a form in a dialog: error, cancel button and submit button. */
export function FormFooter(props: Props) {
  const { problem, submitLabel, cancelLabel = "Cancel", isSending, blockedReason = null, close } = props;
  const { isDangerous = false, lostAnswerNote } = props;
  const outcome = useOutcome(problem);
  const isDone = outcome?.state === "done";
  return (
    <>
      <SubmitStatus problem={problem} isSending={isSending} lostAnswerNote={lostAnswerNote} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close} disabled={isSending}>
          {isDone ? "Close" : cancelLabel}
        </Button>
        {!isDone && submitLabel !== null && (
          <GuardedButton
            type="submit"
            blockedReason={blockedReason}
            loading={isSending}
            disabled={outcome !== null && isOpen(outcome)}
            className={isDangerous ? buttonStyles.dangerFilled : undefined}
          >
            {submitLabel}
          </GuardedButton>
        )}
      </Group>
    </>
  );
}

/** The footer of a form on a page. */
export function SaveFooter({ problem, isSending }: Pick<Props, "problem" | "isSending">) {
  const isOutcomeOpen = useIsOutcomeOpen(problem?.submissionId);
  return (
    <>
      <SubmitStatus problem={problem} isSending={isSending} />
      <div>
        <Button type="submit" loading={isSending} disabled={isOutcomeOpen}>
          Save
        </Button>
      </div>
    </>
  );
}

/** The state of a sending form: waiting, refused, or outcome unknown until determined. Locks the dialog around it. */
export function SubmitStatus({
  problem,
  isSending,
  lostAnswerNote,
}: Pick<Props, "problem" | "isSending" | "lostAnswerNote">) {
  useFormLock(isSending);
  const outcome = useOutcome(problem);
  const shown = outcome ? outcomeText(outcome) : problem;
  const isSuccess = outcome?.state === "done";
  return (
    <>
      <SignedOutNotice />
      <WaitingNotice isSending={isSending} />
      {shown && (
        <Alert
          color={isSuccess ? "teal" : "red"}
          className={outcome && isOpen(outcome) ? styles.formOpen : undefined}
          variant="light"
          role="alert"
          title={shown.title}
        >
          {shown.message} {isSuccess && lostAnswerNote}
        </Alert>
      )}
    </>
  );
}

/** Says that an answer is taking long or that the page is offline. Rendered empty first, because screen readers announce only changes. */
function WaitingNotice({ isSending }: { isSending: boolean }) {
  const isOffline = useIsOffline();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isSending) return;
    const timer = setTimeout(() => setSlow(true), slowAfterMs);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isSending]);
  const text = !isSending
    ? isOffline
      ? "You are offline. Changes cannot be sent until the connection is back."
      : ""
    : isOffline
      ? "The connection was lost after your change was sent. Checking whether it arrived…"
      : isSlow
        ? "Sent. Still waiting for the server to respond…"
        : "";
  return (
    <p className={styles.formWaiting} role="status">
      {text}
    </p>
  );
}

/** The known outcome of a change without an answer; null for other problems. */
function useOutcome(problem: FormProblem | null): Outcome | null {
  const id = problem?.submissionId;
  const found = useUnanswered().find((one) => one.id === id)?.outcome ?? null;
  // The page's bar of unanswered changes can dismiss the change while this form is open.
  const [last, setLast] = useState<{ id: string | undefined; outcome: Outcome } | null>(null);
  if (found && found !== last?.outcome) setLast({ id, outcome: found });
  const outcome = found ?? (last?.id === id ? (last?.outcome ?? null) : null);
  const isKnown = outcome !== null && !isOpen(outcome);
  // The person has read the outcome here, so the page's bar does not repeat it.
  useEffect(() => (isKnown && id !== undefined ? () => dismissUnanswered(id) : undefined), [isKnown, id]);
  return outcome;
}

import { Alert, Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { useIsOffline } from "../live/server-connection.ts";
import { isOpen, type Outcome, outcomeText } from "../sending/send-error.ts";
import { dismissUnanswered, useUnanswered } from "../sending/unanswered.ts";
import type { FormProblem } from "../text/call-errors.ts";
import { useFormLock } from "./form-lock.ts";
import { SignedOutNotice } from "./signed-out-notice.tsx";
import "./form-footer.css";

/** After so long the form says that it is still waiting. */
const slowAfterMs = 4_000;

type Props = {
  /** Why it was not done, or what is not known yet. */
  problem: FormProblem | null;
  /** What its button says. */
  submitLabel: string;
  /** What the button that leaves says. */
  cancelLabel?: string;
  isSending: boolean;
  isDangerous?: boolean;
  /** What the lost answer of a change that was carried out would have brought. */
  lostAnswerNote?: string | undefined;
  close(): void;
};

/** The foot of a form in a dialog: what went wrong, the button that leaves, and the button that sends. */
export function FormFooter(props: Props) {
  const {
    problem,
    submitLabel,
    cancelLabel = "Keep as it is",
    isSending,
    isDangerous = false,
    lostAnswerNote,
    close,
  } = props;
  const outcome = useOutcome(problem);
  const isDone = outcome?.state === "done";
  return (
    <>
      <SubmitStatus problem={problem} isSending={isSending} lostAnswerNote={lostAnswerNote} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close} disabled={isSending}>
          {isDone ? "Close" : cancelLabel}
        </Button>
        {!isDone && (
          <Button
            type="submit"
            loading={isSending}
            disabled={outcome !== null && isOpen(outcome)}
            className={isDangerous ? "danger-filled" : undefined}
          >
            {submitLabel}
          </Button>
        )}
      </Group>
    </>
  );
}

/** How a form stands that sends: still waiting, refused, or not known yet, and then what is found out. Locks what it stands in. */
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
          className={outcome && isOpen(outcome) ? "form-open" : undefined}
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

/** Says so when an answer takes long, and when nothing can be sent. The element is there before its words, so that they are read out. */
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
      ? "You are offline. Nothing can be sent until the connection is back."
      : ""
    : isOffline
      ? "The connection was lost after this was sent. Waiting to find out whether it arrived…"
      : isSlow
        ? "It was sent. Still waiting for the server to answer…"
        : "";
  return (
    <p className="form-waiting" role="status">
      {text}
    </p>
  );
}

/** What is known by now of a change without an answer; null where a problem is something else. */
function useOutcome(problem: FormProblem | null): Outcome | null {
  const id = problem?.submissionId;
  const outcome = useUnanswered().find((one) => one.id === id)?.outcome ?? null;
  const isKnown = outcome !== null && !isOpen(outcome);
  // What was read here need not be told by the page once more.
  useEffect(() => (isKnown && id !== undefined ? () => dismissUnanswered(id) : undefined), [isKnown, id]);
  return outcome;
}

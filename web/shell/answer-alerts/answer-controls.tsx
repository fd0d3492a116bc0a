/** Accepting and rejecting a change from its alert, by mouse and by keys. */
import { useMutation } from "@tanstack/react-query";
import { useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { useOfferedReasons } from "../../components/reason-choice.tsx";
import { useTextDraft } from "../../components/use-draft.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { announce } from "../announcement.ts";
import { KeyHint, useAnswerKeys, useKeysAfterAWhile } from "./answer-keys.tsx";
import { type Rejection, RejectReasons } from "./reject-reasons.tsx";
import * as styles from "./answer-alerts.module.css";

const maxNumbered = 9;

type Props = {
  operationId: string;
  hasKeys: boolean;
  /** Called when the change has been decided. */
  onRemoved(isFocused: boolean): void;
};

export function AnswerControls({ operationId, hasKeys, onRemoved }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const reasons = useOfferedReasons("refuse").slice(0, maxNumbered);
  const [isRejecting, setRejecting] = useState(false);
  const [reason, setReason] = useTextDraft(`answer ${operationId}`);
  const answer = useMutation(
    trpc.operations.answer.mutationOptions({
      onSuccess: () => setReason(""),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const accept = () => answer.mutate({ operationId, answer: "accept", reason: "", reasonCode: null });
  const reject = (why: Rejection) => answer.mutate({ operationId, answer: "reject", ...why });
  const areKeysOn = useKeysAfterAWhile(hasKeys);
  useAnswerKeys(areKeysOn && !answer.isPending, (key) => {
    const numbered = isRejecting ? reasons[Number(key) - 1] : undefined;
    if (key === "a") accept();
    else if (key === "r") setRejecting(true);
    else if (numbered) reject({ reason: "", reasonCode: numbered.id });
    else return false;
    return true;
  });
  const removed = useEffectEvent(onRemoved);
  useLayoutEffect(() => {
    const element = box.current;
    return () => removed(element?.contains(document.activeElement) ?? false);
  }, []);
  return (
    <div ref={box} className={styles.controls}>
      <div className={styles.buttons}>
        <Button
          size="compact-sm"
          loading={answer.isPending}
          aria-keyshortcuts={areKeysOn ? "a" : undefined}
          rightSection={areKeysOn && <KeyHint name="A" />}
          onClick={accept}
        >
          Accept change
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={answer.isPending}
          aria-expanded={isRejecting}
          aria-keyshortcuts={areKeysOn ? "r" : undefined}
          rightSection={areKeysOn && <KeyHint name="R" />}
          onClick={() => setRejecting(!isRejecting)}
        >
          Reject change…
        </Button>
      </div>
      {isRejecting && (
        <RejectReasons
          reasons={reasons}
          ownReason={{ value: reason, change: setReason }}
          areKeysOn={areKeysOn}
          isSending={answer.isPending}
          reject={reject}
        />
      )}
    </div>
  );
}

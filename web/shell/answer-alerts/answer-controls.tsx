/** Accepting and rejecting a change from its alert, by mouse and by keys. */
import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { useOfferedReasons } from "../../components/reason-choice.tsx";
import { useTextDraft } from "../../components/use-draft.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { announce } from "../announcement.ts";
import * as styles from "./answer-alerts.module.css";

/** Keys pressed as the alert appears were meant for something else. */
const keysAfterMs = 500;
/** Elements in which letters are typed as text. */
const typed =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=listbox], [role=menu]";
const maxNumbered = 9;

type Props = {
  operationId: string;
  hasKeys: boolean;
  /** Called when the change has been decided. */
  onRemoved(isFocused: boolean): void;
};

export function AnswerControls({ operationId, hasKeys, onRemoved }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const ownReason = useRef<HTMLInputElement>(null);
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
  const reject = (why: { reason: string; reasonCode: string | null }) =>
    answer.mutate({ operationId, answer: "reject", ...why });
  const areKeysOn = useKeysAfterAWhile(hasKeys);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!areKeysOn || answer.isPending || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(typed)) return;
    const key = event.key.toLowerCase();
    const numbered = isRejecting ? reasons[Number(key) - 1] : undefined;
    if (key === "a") accept();
    else if (key === "r") setRejecting(true);
    else if (numbered) reject({ reason: "", reasonCode: numbered.id });
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  // Without codes, a reason can only be written.
  const mustWrite = isRejecting && reasons.length === 0;
  useEffect(() => {
    if (mustWrite) ownReason.current?.focus();
  }, [mustWrite]);
  const removed = useEffectEvent(onRemoved);
  useLayoutEffect(() => {
    const element = box.current;
    return () => removed(element?.contains(document.activeElement) ?? false);
  }, []);
  const key = (name: string) => areKeysOn && <kbd aria-hidden>{name}</kbd>;
  return (
    <div ref={box} className={styles.controls}>
      <div className={styles.buttons}>
        <Button
          size="compact-sm"
          loading={answer.isPending}
          aria-keyshortcuts={areKeysOn ? "a" : undefined}
          rightSection={key("A")}
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
          rightSection={key("R")}
          onClick={() => setRejecting(!isRejecting)}
        >
          Reject change…
        </Button>
      </div>
      {isRejecting && (
        <form
          className={styles.reasons}
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "") reject({ reason: reason.trim(), reasonCode: null });
          }}
        >
          <ul aria-label="Reason for rejecting">
            {reasons.map(({ id, name }, index) => (
              <li key={id}>
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={answer.isPending}
                  rightSection={key(String(index + 1))}
                  onClick={() => reject({ reason: "", reasonCode: id })}
                >
                  {name}
                </Button>
              </li>
            ))}
          </ul>
          <TextInput
            ref={ownReason}
            size="xs"
            aria-label="Reason for rejecting, in your own words"
            placeholder={reasons.length > 0 ? "Or write a reason and press Enter" : "Write a reason and press Enter"}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </form>
      )}
    </div>
  );
}

function useKeysAfterAWhile(hasKeys: boolean): boolean {
  const [areOn, setOn] = useState(false);
  useEffect(() => {
    if (!hasKeys) return;
    const timer = setTimeout(() => setOn(true), keysAfterMs);
    return () => {
      clearTimeout(timer);
      setOn(false);
    };
  }, [hasKeys]);
  return areOn;
}

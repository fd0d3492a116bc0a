/** One change that waits for an answer: the request, the time left, and the outcome. */
import { CloseButton } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { answerByRuleMs, answerWindowMs } from "../../../shared/lifecycle.ts";
import type { ChangeToAnswerView } from "../../../shared/views/changes-to-answer.ts";
import { clockSkewMs } from "../../live/server-clock.ts";
import { formatDuration } from "../../text/format.ts";
import { urgencyOf } from "../../text/urgency.ts";
import { trpc } from "../../trpc.ts";
import { useAnswerKeys, useAnswerSound } from "./alert-preferences.ts";
import { inOneTab, notifyInBrowser, playAnswerSound } from "./alert-signals.ts";
import { priceChangeText, outcomeText, requestText, ruleText } from "./alert-words.ts";
import { AnswerControls } from "./answer-controls.tsx";
import * as styles from "./answer-alerts.module.css";

/** How long staff have to answer. */
const staffWindowMs = answerWindowMs - answerByRuleMs;
const tickMs = 200;
/** How long the outcome stays unless it is closed. */
const outcomeMs = 20_000;

type Props = {
  change: ChangeToAnswerView;
  canAnswer: boolean;
  /** No one has answered, and the rule has not decided. */
  isOpen: boolean;
  /** Whether the keyboard shortcuts answer this change. */
  hasKeys: boolean;
  /** Announces a text to screen readers once. */
  speak(text: string): void;
  onClose(): void;
};

export function AnswerAlert({ change, canAnswer, isOpen, hasKeys, speak, onClose }: Props) {
  const titleId = useId();
  const close = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  const [areKeysWanted] = useAnswerKeys();
  const wanted = useQuery(
    trpc.operations.askedPrice.queryOptions(
      { id: change.operationId },
      {
        enabled: isOpen && change.action === "ChangePlan",
        staleTime: Infinity,
        retry: false,
        trpc: { context: { skipBatch: true } },
      },
    ),
  );
  const outcome = useOutcome(change, isOpen);
  const leftMs = useTimeLeft(change, isOpen);
  const title = requestText(change);
  const money = priceChangeText(change, wanted.data ?? null);
  useSignals(change, { title, canAnswer, hasKeys: hasKeys && areKeysWanted, speak });
  const onOutcome = useEffectEvent((text: string) => speak(`${title}: ${text}`));
  useEffect(() => {
    if (outcome !== null) onOutcome(outcome);
  }, [outcome]);
  const end = useEffectEvent(onClose);
  useEffect(() => {
    if (isOpen) return;
    // The button that had the focus has been removed.
    if (hadFocus.current) close.current?.focus();
    const timer = setTimeout(end, outcomeMs);
    return () => clearTimeout(timer);
  }, [isOpen]);
  return (
    <div className={styles.alert} role="group" aria-labelledby={titleId} data-open={isOpen}>
      <div className={styles.head}>
        <IconHourglass size={18} stroke={1.8} aria-hidden />
        <strong id={titleId}>{title}</strong>
        {isOpen ? (
          <span className={styles.left} data-urgency={urgencyOf(leftMs, staffWindowMs)} role="timer">
            {formatDuration(leftMs)}
          </span>
        ) : (
          <CloseButton ref={close} size="sm" aria-label="Close alert" onClick={onClose} />
        )}
      </div>
      <p className="dim">
        {change.subscriptionName}
        {money && ` · ${money}`}
      </p>
      {isOpen ? (
        <>
          <p>
            {ruleText(change)} <span className={styles.together}>in {formatDuration(leftMs)}.</span>
          </p>
          {canAnswer ? (
            <AnswerControls
              operationId={change.operationId}
              hasKeys={hasKeys && areKeysWanted}
              onRemoved={(isFocused) => (hadFocus.current = isFocused)}
            />
          ) : (
            <p className="dim">You need the Operator role to answer.</p>
          )}
        </>
      ) : (
        <p>{outcome ?? "Time is up."}</p>
      )}
      <p>
        <Link to="/operations/$id" params={{ id: change.operationId }}>
          View operation<span className="sr-only">: {title}</span>
        </Link>
      </p>
    </div>
  );
}

/** By the server's clock. */
function useTimeLeft({ ruleDecidesAt }: ChangeToAnswerView, isOpen: boolean): number {
  const read = () => Math.max(0, Date.parse(ruleDecidesAt) - Date.now() - clockSkewMs());
  const [leftMs, setLeft] = useState(read);
  const tick = useEffectEvent(() => setLeft(read()));
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(tick, tickMs);
    return () => clearInterval(timer);
  }, [isOpen]);
  return leftMs;
}

/** The outcome of the change; null until it is known. */
function useOutcome({ operationId }: ChangeToAnswerView, isOpen: boolean): string | null {
  const rows = useQuery(
    trpc.operations.rows.queryOptions(
      { ids: [operationId] },
      {
        enabled: !isOpen,
        staleTime: 0,
        refetchInterval: ({ state }) => (state.data?.[0] && outcomeText(state.data[0]) !== null ? false : 1_000),
      },
    ),
  );
  const operation = rows.data?.[0];
  return isOpen || !operation ? null : outcomeText(operation);
}

type Signals = { title: string; canAnswer: boolean; hasKeys: boolean; speak(text: string): void };

/** Once, when the alert appears; the notification goes with the alert. */
function useSignals(change: ChangeToAnswerView, { title, canAnswer, hasKeys, speak }: Signals) {
  const [hasSound] = useAnswerSound();
  const signal = useEffectEvent(() => {
    const leftMs = Date.parse(change.ruleDecidesAt) - Date.now() - clockSkewMs();
    const fallBack = `${ruleText(change)} in ${formatDuration(leftMs)}.`;
    const keys = canAnswer && hasKeys ? " Press A to accept, R to reject." : "";
    speak([title, priceChangeText(change, null), fallBack].filter(Boolean).join(". ") + keys);
    if (!canAnswer) return () => {};
    if (hasSound) inOneTab(`sound.${change.operationId}`, playAnswerSound);
    return notifyInBrowser(`answer-${change.operationId}`, title, fallBack);
  });
  useEffect(() => signal(), []);
}

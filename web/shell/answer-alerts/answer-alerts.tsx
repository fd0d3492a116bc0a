/** Alerts on every page: customers' changes that wait for an answer of staff, while Microsoft waits for ours. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { ChangeToAnswerView } from "../../../shared/views/changes-to-answer.ts";
import { keepWhileHidden, onLiveChange } from "../../live/live-updates.ts";
import { recordServerTime } from "../../live/server-clock.ts";
import { trpc } from "../../trpc.ts";
import { AnswerAlert } from "./answer-alert.tsx";
import { useTitlePrefix } from "./alert-signals.ts";
import { requestText } from "./alert-words.ts";
import * as styles from "./answer-alerts.module.css";

/** While a change waits, also without live updates. */
const pollMs = 1_000;
/** Further changes are listed under Needs attention. */
const maxShown = 3;

export function AnswerAlerts() {
  const me = useQuery(trpc.me.get.queryOptions());
  const canAnswer = me.data !== undefined && includesRole(me.data.role, "operator");
  useFollowWhileHidden(canAnswer);
  const { data, dataUpdatedAt } = useQuery({
    ...trpc.operations.asked.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.changes.length ? pollMs : false),
    refetchIntervalInBackground: true,
  });
  useEffect(() => {
    if (data) recordServerTime(data.now, dataUpdatedAt);
  }, [data, dataUpdatedAt]);
  const open = data?.changes ?? [];
  const { shown, dismiss } = useShown(open);
  const [spoken, setSpoken] = useState("");
  const [first] = open;
  useTitlePrefix(first ? `Answer due: ${requestText(first)}` : null);
  const isOpen = (change: ChangeToAnswerView) => open.some(({ operationId }) => operationId === change.operationId);
  const further = open.length - maxShown;
  return (
    <>
      {/* Rendered before it has text: screen readers announce only changes. */}
      <p role="alert" className="sr-only">
        {spoken}
      </p>
      {shown.length > 0 && (
        <section className={styles.alerts} aria-label="Changes that wait for an answer">
          {shown.slice(0, maxShown).map((change) => (
            <AnswerAlert
              key={change.operationId}
              change={change}
              canAnswer={canAnswer}
              isOpen={isOpen(change)}
              hasKeys={change.operationId === first?.operationId}
              speak={setSpoken}
              onClose={() => dismiss(change)}
            />
          ))}
          {further > 0 && <p className={styles.further}>{further} more under Needs attention</p>}
        </section>
      )}
    </>
  );
}

/** Waiting changes first, then decided ones that have not been dismissed. */
function useShown(open: readonly ChangeToAnswerView[]) {
  const [known, setKnown] = useState<readonly ChangeToAnswerView[]>([]);
  const fresh = open.filter(({ operationId }) => !known.some((one) => one.operationId === operationId));
  if (fresh.length > 0) setKnown([...known, ...fresh]);
  const over = known.filter(({ operationId }) => !open.some((one) => one.operationId === operationId));
  return {
    shown: [...open, ...over],
    dismiss: ({ operationId }: ChangeToAnswerView) =>
      setKnown((all) => all.filter((change) => change.operationId !== operationId)),
  };
}

/** People who can answer are also alerted while they look at something else. */
function useFollowWhileHidden(canAnswer: boolean) {
  const queryClient = useQueryClient();
  useEffect(() => {
    keepWhileHidden(canAnswer);
    return () => keepWhileHidden(false);
  }, [canAnswer]);
  useEffect(
    () =>
      onLiveChange(({ topic }) => {
        if (document.hidden && (topic === "operation" || topic === "resync"))
          void queryClient.invalidateQueries(trpc.operations.asked.queryFilter());
      }),
    [queryClient],
  );
}

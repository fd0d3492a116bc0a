/** When the rows of a list are read again: as changes arrive, if the list is opened with older rows, and after a failed read. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { isAffected } from "../../live/stale-queries.ts";
import { onLiveChange, repeatDelayMs } from "../../live/live-updates.ts";
import { isWorthRetrying } from "../../text/call-errors.ts";

/** The subscriptions that have changed, or that all may have. */
export type RowChanges = { ids: Set<string>; isAll: boolean };

type Props = {
  /** The listing procedure, such as `operations.list`. */
  procedure: string;
  /** The key of the list's query. */
  queryKey: readonly unknown[];
  /** How long changes are collected before they are read. */
  batchDelayMs: number;
  check(changed: RowChanges): Promise<void>;
};

/** Older answers are refreshed when the list is opened again. */
const staleAfterMs = 5_000;

/** Calls `check` with all changes since the last call; one call ends before the next begins. */
export function useRowChanges({ procedure, queryKey, batchDelayMs, check }: Props): void {
  const queryClient = useQueryClient();
  const pending = useRef<RowChanges | null>(null);
  const isChecking = useRef(false);
  const [failedAt, setFailedAt] = useState<number | null>(null);

  const run = useEffectEvent(async () => {
    if (isChecking.current) return;
    isChecking.current = true;
    try {
      while (pending.current !== null) {
        await new Promise((resolve) => setTimeout(resolve, batchDelayMs));
        const changed = pending.current;
        pending.current = null;
        // The shown rows stay until a later refresh.
        if (changed)
          await check(changed).catch((error: unknown) => {
            if (isWorthRetrying(error)) setFailedAt(Date.now());
          });
      }
    } finally {
      isChecking.current = false;
    }
  });

  const note = useEffectEvent((subscriptionId: string | null) => {
    pending.current ??= { ids: new Set(), isAll: false };
    if (subscriptionId === null) pending.current.isAll = true;
    else pending.current.ids.add(subscriptionId);
    void run();
  });

  useEffect(
    () =>
      onLiveChange((change) => {
        if (isAffected([procedure.split(".")], [change])) note(change.subscriptionId);
      }),
    [procedure],
  );
  useEffect(() => {
    const at = queryClient.getQueryState(queryKey)?.dataUpdatedAt ?? 0;
    if (at > 0 && Date.now() - at > staleAfterMs) note(null);
  }, [queryKey, queryClient]);
  useEffect(() => {
    if (failedAt === null) return undefined;
    const timer = setTimeout(() => note(null), repeatDelayMs);
    return () => clearTimeout(timer);
  }, [failedAt]);
}

/** Keeps answers up to date that take too long to compute for reading them again with each change. */
import { useQueryClient, type QueryFilters } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { onLiveChange } from "./live-updates.ts";
import { isAffected } from "./stale-queries.ts";

/** Changes that arrive together are read together. */
const batchDelayMs = 250;
const minPauseMs = 5_000;
/** An answer is awaited for at most a twentieth of the time. */
const pauseFactor = 20;

/**
 * Reads these answers again after changes. The longer they take, the longer the pause before the next time.
 * @param changedWith a procedure whose answers change with the same changes, such as `subscriptions.list`
 */
export function useSlowAnswer(answers: QueryFilters, changedWith: string): void {
  const queryClient = useQueryClient();
  const refresh = useEffectEvent(() => queryClient.invalidateQueries(answers));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isReading = false;
    let nextAt = 0;
    let hasChanged = false;

    function plan() {
      if (timer !== undefined || isReading || !hasChanged) return;
      timer = setTimeout(() => void read(), Math.max(batchDelayMs, nextAt - performance.now()));
    }
    async function read() {
      timer = undefined;
      hasChanged = false;
      isReading = true;
      const startedAt = performance.now();
      await refresh();
      isReading = false;
      const endedAt = performance.now();
      nextAt = endedAt + Math.max(minPauseMs, pauseFactor * (endedAt - startedAt));
      plan();
    }

    const stop = onLiveChange((change) => {
      hasChanged ||= isAffected([changedWith.split(".")], [change]);
      plan();
    });
    return () => {
      stop();
      hasChanged = false;
      clearTimeout(timer);
    };
  }, [changedWith]);
}

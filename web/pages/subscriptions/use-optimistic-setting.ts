/** A choice of the person's own that shows immediately and is stored. */
import { hashKey, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";

type Choice<Value> = { value: Value };

/**
 * Shows the choice until it is stored, even if the page refreshes before. Choices are sent one at a time;
 * if several wait, only the last is sent.
 * @param queryKey the query whose answer the choice replaces
 * @param pauseMs the time between two requests while a pointer is pressed, or keys are
 */
export function useOptimisticSetting<Value>(
  { queryKey, stored, pauseMs = 0 }: { queryKey: QueryKey; stored: Value | undefined; pauseMs?: number },
  save: (chosen: Value) => Promise<unknown>,
) {
  const queryClient = useQueryClient();
  const key = hashKey(queryKey);
  const waiting = useRef(new Map<string, Choice<Value>>());
  const [shown, setShown] = useState<ReadonlyMap<string, Choice<Value>>>(new Map());

  async function store(): Promise<void> {
    // The last choice of a drag, or of a page that is being left, does not wait.
    const hurry = new AbortController();
    for (const event of ["pointerup", "pagehide"])
      window.addEventListener(event, () => hurry.abort(), { signal: hurry.signal });
    for (let sent = waiting.current.get(key); sent; sent = waiting.current.get(key)) {
      try {
        await save(sent.value);
        // An answer that is still in flight may be older than the choice.
        await queryClient.cancelQueries({ queryKey });
        queryClient.setQueryData(queryKey, sent.value);
      } catch (error) {
        announce(messageOf(error, true));
        void queryClient.invalidateQueries({ queryKey });
      }
      await pause(pauseMs, hurry.signal);
      if (waiting.current.get(key) === sent) waiting.current.delete(key);
    }
    hurry.abort();
    setShown((all) => new Map([...all].filter(([one]) => one !== key)));
  }

  function choose(value: Value): void {
    const isStoring = waiting.current.has(key);
    const choice = { value };
    waiting.current.set(key, choice);
    setShown((all) => new Map(all).set(key, choice));
    if (!isStoring) void store();
  }

  const choice = shown.get(key);
  return [choice ? choice.value : stored, choose] as const;
}

/** Ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    setTimeout(resolve, ms);
    signal.addEventListener("abort", () => resolve());
  });
}

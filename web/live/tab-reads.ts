/** What a tab asks the leading tab to read, and what the leading tab reads for all. */
import type { Ask, Read } from "./shared-reads.ts";

export type ReadMessage = { asked: Read & { id: string } } | { answered: { ids: string[]; found: Found } };
type Found = { data: unknown } | null;

/** All tabs receive a change within about this time. */
const collectMs = 30;
/** Then the tab reads on its own: the leading tab is stuck, or was closed. */
const maxWaitMs = 2_000;

type Options = {
  isLeading(): boolean;
  post(message: ReadMessage): void;
  /** Sends a read to the server. */
  send(read: Read): Promise<unknown>;
};

export function createTabReads({ isLeading, post, send }: Options) {
  const waiting = new Map<string, (found: Found) => void>();
  /** For the leading tab: what was asked for, with the ids of those who asked. */
  const collected = new Map<string, { read: Read; ids: string[] }>();

  function answer(ids: string[], found: Found) {
    for (const id of ids) waiting.get(id)?.(found);
    post({ answered: { ids, found } });
  }

  /** What was asked for before it is sent can share the answer. */
  function sendCollected() {
    const reads = [...collected.values()];
    collected.clear();
    for (const { read, ids } of reads) {
      send(read).then(
        (data) => answer(ids, { data }),
        () => answer(ids, null),
      );
    }
  }

  function collect(id: string, read: Read) {
    // Browsers slow down the timers of hidden tabs.
    if (document.hidden) return answer([id], null);
    if (collected.size === 0) setTimeout(sendCollected, collectMs);
    const key = JSON.stringify([read.path, read.input]);
    const others = collected.get(key)?.ids ?? [];
    collected.set(key, { read, ids: [...others, id] });
  }

  const ask: Ask = (read) =>
    new Promise((resolve) => {
      const id = crypto.randomUUID();
      const timer = setTimeout(() => settle(null), maxWaitMs);
      function settle(found: Found) {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(found);
      }
      waiting.set(id, settle);
      if (isLeading()) collect(id, read);
      else post({ asked: { ...read, id } });
    });

  return {
    ask,
    hear(message: ReadMessage) {
      if ("answered" in message) {
        const { ids, found } = message.answered;
        for (const id of ids) waiting.get(id)?.(found);
      } else if (isLeading()) {
        const { id, ...read } = message.asked;
        collect(id, read);
      }
    },
    /** Nothing waits for another tab any longer. */
    end() {
      for (const settle of waiting.values()) settle(null);
    },
  };
}

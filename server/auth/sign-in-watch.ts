/** Ends a person's open streams soon after their session has ended: one query per second for all. */

const everyMs = 1_000;

/** @param readGood returns the sessions that are still valid */
export function createSignInWatch(readGood: (ids: string[]) => Promise<string[]>) {
  const watched = new Map<string, Set<() => void>>();
  let timer: NodeJS.Timeout | null = null;

  async function check(): Promise<void> {
    const asked = [...watched.keys()];
    try {
      const good = new Set(await readGood(asked));
      for (const id of asked) if (!good.has(id)) for (const end of watched.get(id) ?? []) end();
    } catch {
      // A database that is away ends no session.
    }
    timer = watched.size > 0 ? setTimeout(() => void check(), everyMs) : null;
  }

  /** `onEnd` is called about a second after the session has ended, at most. The returned function stops watching. */
  return function watch(id: string, onEnd: () => void): () => void {
    const ends = watched.get(id) ?? new Set();
    watched.set(id, ends.add(onEnd));
    timer ??= setTimeout(() => void check(), everyMs);
    return () => {
      ends.delete(onEnd);
      if (ends.size === 0 && watched.get(id) === ends) watched.delete(id);
    };
  };
}

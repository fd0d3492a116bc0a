/** Ends a person's open streams soon after their session has ended: one query per second for all. */

const everyMs = 1_000;

/** @param readValid returns those of the sessions that are still valid */
export function createSignInWatch(readValid: (ids: string[]) => Promise<string[]>) {
  const watched = new Map<string, Set<() => void>>();
  let timer: NodeJS.Timeout | null = null;

  async function check(): Promise<void> {
    const ids = [...watched.keys()];
    try {
      const valid = new Set(await readValid(ids));
      for (const id of ids) if (!valid.has(id)) for (const end of watched.get(id) ?? []) end();
    } catch {
      // The database is unavailable, which says nothing about sessions.
    }
    timer = watched.size > 0 ? setTimeout(() => void check(), everyMs) : null;
  }

  /** Calls `onEnd` within about a second after the session has ended. The returned function stops watching. */
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

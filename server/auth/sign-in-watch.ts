/** Ends what stays open for a person (a stream of changes) soon after their sign-in has ended: one question a second for all. */

const everyMs = 1_000;

/** @param readGood of these sign-ins, those that are still good */
export function createSignInWatch(readGood: (ids: string[]) => Promise<string[]>) {
  const watched = new Map<string, Set<() => void>>();
  let timer: NodeJS.Timeout | null = null;

  async function check(): Promise<void> {
    const asked = [...watched.keys()];
    try {
      const good = new Set(await readGood(asked));
      for (const id of asked) if (!good.has(id)) for (const end of watched.get(id) ?? []) end();
    } catch {
      // A database that is away ends nobody's sign-in.
    }
    timer = watched.size > 0 ? setTimeout(() => void check(), everyMs) : null;
  }

  /** `onEnd` is called at most a second or so after the sign-in has ended. The returned function stops that. */
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

/** A rate limit by key. Per instance: it limits the cost of a flood and decides nothing else. */

const maxKeys = 10_000;

/** @returns whether another use is allowed now */
export function createLimit(options: {
  maxPerWindow: number;
  windowMs: number;
  now: () => Date;
}): (key: string) => boolean {
  let windowStartedAt = 0;
  let counts = new Map<string, number>();
  return (key) => {
    const at = options.now().getTime();
    // A clock that was set back begins a new window too.
    if (Math.abs(at - windowStartedAt) >= options.windowMs || counts.size > maxKeys) {
      windowStartedAt = at;
      counts = new Map();
    }
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= options.maxPerWindow;
  };
}

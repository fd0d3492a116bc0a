/** Timers by the sandbox's clock. The state contains all due times, so a restart loses none. */

export type DueKind = "subscription" | "operation" | "delivery";
type Entry = { at: number; kind: DueKind; id: string };

export type Timers = {
  schedule(kind: DueKind, id: string, at: number | null): void;
  /** Call this after moving the clock. */
  wake(): void;
  stop(): void;
};

const maxSleepMs = 3_600_000;

/** Calls `run` for each entry that is due. `run` must check the state: an entry may be outdated. */
export function createTimers(now: () => number, run: (kind: DueKind, id: string) => void): Timers {
  const heap: Entry[] = [];
  let timeout: NodeJS.Timeout | undefined;
  let isStopped = false;

  function fire(): void {
    while (!isStopped && heap[0] && heap[0].at <= now()) {
      const entry = pop(heap);
      if (entry) run(entry.kind, entry.id);
    }
    arm();
  }

  function arm(): void {
    clearTimeout(timeout);
    const next = heap[0];
    if (!next || isStopped) return;
    timeout = setTimeout(fire, Math.max(0, Math.min(next.at - now(), maxSleepMs)));
  }

  return {
    schedule(kind, id, at) {
      if (at === null) return;
      push(heap, { at, kind, id });
      if (heap[0]?.at === at) arm();
    },
    wake: arm,
    stop() {
      isStopped = true;
      clearTimeout(timeout);
    },
  };
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.push(entry) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || above.at <= entry.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const isRightSmaller = (heap[left + 1]?.at ?? Infinity) < (heap[left]?.at ?? Infinity);
    const smaller = isRightSmaller ? left + 1 : left;
    const below = heap[smaller];
    if (!below || below.at >= last.at) break;
    heap[index] = below;
    index = smaller;
  }
  heap[index] = last;
  return first;
}

/** Attempts of this instance by kind of receiver and outcome, for metrics. */
import type { AttemptOutcome, ReceiverKind } from "../../shared/outbox.ts";

export type AttemptCount = { kind: ReceiverKind; outcome: AttemptOutcome; count: number };

export function createAttemptCounts() {
  const counts = new Map<string, AttemptCount>();
  return {
    add(kind: ReceiverKind, outcome: AttemptOutcome): void {
      const key = `${kind} ${outcome}`;
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { kind, outcome, count: 1 });
    },
    totals: (): AttemptCount[] => [...counts.values()],
  };
}

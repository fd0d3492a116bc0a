/** Changes that were sent and got no answer: asks the server what became of each, for as long as it takes, across reloads. */
import { useSyncExternalStore } from "react";
import type { SubmissionView } from "../../shared/views/submissions.ts";
import { isServerOutOfReach, onReachChange } from "../live/server-connection.ts";
import { isOpen, type Outcome } from "./send-error.ts";

export type Unanswered = {
  id: string;
  procedure: string;
  /** Of the subscription that it is about. */
  subscriptionId: string | null;
  staffId: string;
  at: number;
  outcome: Outcome;
};

const keptUnder = "marketdesk.unanswered";
const askAgainMs = 1_000;
const longestPauseMs = 10_000;
const answerWithinMs = 5_000;

let all: readonly Unanswered[] = read();
const listeners = new Set<() => void>();
let isAsking = false;

function read(): Unanswered[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keptUnder) ?? "[]");
    return Array.isArray(kept) ? (kept as Unanswered[]) : [];
  } catch {
    return [];
  }
}

function keep(next: readonly Unanswered[]) {
  all = next;
  sessionStorage.setItem(keptUnder, JSON.stringify(all));
  for (const listener of listeners) listener();
}

/** Takes one up, and asks about it until its outcome is known. */
export function followUnanswered(lost: Omit<Unanswered, "outcome" | "at">): void {
  keep([...all, { ...lost, at: Date.now(), outcome: { state: "unknown" } }]);
  void askAll();
}

export function outcomeOf(id: string): Outcome | null {
  return all.find((one) => one.id === id)?.outcome ?? null;
}

export function dismissUnanswered(id: string): void {
  keep(all.filter((one) => one.id !== id));
}

/** Resolves when the outcome is known, or the time is over. */
export async function knownWithin(id: string, ms: number): Promise<Outcome> {
  const deadline = Date.now() + ms;
  for (;;) {
    const outcome = outcomeOf(id) ?? { state: "unknown" };
    const leftMs = deadline - Date.now();
    if (!isOpen(outcome) || leftMs <= 0) return outcome;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        listeners.delete(end);
        resolve();
      };
      const timer = setTimeout(end, leftMs);
      listeners.add(end);
    });
  }
}

async function askAll(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  let pauseMs = askAgainMs;
  try {
    while (!isServerOutOfReach() && all.some(({ outcome }) => isOpen(outcome))) {
      for (const one of all.filter(({ outcome }) => isOpen(outcome))) {
        const outcome = await ask(one);
        if (outcome) keep(all.map((other) => (other.id === one.id ? { ...other, outcome } : other)));
      }
      if (!all.some(({ outcome }) => isOpen(outcome))) return;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    }
  } finally {
    isAsking = false;
  }
}

/** Null while the server does not say: out of reach, or nobody is signed in. */
async function ask({ id, staffId }: Unanswered): Promise<Outcome | null> {
  try {
    const answer = await fetch("/trpc/submissions.settle", {
      method: "POST",
      headers: { "content-type": "application/json", "x-marketdesk": "1", "x-marketdesk-staff": staffId },
      body: JSON.stringify({ id }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    if (answer.status === 409) return { state: "elsewhere" };
    if (!answer.ok) return null;
    const { result } = (await answer.json()) as { result: { data: SubmissionView } };
    return result.data;
  } catch {
    return null;
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useUnanswered(): readonly Unanswered[] {
  return useSyncExternalStore(listen, () => all);
}

onReachChange(() => void askAll());
void askAll();

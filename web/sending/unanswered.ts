/** Sent changes without an answer. Asks the server for their outcome until it is known, across reloads. */
import { useSyncExternalStore } from "react";
import type { SubmissionView } from "../../shared/views/submissions.ts";
import { isServerUnreachable, onConnectionChange } from "../live/server-connection.ts";
import { ownPage } from "../own-page.ts";
import { isOpen, type Outcome } from "./send-error.ts";

export type UnansweredChange = {
  id: string;
  procedure: string;
  /** The subscription that the change is about. */
  subscriptionId: string | null;
  staffId: string;
  at: number;
  outcome: Outcome;
};

const storageKey = "marketdesk.unanswered";
const minPollIntervalMs = 1_000;
const maxPollIntervalMs = 10_000;
const requestTimeoutMs = 5_000;

let all: readonly UnansweredChange[] = load();
const listeners = new Set<() => void>();
let isPolling = false;

function load(): UnansweredChange[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? (stored as UnansweredChange[]) : [];
  } catch {
    return [];
  }
}

function save(next: readonly UnansweredChange[]) {
  all = next;
  sessionStorage.setItem(storageKey, JSON.stringify(all));
  for (const listener of listeners) listener();
}

/** Adds a change and polls its outcome until it is known. */
export function followUnanswered(change: Omit<UnansweredChange, "outcome" | "at">): void {
  save([...all, { ...change, at: Date.now(), outcome: { state: "unknown" } }]);
  void pollOutcomes();
}

export function outcomeOf(id: string): Outcome | null {
  return all.find((one) => one.id === id)?.outcome ?? null;
}

export function dismissUnanswered(id: string): void {
  save(all.filter((one) => one.id !== id));
}

/** Resolves when the outcome is known or the time is up. */
export async function waitForOutcome(id: string, ms: number): Promise<Outcome> {
  const deadline = Date.now() + ms;
  for (;;) {
    const outcome = outcomeOf(id) ?? { state: "unknown" };
    const remainingMs = deadline - Date.now();
    if (!isOpen(outcome) || remainingMs <= 0) return outcome;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        listeners.delete(end);
        resolve();
      };
      const timer = setTimeout(end, remainingMs);
      listeners.add(end);
    });
  }
}

async function pollOutcomes(): Promise<void> {
  if (isPolling) return;
  isPolling = true;
  let pollIntervalMs = minPollIntervalMs;
  try {
    while (!isServerUnreachable() && all.some(({ outcome }) => isOpen(outcome))) {
      for (const one of all.filter(({ outcome }) => isOpen(outcome))) {
        const outcome = await fetchOutcome(one);
        if (outcome) save(all.map((other) => (other.id === one.id ? { ...other, outcome } : other)));
      }
      if (!all.some(({ outcome }) => isOpen(outcome))) return;
      await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
      pollIntervalMs = Math.min(pollIntervalMs * 1.5, maxPollIntervalMs);
    }
  } finally {
    isPolling = false;
  }
}

/** Null while the server cannot tell: unreachable, or signed out. */
async function fetchOutcome({ id, staffId }: UnansweredChange): Promise<Outcome | null> {
  try {
    const answer = await fetch("/trpc/submissions.settle", {
      method: "POST",
      headers: { "content-type": "application/json", ...ownPage(), "x-marketdesk-staff": staffId },
      body: JSON.stringify({ id }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (answer.status === 409) return { state: "elsewhere" };
    if (!answer.ok) return null;
    const { result } = (await answer.json()) as { result: { data: SubmissionView } };
    return result.data;
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useUnanswered(): readonly UnansweredChange[] {
  return useSyncExternalStore(subscribe, () => all);
}

/** Whether the outcome of this change is still being determined. */
export function useIsOutcomeOpen(id: string | undefined): boolean {
  return useUnanswered().some((one) => one.id === id && isOpen(one.outcome));
}

onConnectionChange(() => void pollOutcomes());
void pollOutcomes();

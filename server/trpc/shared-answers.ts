/**
 * Responses that are the same for everyone. After a change, all open dashboards send the same requests. Requests that
 * arrive during a computation share the next one, because the running one may have read before the change.
 */
import type { Database } from "../database/connection/database.ts";

type Computation = { running: Promise<unknown>; next: Promise<unknown> | null };

const computationsOf = new WeakMap<Database, Map<string, Computation>>();

/** @param name names the response and all values that it depends on, such as filters */
export function shareAnswer<Answer>(db: Database, name: string, compute: () => Promise<Answer>): Promise<Answer> {
  const computations = computationsOf.get(db) ?? new Map<string, Computation>();
  computationsOf.set(db, computations);

  function start(): Promise<Answer> {
    const running = compute();
    const started: Computation = { running, next: null };
    computations.set(name, started);
    const end = () => void (started.next === null && computations.delete(name));
    running.then(end, end);
    return running;
  }

  const current = computations.get(name);
  if (!current) return start();
  current.next ??= current.running.then(start, start);
  return current.next as Promise<Answer>;
}

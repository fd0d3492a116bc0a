/**
 * Responses that are the same for everyone. One change makes all open dashboards read again at the same moment:
 * requests that arrive during a computation share the next one, so that no one gets an outdated result.
 */
import type { Database } from "../database/connection/database.ts";

type Flight = { running: Promise<unknown>; next: Promise<unknown> | null };

const ofDatabases = new WeakMap<Database, Map<string, Flight>>();

/** @param name identifies the response with everything that it depends on */
export function shareAnswer<Answer>(db: Database, name: string, compute: () => Promise<Answer>): Promise<Answer> {
  const flights = ofDatabases.get(db) ?? new Map<string, Flight>();
  ofDatabases.set(db, flights);

  function start(): Promise<Answer> {
    const running = compute();
    const flight: Flight = { running, next: null };
    flights.set(name, flight);
    const end = () => void (flight.next === null && flights.delete(name));
    running.then(end, end);
    return running;
  }

  const flight = flights.get(name);
  if (!flight) return start();
  flight.next ??= flight.running.then(start, start);
  return flight.next as Promise<Answer>;
}

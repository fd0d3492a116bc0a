/** How connections behave when the network fails: they neither wait forever nor flood a database that refuses them. */
import pg from "pg";
import { sessionSettings } from "./session-settings.ts";

/** The pause after a refused connection. */
const pauseAfterFailureMs = 1_000;
/** Spreads the attempts of several instances. */
const spreadMs = 500;
/**
 * A later failure is not a refusal: the database is slow, and another attempt may succeed. Shorter than any pool
 * waits for a connection, and much longer than a refusal takes on a busy machine.
 */
const maxRefusalMs = 900;

type ConnectCallback = (error: Error | null) => void;
type Gate = { failure: { error: Error; until: number } | null };

/** One per database: a failed connection of this process counts for all its pools. */
const gates = new Map<string, Gate>();

function gateOf(url: string): Gate {
  let gate = gates.get(url);
  if (!gate) gates.set(url, (gate = { failure: null }));
  return gate;
}

/** The remaining pause; 0: connect immediately. */
export function connectBackoffMs(url: string): number {
  const { failure } = gateOf(url);
  return failure ? Math.max(0, Math.ceil(failure.until - performance.now())) : 0;
}

/**
 * A client class for connections to one database. While the pause after a refused connection runs, further ones fail immediately
 * with the same error: a caller such as the webhook gets its answer sooner, and the database can recover. After the pause, one
 * connection tries for all.
 *
 * @param settings of each session, in addition to those of every session
 */
export function createThrottledClient(
  url: string,
  settings: Record<string, string> = {},
): new (config?: pg.ClientConfig) => pg.Client {
  const gate = gateOf(url);
  const applied = sessionSettings(settings);

  return class ThrottledClient extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: ConnectCallback): void;
    override connect(callback?: ConnectCallback): Promise<pg.Client> | void {
      if (!callback) return new Promise((resolve, reject) => this.connect((e) => (e ? reject(e) : resolve(this))));
      const startedAt = performance.now();
      if (gate.failure && startedAt < gate.failure.until) {
        process.nextTick(callback, gate.failure.error);
        return;
      }
      if (gate.failure) gate.failure.until = startedAt + maxRefusalMs;
      // A pool listens only once it has the connection: one lost before, while its settings are set, would end the
      // process.
      this.on("error", () => {});
      super.connect((error: Error | null) => {
        const isRefused = error !== null && error !== undefined && performance.now() - startedAt < maxRefusalMs;
        gate.failure = isRefused
          ? { error, until: performance.now() + pauseAfterFailureMs + Math.random() * spreadMs }
          : null;
        if (error) return callback(error);
        this.query(applied, (refused: Error | null) => callback(refused));
      });
    }
  };
}

/** A statement without a response leaves its connection unusable, so it is closed and no transaction gets it again. */
export function closeOnReadTimeout(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const answer = send(...args);
    if (answer instanceof Promise) {
      answer.catch((error: Error) => {
        if (error.message === "Query read timeout") stream.destroy();
      });
    }
    return answer;
  }) as typeof client.query;
}

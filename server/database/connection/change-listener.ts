/** Notifies open pages of changes in the database: one LISTEN connection per instance. */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import postgres from "postgres";
import type { ChangeView } from "../../../shared/views/history.ts";
import { postgresJsConnection } from "./address.ts";
import { workChannel } from "../writes/operation-claims.ts";
import { changesChannel } from "../record/record.ts";

export type Changes = {
  /**
   * Changes from this call until the signal. `null`: some may have been missed. An empty list: nothing has changed,
   * the connection is alive.
   */
  follow(signal: AbortSignal | undefined): AsyncIterable<ChangeView[] | null>;
  stop(): Promise<void>;
};

/** Proves that the connection receives notifications. */
export type ChangeProof = {
  /** A channel that only this instance listens on. */
  proofChannel: string;
  /** Whether the text arrives on that channel within the time. */
  waitFor(text: string, withinMs: number): Promise<boolean>;
};

/** The pages conclude from silence that the server is out of reach: see `web/live/server-connection.ts`. */
const heartbeatMs = 750;
/** A slower reader has missed changes and has to read everything again. */
const maxWaiting = 100;

/** postgres.js keeps this connection: it reconnects automatically and reports it. */
export async function listenForChanges(options: {
  url: string;
  log: Logger;
  /** Called when work becomes due that no worker of this instance created. */
  onWork?: () => void;
}): Promise<Changes & ChangeProof> {
  const followers = createFollowers();
  const sql = postgres({
    ...postgresJsConnection(options.url),
    max: 1,
    onnotice: () => {},
    connection: { application_name: "marketdesk changes" },
  });
  await sql.listen(
    changesChannel,
    (payload) => followers.publish(JSON.parse(payload) as ChangeView[]),
    () => followers.publish(null),
  );
  const proofs = createProofs();
  await sql.listen(proofs.channel, proofs.note);
  const { onWork } = options;
  if (onWork) await sql.listen(workChannel, onWork, onWork);
  const beat = setInterval(followers.beat, heartbeatMs);
  return {
    follow: followers.follow,
    proofChannel: proofs.channel,
    waitFor: proofs.waitFor,
    stop() {
      clearInterval(beat);
      return sql.end({ timeout: 2 });
    },
  };
}

/** Texts that are awaited. */
function createProofs() {
  const waiting = new Map<string, () => void>();
  return {
    channel: `marketdesk_proof_${randomBytes(8).toString("hex")}`,
    note: (text: string) => waiting.get(text)?.(),
    waitFor(text: string, withinMs: number): Promise<boolean> {
      return new Promise((resolve) => {
        const end = (isReceived: boolean) => {
          clearTimeout(timer);
          waiting.delete(text);
          resolve(isReceived);
        };
        const timer = setTimeout(() => end(false), withinMs);
        waiting.set(text, () => end(true));
      });
    },
  };
}

type Follower = { waiting: (ChangeView[] | null)[]; wake: () => void };

export function createFollowers() {
  const all = new Set<Follower>();

  function put(follower: Follower, changes: ChangeView[] | null) {
    if (follower.waiting.length >= maxWaiting) follower.waiting = [null];
    else follower.waiting.push(changes);
    follower.wake();
  }

  async function* read(follower: Follower, signal: AbortSignal | undefined) {
    try {
      while (!signal?.aborted) {
        const next = follower.waiting.shift();
        if (next === undefined) await new Promise<void>((resolve) => (follower.wake = resolve));
        else yield next;
      }
    } finally {
      all.delete(follower);
    }
  }

  return {
    publish(changes: ChangeView[] | null) {
      for (const follower of all) put(follower, changes);
    },
    beat() {
      for (const follower of all) if (follower.waiting.length === 0) put(follower, []);
    },
    follow(signal: AbortSignal | undefined): AsyncIterable<ChangeView[] | null> {
      const follower: Follower = { waiting: [], wake: () => {} };
      all.add(follower);
      const end = () => {
        all.delete(follower);
        follower.waiting = [];
        follower.wake();
      };
      if (signal?.aborted) end();
      else signal?.addEventListener("abort", end, { once: true });
      return read(follower, signal);
    },
    count: () => all.size,
  };
}

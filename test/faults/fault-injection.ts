/**
 * What a fault does inside an instance: the instance dies at a named point, or breaks a guarantee on purpose. The product has no
 * switch for this: this file wraps its database driver and undici.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Agent, type Dispatcher } from "undici";

/** Where an instance can be made to die, in the order of a webhook's steps; the last four belong to our own change. */
export const killPoints = [
  "after verify, before insert",
  "after insert, before answer",
  "after answer, before claim",
  "after claim",
  "before Get Operation",
  "after Get Operation",
  "before the decision's write",
  "before PATCH",
  "after PATCH",
  "before state write and notify",
  "during state write and notify",
  "after state write and notify",
  "before sending our change",
  "after sending our change",
] as const;
/** Points around the outbox, in the order of a message's steps. */
export const outboxKillPoints = [
  "before an event is addressed",
  "while an event is addressed",
  "after an event is addressed",
  "before lanes are claimed",
  "after lanes are claimed",
  "before a result is stored",
  "while a result is stored",
  "after a result is stored",
] as const;
/** Points from the report of usage to Microsoft's answer. */
export const usageKillPoints = [
  "before usage is stored",
  "while usage is stored",
  "after usage is stored",
  "while hours are sealed",
  "while late usage is carried",
  "before usage is claimed",
  "after usage is claimed",
  "before usage is sent",
  "after usage is sent",
  "before an answer about usage is stored",
  "while an answer about usage is stored",
  "after an answer about usage is stored",
] as const;
export type KillPoint =
  | (typeof killPoints)[number]
  | (typeof outboxKillPoints)[number]
  | (typeof usageKillPoints)[number];

/** `SIGSTOP`: the instance stands still until it is continued. */
export type Signal = "SIGKILL" | "SIGSTOP";

/** Guarantees that can be broken inside an instance. */
export const sabotages = ["ack-before-commit", "no-unique-key", "patch-without-check", "lease-never-expires"] as const;
export type Sabotage = (typeof sabotages)[number];

/** At these points an instance dies, or stands still, only if it has claimed something. */
const claims: ReadonlySet<KillPoint> = new Set(["after claim", "after lanes are claimed", "after usage is claimed"]);

type Query = { text: string; name: string | undefined; values: unknown[] };
type Result = pg.QueryResult;

/** Installs itself. Call it before the app is loaded. */
export function injectFaults(options: { marketplaceApiUrl: string; sabotage: Sabotage | null }) {
  let armed: KillPoint | null = null;
  let signal: Signal = "SIGKILL";
  const inProgress = new Map<object, number>();
  let slowestMs = 0;
  let over5s = 0;

  async function dieAt(point: KillPoint): Promise<void> {
    if (armed !== point) return;
    armed = null;
    process.kill(process.pid, signal);
    // Long enough for the signal to arrive.
    await sleep(signal === "SIGKILL" ? 60_000 : 10);
  }

  /** The points before, during and after a query; null for queries without any, which are not changed. */
  function pointsOf(
    query: Query,
  ): { before?: KillPoint; during?: KillPoint; after?: KillPoint; waitMs?: number } | null {
    if (query.text.includes("insert into webhook_deliveries"))
      return { before: "after verify, before insert", after: "after insert, before answer" };
    if (query.name === "claim-due") return { before: "after answer, before claim", after: "after claim", waitMs: 30 };
    if (query.name === "write-progress" && String(query.values[0]).includes('"decision"'))
      return { before: "before the decision's write" };
    if (query.text.includes("insert into outbox_messages")) {
      return {
        before: "before an event is addressed",
        during: "while an event is addressed",
        after: "after an event is addressed",
      };
    }
    if (query.name === "claim-lanes") return { before: "before lanes are claimed", after: "after lanes are claimed" };
    if (query.name === "write-results") {
      return {
        before: "before a result is stored",
        during: "while a result is stored",
        after: "after a result is stored",
      };
    }
    if (query.name === "store-usage")
      return { before: "before usage is stored", during: "while usage is stored", after: "after usage is stored" };
    if (query.text.includes("update usage_slots s set state = r.state, billable"))
      return { during: "while hours are sealed" };
    if (query.text.includes("insert into usage_carries")) return { during: "while late usage is carried" };
    if (query.text.includes("insert into usage_submissions"))
      return { before: "before usage is claimed", after: "after usage is claimed" };
    if (query.text.includes("update usage_submissions s set answered_at")) {
      return {
        before: "before an answer about usage is stored",
        during: "while an answer about usage is stored",
        after: "after an answer about usage is stored",
      };
    }
    if (query.name?.startsWith("settle-")) {
      return {
        before: "before state write and notify",
        during: "during state write and notify",
        after: "after state write and notify",
      };
    }
    return null;
  }

  type Send = (this: pg.Client, ...args: unknown[]) => Promise<Result>;
  const prototype = pg.Client.prototype as unknown as { query: Send };
  const send = prototype.query;

  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const query = readQuery(args);
    if (query === null) return send.apply(this, args);
    const callback = args.findLast((arg) => typeof arg === "function") as
      | ((error: unknown, result?: Result) => void)
      | undefined;
    const rest = args.filter((arg) => typeof arg !== "function" && arg !== undefined);
    const points = pointsOf(query);
    const changed = changedBySabotage(query, rest);
    const isWatched = !/^listen|advisory_lock/i.test(query.text);
    const answer = (async () => {
      const mark = {};
      const startedAt = performance.now();
      try {
        if (points?.before && armed === points.before) {
          await sleep(points.waitMs ?? 0);
          await dieAt(points.before);
        }
        if (isWatched) inProgress.set(mark, startedAt);
        const sent = changed?.(this) ?? send.apply(this, rest);
        // After PostgreSQL has received the query, which it then completes without us.
        if (points?.during && armed === points.during) setImmediate(() => void dieAt(points.during as KillPoint));
        const result = await sent;
        if (points?.after && armed === points.after && (!claims.has(points.after) || result.rows.length > 0))
          await dieAt(points.after);
        return result;
      } finally {
        inProgress.delete(mark);
        const ms = performance.now() - startedAt;
        if (isWatched) slowestMs = Math.max(slowestMs, ms);
        if (isWatched && ms > 5_000) over5s += 1;
      }
    })();
    if (!callback) return answer;
    answer.then(
      (result) => callback(null, result),
      (error: unknown) => callback(error),
    );
    return undefined as unknown as Promise<Result>;
  };

  function changedBySabotage(query: Query, args: unknown[]): ((client: pg.Client) => Promise<Result>) | null {
    const isIntake = query.text.includes("insert into webhook_deliveries");
    if (options.sabotage === "ack-before-commit" && isIntake) {
      return async (client) => {
        // The answer is sent immediately; the rows are written a little later.
        setTimeout(() => void send.apply(client, args).catch(() => {}), 300);
        return { rows: [], rowCount: 0, command: "INSERT", oid: 0, fields: [] };
      };
    }
    if (options.sabotage === "no-unique-key" && isIntake) {
      const text = query.text.replace("on conflict (marketplace_id) do nothing", "");
      return (client) => send.call(client, { text, values: query.values, name: `${query.name}-sabotaged` });
    }
    if (
      options.sabotage === "lease-never-expires" &&
      query.text.includes("set claimed_by = null where claimed_by = any")
    ) {
      return () => Promise.resolve({ rows: [{ dead: 0 }], rowCount: 1, command: "SELECT", oid: 0, fields: [] });
    }
    return null;
  }

  // A kill is immediate: before a request nothing of it is sent, after it nothing is read.
  const dispatch = Agent.prototype.dispatch;
  Agent.prototype.dispatch = function (this: Agent, request, handler) {
    const url = `${String(request.origin)}${request.path}`;
    if (!url.startsWith(options.marketplaceApiUrl)) return dispatch.call(this, request, handler);
    const { method } = request;
    const isOperation = /\/operations\/[^/?]+/.test(url);
    const isOwn = !isOperation && (method === "PATCH" || method === "DELETE");
    const reach = (when: "before" | "after") => {
      if (isOperation && method === "GET") void dieAt(`${when} Get Operation`);
      if (isOperation && method === "PATCH") void dieAt(`${when} PATCH`);
      if (isOwn) void dieAt(`${when} sending our change`);
      if (/[uU]sageEvent$/.test(new URL(url).pathname)) void dieAt(`${when} usage is sent`);
    };
    reach("before");
    const send = () => dispatch.call(this, request, watched);
    const isBlind = options.sabotage === "patch-without-check" && method === "PATCH";
    const watched = watchedHandler(handler, () => reach("after"), isBlind ? send : null);
    return send();
  };

  return {
    arm(point: KillPoint | null, by: Signal): void {
      armed = point;
      signal = by;
    },
    figures() {
      const now = performance.now();
      const waiting = [...inProgress.values()].filter((startedAt) => now - startedAt > 5_000).length;
      return {
        queriesOver5s: over5s + waiting,
        slowestQueryMs: Math.round(slowestMs),
        queriesInFlight: inProgress.size,
      };
    },
  };
}

/**
 * Passes everything on to undici's handler of a response.
 * @param sendAgain repeats a request after a cut connection, without a check of the first one's result
 */
function watchedHandler(
  handler: Dispatcher.DispatchHandler,
  onResponse: () => void,
  sendAgain: (() => boolean) | null,
): Dispatcher.DispatchHandler {
  let attempts = 1;
  return new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (name === "onHeaders" || name === "onResponseStart") onResponse();
        const isFailure = name === "onError" || name === "onResponseError";
        if (!isFailure || !sendAgain || attempts === 3) return Reflect.apply(value, target, args) as unknown;
        attempts += 1;
        setTimeout(sendAgain, 1_500);
        return undefined;
      };
    },
  });
}

/** Null for anything but a plain query, such as a stream. */
function readQuery(args: unknown[]): Query | null {
  const [first, second] = args;
  const values = Array.isArray(second) ? second : [];
  if (typeof first === "string") return { text: first, name: undefined, values };
  if (typeof first !== "object" || first === null || "submit" in first) return null;
  const config = first as { text?: unknown; name?: string; values?: unknown[] };
  if (typeof config.text !== "string") return null;
  return { text: config.text, name: config.name, values: config.values ?? values };
}

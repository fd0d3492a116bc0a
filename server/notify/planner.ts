/** Decides who has to be notified of what, on one instance at a time. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import { noticeTestType } from "../../shared/notifications.ts";
import type { Database, Executor } from "../database/connection/database.ts";
import { lockKey } from "../database/statements/advisory-locks.ts";
import { planDigests } from "./plan/plan-digests.ts";
import { planEscalations, planResolved } from "./plan/plan-escalations.ts";
import { createNotices, planNews } from "./plan/plan-notices.ts";
import { beginOnce, planPurchaserMails } from "./plan/plan-purchaser-mails.ts";
import { forgetOldNeeds, trackNeeds } from "./plan/seen-needs.ts";
import { readSubscribers } from "./plan/subscribers.ts";
import { forgetOldEvents, trackEvents } from "./plan/track-events.ts";

const everyMs = 10_000;
/** Old rows are deleted about once an hour. */
const roundsBeforeForgetting = 360;

export type PlannerDatabases = {
  db: Database;
  /** For reading needs. */
  needsDb: Database;
};

/**
 * One round: creates outbox messages for new needs and events, escalations, resolved needs, digests and emails to purchasers.
 * @returns whether this instance did it; another one may be doing it
 */
export async function plan({ db, needsDb }: PlannerDatabases, now: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(${lockKey("notifications")}) as locked`,
    );
    if (!rows[0]?.locked) return false;
    const open = await trackNeeds(tx, needsDb, now, { isFirst: await beginOnce(tx, now) });
    const waiting = open.filter(({ snoozedUntil }) => snoozedUntil === null);
    const subscribers = await readSubscribers(tx);
    await trackEvents(tx, subscribers, now);
    for (const planSome of [
      () => planNews(tx, subscribers, waiting, now),
      () => planEscalations(tx, subscribers, waiting, now),
      () => planResolved(tx, subscribers, now),
    ]) {
      await createNotices(tx, subscribers, await planSome(), now);
    }
    await planDigests(tx, subscribers, now);
    await planPurchaserMails(tx, open, now);
    await planSelfTests(tx, now);
    return true;
  });
}

/** A Workflow belongs to a person and ends with their account, so a quiet Teams channel gets a test a day. */
async function planSelfTests(tx: Executor, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  await tx.execute(sql`
    with due as (
      select r.id from outbox_receivers r join channels c on c.id = r.id
      where r.kind = 'teams' and r.state = 'active' and c.created_at < ${now.toISOString()}::timestamptz - interval '1 day'
        and coalesce(greatest(r.delivered_at, c.tested_at), c.created_at) < ${now.toISOString()}::timestamptz - interval '1 day'),
    message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, state, created_at)
      select id, 'test', gen_random_uuid(), 'test ' || ${day}, ${noticeTestType}, 'waiting', now() from due
      on conflict (receiver_id, about) do nothing
      returning receiver_id)
    insert into outbox_lanes (receiver_id, lane, due_at) select receiver_id, 'test', now() from message
    on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1`);
}

export type PlannerOptions = PlannerDatabases & {
  now: () => Date;
  /** Whether the webhook or the settling of operations needs the machine now, or the sample history is still replayed. */
  isBusy: () => boolean;
  onPlanned: () => void;
  log: Logger;
};

async function hasSubscribers(db: Database): Promise<boolean> {
  const found = await db.execute(
    sql`select from outbox_receivers where kind not in ('endpoint', 'push') and state in ('active', 'paused')
      union all select from push_browsers limit 1`,
  );
  return (found.rowCount ?? 0) > 0;
}

export function startPlanner({ db, needsDb, now, isBusy, onPlanned, log }: PlannerOptions) {
  let round = 0;
  let current: Promise<void> | null = null;

  async function look(): Promise<void> {
    if (isBusy() || !(await hasSubscribers(db))) return;
    if (await plan({ db, needsDb }, now())) onPlanned();
    round += 1;
    if (round % roundsBeforeForgetting === 0) {
      await db.transaction(async (tx) => {
        await forgetOldNeeds(tx, now());
        await forgetOldEvents(tx, now());
      });
    }
  }

  const timer = setInterval(() => {
    current ??= look()
      .catch((error: unknown) => log.warn({ err: error }, "could not plan notifications; trying again"))
      .finally(() => (current = null));
  }, everyMs);
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await current;
    },
  };
}

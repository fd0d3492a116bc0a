/** Writes of automations that follow from events: their position in the feed, who matches, and what is too old. */
import { eq, type SQL, sql } from "drizzle-orm";
import {
  type AutomationFilters,
  automationPreviewDays,
  hasMoneyFilter,
  withoutMoneyFilters,
} from "../../../shared/automations.ts";
import { utcDayOf } from "../../../shared/day.ts";
import { mailReceiverId, pushReceiverId } from "../../../shared/notifications.ts";
import type { Database, Executor } from "../connection/database.ts";
import { matching, matchingRow } from "../queries/subscription-filter.ts";
import { automationMatches, automationPosition } from "../schema/automations.ts";
import { subscriptions } from "../schema/subscriptions.ts";

/** Events from here on start automations: called when the first one is turned on. */
export async function skipToLatestEvent(tx: Executor): Promise<void> {
  const latest = sql`(select coalesce(max(e.position), 0) from events e where e.position is not null)`;
  await tx
    .insert(automationPosition)
    .values({ id: "all", position: latest as never })
    .onConflictDoUpdate({ target: automationPosition.id, set: { position: latest } });
}

/** The position, locked; null while another instance works from it, or if no automation was ever on. */
export async function lockPosition(tx: Executor): Promise<number | null> {
  const [row] = await tx.select().from(automationPosition).for("update", { skipLocked: true });
  return row?.position ?? null;
}

export async function movePosition(tx: Executor, position: number): Promise<void> {
  await tx.update(automationPosition).set({ position });
}

/**
 * Subscriptions whose stored money is outdated by a change that is not counted yet. Those without any price so far are not
 * included, because Microsoft may never give one.
 */
const uncounted = (which: SQL) => sql`
  select c.subscription_id from money_changes c where not c.is_waiting and ${which}
  union all
  select c.subscription_id from money_changes c join subscription_money m on m.subscription_id = c.subscription_id
  where c.is_waiting and m.price is not null and ${which}`;
const isUncounted = sql`subscriptions.id in (${uncounted(sql`true`)})`;

export async function isMoneyCounted(db: Executor, subscriptionId: string): Promise<boolean> {
  const { rowCount } = await db.execute(uncounted(sql`c.subscription_id = ${subscriptionId}`));
  return rowCount === 0;
}

/**
 * Remembers the subscriptions that match now, so that only those that begin to match later count as new. Subscriptions whose
 * money is not counted yet are remembered too, because they may match already.
 * @returns how many match; `max + 1` if there are more
 */
export async function rememberMatches(
  tx: Executor,
  automationId: string,
  filters: AutomationFilters,
  { now, max }: { now: Date; max: number },
): Promise<number> {
  await forgetMatches(tx, automationId);
  const { rowCount } = await tx.execute(sql`
    insert into automation_matches (automation_id, subscription_id)
    select ${automationId}::uuid, subscriptions.id from subscriptions
    where ${matching({ ...filters, today: utcDayOf(now) }) ?? sql`true`} limit ${max + 1}
    on conflict do nothing`);
  if (hasMoneyFilter(filters)) {
    const others = matching({ ...withoutMoneyFilters(filters), today: utcDayOf(now) });
    await tx.execute(sql`
      insert into automation_matches (automation_id, subscription_id)
      select ${automationId}::uuid, subscriptions.id from subscriptions
      where ${isUncounted} and ${others ?? sql`true`} limit ${max}
      on conflict do nothing`);
  }
  return rowCount ?? 0;
}

export async function forgetMatches(tx: Executor, automationId: string): Promise<void> {
  await tx.delete(automationMatches).where(eq(automationMatches.automationId, automationId));
}

/** Remembered subscriptions that are looked up together: the filters are not read for all subscriptions. */
const forgetBatchSize = 1_000;

/** Forgets subscriptions that no longer match, so that they can begin to match again. Those with uncounted money stay. */
export async function forgetFormerMatches(
  db: Executor,
  automationId: string,
  filters: AutomationFilters,
  now: Date,
): Promise<void> {
  const today = utcDayOf(now);
  const matches = matching({ ...filters, today }) ?? sql`true`;
  const others = matching({ ...withoutMoneyFilters(filters), today }) ?? sql`true`;
  const stays = hasMoneyFilter(filters) ? sql`(${matches}) or (${isUncounted} and ${others})` : matches;
  let after: string | null = "";
  while (after !== null) after = await forgetPage(db, automationId, stays, after);
}

/** @returns where the next page begins; null if there is none */
async function forgetPage(db: Executor, automationId: string, stays: SQL, after: string): Promise<string | null> {
  const { rows } = await db.execute<{ last: string | null; count: number }>(sql`
    with page as materialized (
      select subscription_id from automation_matches
      where automation_id = ${automationId}::uuid and subscription_id > ${after}
      order by subscription_id limit ${forgetBatchSize}),
    gone as (
      delete from automation_matches m using page
      where m.automation_id = ${automationId}::uuid and m.subscription_id = page.subscription_id and not exists (
        select from subscriptions where subscriptions.id = page.subscription_id and (${stays})))
    select max(subscription_id) as last, count(*)::int as count from page`);
  const [page] = rows;
  return page && page.count === forgetBatchSize ? page.last : null;
}

/** @returns whether it did not match before */
export async function rememberMatch(tx: Executor, automationId: string, subscriptionId: string): Promise<boolean> {
  const added = await tx
    .insert(automationMatches)
    .values({ automationId, subscriptionId })
    .onConflictDoNothing()
    .returning({ id: automationMatches.subscriptionId });
  return added.length > 0;
}

/** Whether a subscription matches filters now. */
export async function isMatching(
  db: Executor,
  subscriptionId: string,
  filters: AutomationFilters,
  now: Date,
): Promise<boolean> {
  const found = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(matchingRow(subscriptionId, { ...filters, today: utcDayOf(now) }));
  return found.length > 0;
}

/** Subscriptions that have begun to match, at most `max`. Those with uncounted money are left for a later call. */
export async function listEntering(
  db: Executor,
  automationId: string,
  filters: AutomationFilters,
  { now, max }: { now: Date; max: number },
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select subscriptions.id from subscriptions
    where ${matching({ ...filters, today: utcDayOf(now) }) ?? sql`true`}
      ${hasMoneyFilter(filters) ? sql`and not ${isUncounted}` : sql``} and not exists (
      select from automation_matches m where m.automation_id = ${automationId}::uuid and m.subscription_id = subscriptions.id)
    limit ${max}`);
  return rows.map(({ id }) => id);
}

/**
 * Puts an entry of the audit trail into the next message to a member of staff, by email and in their browsers, or to a
 * channel.
 * @returns to how many places it goes
 */
export async function notifyOf(tx: Executor, entryId: string, to: string, now: Date): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    insert into notice_events (event_id, target, subscriber, frequency, seen_at)
    select ${entryId}::uuid, t.target, ${to}, 'now', ${now.toISOString()}::timestamptz
    from (
      select st.tenant_id || ':' || st.object_id as target from staff st
      join outbox_receivers r on r.id = ${mailReceiverId} and r.state in ('active', 'paused')
      where st.tenant_id || ':' || st.object_id = ${to} and st.email is not null
        and st.disabled_at is null and st.access_lost_at is null
      union all
      select b.id::text from push_browsers b
      join outbox_receivers r on r.id = ${pushReceiverId} and r.state in ('active', 'paused')
      join staff st on st.tenant_id || ':' || st.object_id = b.staff_id
        and st.disabled_at is null and st.access_lost_at is null
      where b.staff_id = ${to}
      union all
      select c.id::text from channels c join outbox_receivers r on r.id = c.id and r.state in ('active', 'paused')
      where c.id::text = ${to}) t
    on conflict do nothing`);
  return rowCount ?? 0;
}

const sweepSize = 1_000;

/** Deletes some firings that are older than previews look back; those with a problem stay. */
export async function sweepFirings(db: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - automationPreviewDays * 86_400_000);
  await db.execute(sql`
    delete from automation_firings where id in (
      select id from automation_firings where at < ${before.toISOString()}::timestamptz and state in ('done', 'dismissed')
      order by at limit ${sweepSize})`);
}

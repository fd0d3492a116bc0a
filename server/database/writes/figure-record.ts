/** Stores the days and hours of the overview. Each statement can be repeated: it stores what is true when it runs. */
import { sql, type SQL } from "drizzle-orm";
import { addDays, utcDayOf } from "../../../shared/day.ts";
import type { Database, Executor } from "../connection/database.ts";
import { firstIdAt } from "../statements/keyset.ts";
import { activationSteps } from "../../domain/figures.ts";
import { dailyActivations, dailyFlows, dailyStates, hourlyWebhooks } from "../schema/figures.ts";
import { isTestPurchase, subscriptionCounts as counts } from "../schema/subscriptions.ts";

const dayMs = 24 * 60 * 60_000;
const hourMs = 60 * 60_000;
/** A day is recounted as long as its changes may still be committed. */
const recountedDays = 2;
/** Days whose hours the first run counts. */
const firstRunDays = 90;

/** Stores the current counts as the end of today. */
export async function recordDailyStates(db: Database, now: Date): Promise<void> {
  const today = utcDayOf(now);
  await db.transaction(async (tx) => {
    // Removes plans that have lost their last subscription since an earlier run today.
    await tx.execute(sql`delete from ${dailyStates} where day = ${today}::date`);
    await tx.execute(sql`
      insert into ${dailyStates} (day, offer_id, plan_id, pending, subscribed, suspended, trials, seats)
      select ${today}::date, offer_id, plan_id,
        coalesce(sum(subscriptions) filter (where status = 'PendingFulfillmentStart'), 0),
        coalesce(sum(subscriptions) filter (where status = 'Subscribed'), 0),
        coalesce(sum(subscriptions) filter (where status = 'Suspended'), 0),
        coalesce(sum(subscriptions) filter (where status = 'Subscribed' and is_free_trial), 0),
        coalesce(sum(seats) filter (where status in ('Subscribed', 'Suspended')), 0)
      from ${counts} group by offer_id, plan_id having sum(subscriptions) filter (where status <> 'Unsubscribed') > 0
      on conflict do nothing`);
  });
}

/** The days whose flows must be counted: the latest days, and the days of purchases found since the last run. */
export async function daysToCount(db: Executor, lastAt: Date | null, now: Date): Promise<string[]> {
  const young = Array.from({ length: recountedDays }, (_, ago) => addDays(utcDayOf(now), -ago));
  const since = lastAt === null ? "-infinity" : new Date(lastAt.getTime() - hourMs).toISOString();
  const found = await db.execute<{ day: string }>(sql`
    select distinct (purchased_at at time zone 'utc')::date::text as day from subscriptions
    where created_at >= ${since}::timestamptz and purchased_at is not null
    union
    select distinct (status_since at time zone 'utc')::date::text from subscriptions
    where ${since} = '-infinity' and status = 'Unsubscribed'
    union
    select distinct (activated_at at time zone 'utc')::date::text from subscriptions
    where ${since} = '-infinity' and activated_at is not null
    union
    select distinct (at at time zone 'utc')::date::text from activity
    where ${since} = '-infinity'
      and kind in ('subscription.suspended', 'subscription.reinstated', 'subscription.trial_ended')`);
  return [...new Set([...young, ...found.rows.map(({ day }) => day)])].toSorted();
}

/** Days per transaction, so that a first run over years does not hold one for long. */
const daysPerBatch = 60;

/** Counts these days again, replacing earlier counts. */
export async function recordDailyFlows(db: Database, days: string[]): Promise<void> {
  for (let first = 0; first < days.length; first += daysPerBatch) {
    const some = days.slice(first, first + daysPerBatch);
    await db.transaction(async (tx) => {
      await tx.execute(sql`delete from ${dailyFlows} where day = any(${sql.param(some)}::date[])`);
      await tx.execute(sql`
        insert into ${dailyFlows}
          (day, offer_id, purchased, ended_unseen, activated, ended, trials_ended, trials_converted, suspended, reinstated)
        ${flowsOf(some)}
        on conflict (day, offer_id) do nothing`);
      await tx.execute(sql`delete from ${dailyActivations} where day = any(${sql.param(some)}::date[])`);
      await tx.execute(sql`
        insert into ${dailyActivations} (day, offer_id, step, count, total_ms) ${activationsOf(some)}
        on conflict (day, offer_id, step) do nothing`);
    });
  }
}

const purchasesAndActivations = sql`
  select offer_id, 1, (status = 'Unsubscribed' and status_since <= created_at)::int, 0, 0, 0, 0, 0, 0
  from subscriptions
  where not ${isTestPurchase} and coalesce(purchased_at, '-infinity') >= d."from"
    and coalesce(purchased_at, '-infinity') < d."from" + interval '1 day'
  union all
  select offer_id, 0, 0, 1, 0, 0, 0, 0, 0 from subscriptions
  where not ${isTestPurchase} and activated_at >= d."from" and activated_at < d."from" + interval '1 day'`;

const endsAndTurns = sql`
  select offer_id, 0, 0, 0, 1, is_free_trial::int, 0, 0, 0 from subscriptions
  where not ${isTestPurchase} and status = 'Unsubscribed' and status_since > created_at
    and status_since >= d."from" and status_since < d."from" + interval '1 day'
  union all
  select s.offer_id, 0, 0, 0, 0, 0, (a.kind = 'subscription.trial_ended')::int,
    (a.kind = 'subscription.suspended')::int, (a.kind = 'subscription.reinstated')::int
  from activity a join subscriptions s on s.id = a.subscription_id
  where not ${isTestPurchase}
    and a.kind in ('subscription.suspended', 'subscription.reinstated', 'subscription.trial_ended')
    and a.id >= d."fromId" and a.id < d."toId"
    and a.at >= d."from" and a.at < d."from" + interval '1 day'`;

/** What happened on these days, by day and offer. The conditions equal those of the linked lists. */
export function flowsOf(days: string[]): SQL {
  return countFlows(days, sql`${purchasesAndActivations} union all ${endsAndTurns}`);
}

/** The same without purchases and activations, which are known without reading their rows. */
export function endsAndTurnsOf(days: string[]): SQL {
  return countFlows(days, endsAndTurns);
}

/** @param happened what happened on the day `d` */
function countFlows(days: string[], happened: SQL): SQL {
  const given = JSON.stringify(
    days.map((day) => {
      const from = `${day}T00:00:00Z`;
      // An id has the time of the entry, which is a little before or after the time of the event.
      const fromId = firstIdAt(Date.parse(from) - hourMs);
      return { day, from, fromId, toId: firstIdAt(Date.parse(from) + dayMs + hourMs) };
    }),
  );
  return sql`
    select day, offer_id, sum(purchased)::int as purchased, sum(ended_unseen)::int as ended_unseen,
      sum(activated)::int as activated, sum(ended)::int as ended, sum(trials_ended)::int as trials_ended,
      sum(trials_converted)::int as trials_converted, sum(suspended)::int as suspended, sum(reinstated)::int as reinstated
    from jsonb_to_recordset(${given}::jsonb)
        as d(day date, "from" timestamptz, "fromId" uuid, "toId" uuid),
      lateral (${happened})
        happened(offer_id, purchased, ended_unseen, activated, ended, trials_ended, trials_converted, suspended, reinstated)
    group by day, offer_id`;
}

/** The time from purchase to activation of those that became active on these days, by day, offer and step. */
export function activationsOf(days: string[]): SQL {
  return sql`
    select day, offer_id, width_bucket(took - 0.5, ${sql.param(activationSteps)}::float8[]) as step, count(*)::int as count, sum(took)::bigint as total_ms
    from (
      select day, offer_id, greatest(0, extract(epoch from activated_at - coalesce(purchased_at, created_at)) * 1000)::float8 as took
      from unnest(${sql.param(days)}::date[]) d(day)
      join subscriptions on activated_at >= d.day::timestamp at time zone 'utc' and activated_at < (d.day + 1)::timestamp at time zone 'utc'
        and not ${isTestPurchase}
      offset 0
    ) waited
    group by day, offer_id, 3`;
}

/**
 * Counts the hours since the last run, including its own.
 * @returns how many
 */
export async function recordWebhookHours(db: Database, lastAt: Date | null, now: Date): Promise<number> {
  const first = lastAt?.getTime() ?? now.getTime() - firstRunDays * dayMs;
  const from = Math.floor((first - hourMs) / hourMs) * hourMs;
  const hours = Math.floor((now.getTime() - from) / hourMs) + 1;
  await db.execute(sql`
    insert into ${hourlyWebhooks}
      (hour, accepted, duplicates, unprocessable, refused_so_far, within1s, within3s, within10s, later)
    select hour, coalesce(sum(accepted), 0), coalesce(sum(duplicates), 0), coalesce(sum(unprocessable), 0),
      coalesce((select sum(count) from rejected_calls), 0),
      coalesce(sum(within1s), 0), coalesce(sum(within3s), 0), coalesce(sum(within10s), 0), coalesce(sum(later), 0)
    from (
      select date_trunc('hour', received_at, 'UTC') as hour, (outcome = 'accepted')::int as accepted,
        (outcome = 'duplicate')::int as duplicates, (outcome = 'unprocessable')::int as unprocessable,
        0 as within1s, 0 as within3s, 0 as within10s, 0 as later
      from webhook_deliveries where id >= ${firstIdAt(from)}::uuid
      union all
      select date_trunc('hour', created_at, 'UTC'), 0, 0, 0, (took <= 1)::int, (took > 1 and took <= 3)::int,
        (took > 3 and took <= 10)::int, (took > 10)::int
      from (
        select created_at, extract(epoch from acknowledged_at - created_at) as took from operations
        where id >= ${firstIdAt(from)}::uuid and source = 'Azure' and acknowledged_at is not null
      ) acknowledged
      union all
      select date_trunc('hour', ${now.toISOString()}::timestamptz, 'UTC'), 0, 0, 0, 0, 0, 0, 0
    ) counted
    where hour >= ${new Date(from).toISOString()}::timestamptz
    group by hour
    on conflict (hour) do update set accepted = excluded.accepted, duplicates = excluded.duplicates,
      unprocessable = excluded.unprocessable, within1s = excluded.within1s, within3s = excluded.within3s,
      within10s = excluded.within10s, later = excluded.later,
      refused_so_far = case when excluded.hour = date_trunc('hour', ${now.toISOString()}::timestamptz, 'UTC')
        then excluded.refused_so_far else ${hourlyWebhooks}.refused_so_far end`);
  return hours;
}

/** Comparisons of the ledger with Microsoft's list of usage, day by day. */
import { sql } from "drizzle-orm";
import { addDays, type Day, startInUtc } from "../../../shared/day.ts";
import type { UsageDifference } from "../../../shared/usage.ts";
import { differentDuplicate } from "../../domain/usage/answer.ts";
import type { ComparedDay, LedgerDay } from "../../domain/usage/comparison.ts";
import type { Database, Executor } from "../connection/database.ts";

/** Days before today that are compared each day: usage comes within 24 hours and is processed later. */
export const comparedDays = 8;
/** Days with a difference are compared for longer. */
export const differingDays = 62;
/** Longer than the call with its retries. */
const claimMinutes = 10;
const tooLongPauseHours = 6;
/** Rows of a statement. */
const writeBatchSize = 5_000;

/**
 * Claims the oldest day that was not compared today; null if there is none. The first day with usage is left out, as are
 * those before it: other software may have reported usage then.
 * @param today Microsoft's day in UTC
 */
export async function claimComparison(db: Database, today: Day): Promise<Day | null> {
  const from = addDays(today, -comparedDays);
  const { rows } = await db.execute<{ day: Day }>(sql`
    with due as (
      select d.day::date as day from generate_series(${from}::date, ${today}::date - 1, interval '1 day') d(day)
      where d.day::date > (select min(hour) at time zone 'UTC' from usage_slots)::date
      union
      select day from usage_days where cause is not null and day >= ${today}::date - ${differingDays}::int and day < ${today}::date
    )
    insert into usage_comparisons as c (day, claimed_until)
    select due.day, now() + make_interval(mins => ${claimMinutes}) from due left join usage_comparisons k on k.day = due.day
    where (k.compared_at is null or k.compared_at < ${startInUtc(today).toISOString()}::timestamptz)
      and (k.claimed_until is null or k.claimed_until < now())
    order by due.day limit 1
    on conflict (day) do update set claimed_until = excluded.claimed_until where c.claimed_until is null or c.claimed_until < now()
    returning to_char(day, 'YYYY-MM-DD') as day`);
  return rows[0]?.day ?? null;
}

/** For a day whose list at Microsoft is too long to be read: it is tried again later than after other failures. */
export async function postponeComparison(db: Database, day: Day): Promise<void> {
  await db.execute(sql`
    update usage_comparisons set problem = 'TooLong', claimed_until = now() + make_interval(hours => ${tooLongPauseHours})
    where day = ${day}::date`);
}

/**
 * Our record of a day's usage: what Microsoft accepted, and hours for which its answer is unknown.
 * @param settledBefore usage that was accepted before this instant must be in Microsoft's list
 */
export async function ledgerOfDay(db: Executor, day: Day, settledBefore: Date): Promise<LedgerDay[]> {
  const [from, to] = [startInUtc(day).toISOString(), startInUtc(addDays(day, 1)).toISOString()];
  const { rows } = await db.execute<LedgerDay>(sql`
    select subscription_id as "subscriptionId", dimension, coalesce(sum(accepted), 0)::text as accepted,
      coalesce(sum(accepted) filter (where ended_at < ${settledBefore.toISOString()}::timestamptz), 0)::text as settled,
      bool_or(state = 'waiting') as "hasWaiting", bool_or(state = 'lost' and attempts > 0) as "hasUnanswered",
      bool_or(state = 'rejected' and problem is not distinct from ${differentDuplicate}) as "hasUndecided",
      bool_or(state = 'dropped' and problem is not distinct from ${differentDuplicate}) as "hasDropped"
    from usage_slots
    where hour >= ${from}::timestamptz and hour < ${to}::timestamptz and (state in ('accepted', 'waiting', 'dropped') or attempts > 0)
    group by 1, 2`);
  return rows;
}

/** Our own spelling of Microsoft's IDs, which can differ in case; without those that are unknown here. */
export async function ownIdsOf(db: Executor, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await db.execute<{ listed: string; own: string }>(sql`
    select asked.id as listed, s.id as own from unnest(${sql.param(ids)}::text[]) as asked(id)
    join subscriptions s on s.id in (asked.id, lower(asked.id), upper(asked.id))`);
  return new Map(rows.map(({ listed, own }) => [listed, own]));
}

export type NewDifference = { subscriptionId: string; dimension: string; cause: UsageDifference };

/** Replaces what is known of a day. @returns the differences that are new, or have another cause than before */
export async function writeComparison(
  tx: Executor,
  day: Day,
  compared: ComparedDay[],
  now: Date,
): Promise<NewDifference[]> {
  const at = now.toISOString();
  const former = await tx.execute<NewDifference>(sql`
    select subscription_id as "subscriptionId", dimension, cause from usage_days where day = ${day}::date and cause is not null`);
  for (let from = 0; from < compared.length; from += writeBatchSize)
    await writeDays(tx, day, compared.slice(from, from + writeBatchSize), at);
  await tx.execute(sql`delete from usage_days where day = ${day}::date and compared_at < ${at}::timestamptz`);
  await tx.execute(sql`
    update usage_comparisons set compared_at = ${at}::timestamptz, claimed_until = null, problem = null where day = ${day}::date`);
  const causes = new Map(former.rows.map((one) => [JSON.stringify([one.subscriptionId, one.dimension]), one.cause]));
  return compared.flatMap(({ subscriptionId, dimension, cause }) =>
    cause === null || causes.get(JSON.stringify([subscriptionId, dimension])) === cause
      ? []
      : [{ subscriptionId, dimension, cause }],
  );
}

async function writeDays(tx: Executor, day: Day, compared: ComparedDay[], at: string): Promise<void> {
  await tx.execute(sql`
    insert into usage_days as d (day, subscription_id, dimension, ledger, submitted, processed, recon_status, cause, found_at, compared_at)
    select ${day}::date, r."subscriptionId", r.dimension, r.ledger, r.submitted, r.processed, r."reconStatus", r.cause,
      case when r.cause is not null then ${at}::timestamptz end, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(compared)}::jsonb) as r("subscriptionId" text, dimension text, ledger numeric,
      submitted numeric, processed numeric, "reconStatus" text, cause text)
    on conflict (day, subscription_id, dimension) do update set ledger = excluded.ledger, submitted = excluded.submitted,
      processed = excluded.processed, recon_status = excluded.recon_status, cause = excluded.cause, compared_at = excluded.compared_at,
      found_at = case when d.cause is not distinct from excluded.cause then d.found_at else excluded.found_at end`);
}

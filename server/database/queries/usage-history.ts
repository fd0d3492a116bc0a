/** Reads the sealed hours of the past, series by series: the hours of one subscription and dimension. */
import { sql } from "drizzle-orm";
import type { UsageState } from "../../../shared/usage.ts";
import type { RecordedHour } from "../../domain/usage/hold-preview.ts";
import type { Database } from "../connection/database.ts";

export type Series = { subscriptionId: string; dimension: string };

/** Series with a term that has not ended before a day, in a fixed order. @param after the last one of the page before */
export async function listSeries(db: Database, since: Date, after: Series | null, limit: number): Promise<Series[]> {
  const { rows } = await db.execute<Series>(sql`
    select distinct subscription_id as "subscriptionId", dimension from usage_accounts
    where term_ends_on >= ${since.toISOString()}::timestamptz::date
      and (subscription_id, dimension) > (${after?.subscriptionId ?? ""}, ${after?.dimension ?? ""})
    order by 1, 2 limit ${limit}`);
  return rows;
}

export async function countSeries(db: Database, since: Date): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (select distinct subscription_id, dimension from usage_accounts
      where term_ends_on >= ${since.toISOString()}::timestamptz::date) s`);
  return rows[0]?.count ?? 0;
}

/**
 * The hours of each series, the oldest first, with the quantities with which they were sealed: what staff corrected is in
 * the audit trail.
 */
export async function recordedHours(db: Database, series: readonly Series[], since: Date): Promise<RecordedHour[][]> {
  const subscriptions = sql.param(series.map(({ subscriptionId }) => subscriptionId));
  const dimensions = sql.param(series.map(({ dimension }) => dimension));
  const from = sql`${since.toISOString()}::timestamptz`;
  const [{ rows }, decided] = await Promise.all([
    db.execute<{
      number: number;
      id: string;
      hour: string;
      state: UsageState;
      usage: string;
      billable: string;
      effective_at: string;
      sealed_at: string;
      is_trial: boolean;
    }>(sql`
      select a.number::int as number, s.* from unnest(${subscriptions}::text[], ${dimensions}::text[])
        with ordinality a(subscription_id, dimension, number), lateral (
        select id, hour, state, (quantity + carried)::text as usage, trim_scale(billable)::text as billable, effective_at, sealed_at, is_trial
        from usage_slots u where u.subscription_id = a.subscription_id and u.dimension = a.dimension and u.hour >= ${from}
          and u.state <> 'collecting' order by u.hour) s
      order by a.number, s.hour`),
    db.execute<{ key: string; quantity: string; billable: string }>(sql`
      select jsonb_build_array(subscription_id, before ->> 'dimension', before ->> 'hour')::text as key, before ->> 'quantity' as quantity,
        before ->> 'billable' as billable
      from activity where kind in ('usage.corrected', 'usage.released') and at >= ${from} and subscription_id = any(${subscriptions}::text[])
      order by id desc`),
  ]);
  // Of several decisions about an hour, the first one says what was sealed.
  const sealed = new Map(decided.rows.map((row) => [JSON.stringify(JSON.parse(row.key)), row]));
  const hours = series.map((): RecordedHour[] => []);
  for (const row of rows) {
    const of = series[row.number - 1];
    const hour = new Date(row.hour);
    const first = of && sealed.get(JSON.stringify([of.subscriptionId, of.dimension, hour.toISOString()]));
    hours[row.number - 1]?.push({
      id: row.id,
      hour,
      state: row.state,
      usage: first?.quantity ?? row.usage,
      billable: first?.billable ?? row.billable,
      effectiveAt: new Date(row.effective_at),
      sealedAt: new Date(row.sealed_at),
      isTrial: row.is_trial,
    });
  }
  return hours;
}

export type NamedHour = {
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  customer: string | null;
  dimensionName: string;
  unit: string | null;
};

export async function nameHours(db: Database, ids: readonly string[]): Promise<Map<string, NamedHour>> {
  const { rows } = await db.execute<NamedHour>(sql`
    select u.id, u.subscription_id as "subscriptionId", coalesce(nullif(s.name, ''), u.subscription_id) as "subscriptionName",
      coalesce(nullif(s.contact_company, ''), s.beneficiary_email) as customer, coalesce(d.name, u.dimension) as "dimensionName", d.unit
    from usage_slots u
    left join subscriptions s on s.id = u.subscription_id
    left join usage_dimensions d on d.offer_id = s.offer_id and d.plan_id = u.plan_id and d.dimension = u.dimension
    where u.id = any(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Reads the comparison of the ledger with Microsoft's list of usage. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { UsageDifference } from "../../../shared/usage.ts";
import type { ComparisonView } from "../../../shared/views/usage.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import type { Database } from "../connection/database.ts";

const maxDifferences = 200;

type Row = {
  day: Day;
  subscription_id: string;
  subscription_name: string | null;
  dimension: string;
  dimension_name: string | null;
  ledger: string;
  submitted: string | null;
  processed: string | null;
  recon_status: string | null;
  cause: UsageDifference;
  found_at: string;
};

const digits = (value: string | null) => (value === null ? null : inDigits(quantityOf(value)));

/** The newest differences, and when was compared. */
export async function usageComparison(db: Database): Promise<ComparisonView> {
  const [runs, differences] = await Promise.all([
    db.execute<{ compared_at: string | null; days: number; from: Day | null; to: Day | null }>(sql`
      select max(compared_at) as compared_at, count(*)::int as days, to_char(min(day), 'YYYY-MM-DD') as from,
        to_char(max(day), 'YYYY-MM-DD') as to
      from usage_comparisons where compared_at is not null`),
    db.execute<Row>(sql`
      select to_char(u.day, 'YYYY-MM-DD') as day, u.subscription_id, s.name as subscription_name, u.dimension, d.name as dimension_name,
        u.ledger::text as ledger, u.submitted::text as submitted, u.processed::text as processed, u.recon_status, u.cause, u.found_at
      from usage_days u
      left join subscriptions s on s.id = u.subscription_id
      left join usage_dimensions d on d.offer_id = s.offer_id and d.plan_id = s.plan_id and d.dimension = u.dimension
      where u.cause is not null order by u.day desc, u.subscription_id, u.dimension limit ${maxDifferences}`),
  ]);
  const [run] = runs.rows;
  return {
    comparedAt: run?.compared_at ? new Date(run.compared_at).toISOString() : null,
    days: run?.from && run.to ? { from: run.from, to: run.to } : null,
    differences: differences.rows.map((row) => ({
      day: row.day,
      subscriptionId: row.subscription_id,
      subscriptionName: row.subscription_name,
      dimension: row.dimension,
      dimensionName: row.dimension_name ?? row.dimension,
      ledger: inDigits(quantityOf(row.ledger)),
      submitted: digits(row.submitted),
      processed: digits(row.processed),
      reconStatus: row.recon_status,
      cause: row.cause,
      foundAt: new Date(row.found_at).toISOString(),
    })),
  };
}

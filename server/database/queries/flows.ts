/** What happened to subscriptions on the days of the overview: recorded by a job, and of today as it is now. */
import { type SQL, sql } from "drizzle-orm";
import { addDays, type Day } from "../../../shared/day.ts";
import type { FlowsOfDay } from "../../../shared/views/overview.ts";
import type { ActivationStep } from "../../domain/figures.ts";
import type { Database } from "../connection/database.ts";
import { dailyActivations, dailyFlows } from "../schema/figures.ts";
import { isTestPurchase } from "../schema/subscriptions.ts";
import { activationsOf, endsAndTurnsOf } from "../writes/figure-record.ts";

type CountedFlows = FlowsOfDay & { endedUnseen: number };

const flowNames = [
  "purchased",
  "ended_unseen",
  "activated",
  "ended",
  "trials_ended",
  "trials_converted",
  "suspended",
  "reinstated",
];
const camelCase = (name: string) => name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
const sums = sql.raw(flowNames.map((name) => `coalesce(sum(${name}), 0)::int as "${camelCase(name)}"`).join(", "));

const isOfOffer = (offer: string | undefined): SQL => (offer === undefined ? sql`true` : sql`offer_id = ${offer}`);

type Span = { from: Day; to: Day; offer: string | undefined };

/** Each day of the span, including empty ones; the latest is empty. */
export async function readRecordedFlows(db: Database, { from, to, offer }: Span): Promise<CountedFlows[]> {
  const found = await db.execute<CountedFlows>(sql`
    select days.day::date::text as day, ${sums}
    from generate_series(${from}::date, ${to}::date, interval '1 day') days(day)
    left join ${dailyFlows} flows on flows.day = days.day::date and flows.day < ${to}::date and ${isOfOffer(offer)}
    group by days.day order by days.day`);
  return found.rows;
}

/** The flows of a day without purchases and activations. */
export async function readEndsAndTurns(db: Database, day: Day, offer: string | undefined): Promise<CountedFlows> {
  const found = await db.execute<CountedFlows>(sql`
    select ${day}::text as day, ${sums} from (${endsAndTurnsOf([day])}) flows where ${isOfOffer(offer)}`);
  return found.rows[0] as CountedFlows;
}

/** How many of a day's purchases had ended before they were first seen. */
export async function countEndedUnseen(db: Database, day: Day, offer: string | undefined): Promise<number> {
  const startOf = (of: Day) => sql`${`${of}T00:00:00Z`}::timestamptz`;
  const found = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from subscriptions
    where not ${isTestPurchase} and coalesce(purchased_at, '-infinity') >= ${startOf(day)}
      and coalesce(purchased_at, '-infinity') < ${startOf(addDays(day, 1))}
      and status = 'Unsubscribed' and status_since <= created_at and ${isOfOffer(offer)}`);
  return found.rows[0]?.count ?? 0;
}

type StepRow = { is_today: boolean; step: number; count: number; total_ms: string };

/** The observed times from purchase to activation since a day, and how many of them are of the latest day, which is counted now. */
export async function readActivations(
  db: Database,
  { from, to, offer }: Span,
): Promise<{ steps: ActivationStep[]; today: number }> {
  const { rows } = await db.execute<StepRow>(sql`
    select false as is_today, step, sum(count)::int as count, sum(total_ms) as total_ms from ${dailyActivations}
    where day >= ${from}::date and day < ${to}::date and ${isOfOffer(offer)} group by step
    union all
    select true, step, sum(count)::int, sum(total_ms) from (${activationsOf([to])}) today where ${isOfOffer(offer)} group by step`);
  return {
    steps: [...Map.groupBy(rows, ({ step }) => step)].map(([step, ofStep]) => ({
      step,
      count: ofStep.reduce((sum, { count }) => sum + count, 0),
      totalMs: ofStep.reduce((sum, { total_ms }) => sum + Number(total_ms), 0),
    })),
    today: rows.filter(({ is_today }) => is_today).reduce((sum, { count }) => sum + count, 0),
  };
}

/** The usage of a subscription in a term, by dimension. */
import { sql } from "drizzle-orm";
import { addDays, type Day, startInUtc } from "../../../shared/day.ts";
import { unlimited } from "../../../shared/usage.ts";
import { includedIn } from "../../domain/usage/included.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import { type TermSpan, termOf } from "../../domain/usage/term.ts";
import type { Executor } from "../connection/database.ts";
import { dimensionsOf, type PlanDimension } from "./usage-dimensions.ts";

/** Quantities as decimal digits. */
export type DimensionUsage = {
  dimension: string;
  name: string;
  unit: string | null;
  planId: string;
  isTrial: boolean;
  included: string | null;
  pricePerUnit: string | null;
  currency: string | null;
  used: string;
  collecting: string;
  billed: string;
  /** Waits to be sent, for a decision, or for a correction. */
  open: string;
  waiting: string;
  held: string;
  rejected: string;
  lost: string;
  dropped: string;
};

export type TermUsage = {
  subscriptionId: string;
  term: TermSpan;
  /** The first days of all terms with usage, newest first. */
  terms: Day[];
  dimensions: DimensionUsage[];
};

type Subscription = {
  offer_id: string;
  plan_id: string;
  is_free_trial: boolean;
  term_unit: string | null;
  starts_on: Day | null;
  ends_on: Day | null;
};
type Row = Record<
  | "dimension"
  | "plan_id"
  | "used"
  | "collecting"
  | "billed"
  | "open"
  | "waiting"
  | "held"
  | "rejected"
  | "lost"
  | "dropped",
  string
> & { is_trial: boolean };

/**
 * Null for an unknown subscription.
 * @param startsOn the first day of the term; null: the current one
 */
export async function usageOfTerm(
  db: Executor,
  subscriptionId: string,
  startsOn: string | null,
  now: Date,
): Promise<TermUsage | null> {
  const found = await db.execute<Subscription>(sql`
    select offer_id, plan_id, is_free_trial, term_unit, to_char(term_starts_at at time zone 'UTC', 'YYYY-MM-DD') as starts_on,
      to_char(term_ends_at at time zone 'UTC', 'YYYY-MM-DD') as ends_on
    from subscriptions where id = ${subscriptionId}`);
  const [subscription] = found.rows;
  if (!subscription) return null;
  const accounts = await db.execute<{ starts_on: Day; ends_on: Day }>(sql`
    select term_starts_on as starts_on, max(term_ends_on) as ends_on from usage_accounts
    where subscription_id = ${subscriptionId} group by 1 order by 1 desc`);
  const spans = accounts.rows.map((row) => ({ startsOn: row.starts_on, endsOn: row.ends_on }));
  const current = termOf(
    now,
    { unit: subscription.term_unit, startsOn: subscription.starts_on, endsOn: subscription.ends_on },
    spans,
  );
  const term = startsOn === null ? current : (spans.find((span) => span.startsOn === startsOn) ?? current);
  const dimensions = await sumsOf(db, subscriptionId, term);
  const planIds = [...new Set([subscription.plan_id, ...dimensions.map((row) => row.plan_id)])];
  const known = (await Promise.all(planIds.map((planId) => dimensionsOf(db, subscription.offer_id, planId)))).flat();
  const used = dimensions.map((row) => viewOf(row, known, subscription.term_unit));
  const unused = known
    .filter(
      ({ planId, dimension }) => planId === subscription.plan_id && !used.some((one) => one.dimension === dimension),
    )
    .map(({ planId, dimension }) =>
      viewOf(unusedRow(planId, dimension, subscription.is_free_trial), known, subscription.term_unit),
    );
  return {
    subscriptionId,
    term,
    terms: [...new Set([current.startsOn, ...spans.map((span) => span.startsOn)])].toSorted().toReversed(),
    dimensions: [...used, ...(term === current ? unused : [])].toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

/** Hours that still collect belong to the term by their time. */
async function sumsOf(db: Executor, subscriptionId: string, term: TermSpan): Promise<Row[]> {
  const [from, to] = [startInUtc(term.startsOn), startInUtc(addDays(term.endsOn, 1))];
  const { rows } = await db.execute<Row>(sql`
    select dimension, plan_id, is_trial,
      coalesce(sum(quantity + carried), 0)::text as used,
      coalesce(sum(quantity + carried) filter (where state = 'collecting'), 0)::text as collecting,
      coalesce(sum(accepted), 0)::text as billed,
      coalesce(sum(billable) filter (where state in ('waiting', 'held', 'rejected')), 0)::text as open,
      coalesce(sum(billable) filter (where state = 'waiting'), 0)::text as waiting,
      coalesce(sum(billable) filter (where state = 'held'), 0)::text as held,
      coalesce(sum(billable) filter (where state = 'rejected'), 0)::text as rejected,
      (coalesce(sum(billable) filter (where state = 'lost'), 0) + coalesce(sum(lost), 0))::text as lost,
      coalesce(sum(billable) filter (where state = 'dropped'), 0)::text as dropped
    from usage_slots
    where subscription_id = ${subscriptionId} and (term_starts_on = ${term.startsOn}::date or (term_starts_on is null
      and hour >= ${from.toISOString()}::timestamptz and hour < ${to.toISOString()}::timestamptz))
    group by dimension, plan_id, is_trial order by dimension, plan_id`);
  return rows;
}

function unusedRow(planId: string, dimension: string, isTrial: boolean): Row {
  const none = { used: "0", collecting: "0", billed: "0", open: "0", waiting: "0", held: "0", rejected: "0" };
  return { dimension, plan_id: planId, is_trial: isTrial, ...none, lost: "0", dropped: "0" };
}

function viewOf(row: Row, known: PlanDimension[], termUnit: string | null): DimensionUsage {
  const { dimension, plan_id: planId, is_trial: isTrial, ...quantities } = row;
  const found = known.find((one) => one.planId === planId && one.dimension === dimension);
  const included = found ? includedIn(termUnit, found.included) : null;
  const digits = Object.fromEntries(
    Object.entries(quantities).map(([name, value]) => [name, inDigits(quantityOf(value))]),
  ) as Record<keyof typeof quantities, string>;
  return {
    dimension,
    planId,
    isTrial,
    name: found?.name ?? dimension,
    unit: found?.unit ?? null,
    pricePerUnit: found?.pricePerUnit ?? null,
    currency: found?.currency ?? null,
    included: isTrial || included === unlimited ? unlimited : included && inDigits(included),
    ...digits,
  };
}

/** The usage of subscriptions in a term, by dimension. */
import { type SQL, sql } from "drizzle-orm";
import { type Day, startInUtc } from "../../../shared/day.ts";
import { unlimited } from "../../../shared/usage.ts";
import type { DimensionUsage, TermUsage, UsedOnDay } from "../../../shared/views/usage.ts";
import { includedIn } from "../../domain/usage/included.ts";
import type { Included } from "../../domain/usage/ledger.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import type { Executor } from "../connection/database.ts";
import { isOfCustomer } from "../statements/customer-key.ts";
import { listDimensions, type PlanDimension } from "./usage-dimensions.ts";
import { currentUsageSettings } from "./usage-settings.ts";
import { termsOf, type SubscriptionTerm, isInTerm, type Subscription } from "./usage-terms.ts";

type Quantities = Record<
  "used" | "collecting" | "billed" | "open" | "waiting" | "held" | "rejected" | "lost" | "dropped",
  string
>;

type Row = Quantities & {
  subscription_id: string;
  dimension: string;
  plan_id: string;
  is_trial: boolean;
  deleted_through: Day | null;
  /** The included quantity at the last sealing, or `unlimited`; null without an account. */
  was_included: string | null;
};

type AmountRow = Pick<Row, "subscription_id" | "dimension" | "plan_id" | "is_trial"> & {
  currency: string;
  amount: string;
  quantity: string;
};

type DayRow = {
  subscription_id: string;
  dimension: string;
  plan_id: string;
  is_trial: boolean;
  day: Day;
  used: string;
  billable: string;
};

/**
 * Null for an unknown subscription.
 * @param startsOn the first day of the term; null: the current one, or the last one of a subscription that has ended
 */
export async function usageOfTerm(
  db: Executor,
  subscriptionId: string,
  startsOn: string | null,
  now: Date,
): Promise<TermUsage | null> {
  const requested = await termsOf(db, sql`id = ${subscriptionId}`, startsOn, now);
  const [usage] = await usageOf(db, requested);
  return usage ?? null;
}

/** The current terms of a customer's subscriptions that have usage. */
export async function usageOfCustomer(db: Executor, customerId: string, now: Date): Promise<TermUsage[]> {
  const hasUsage = sql`exists (select from usage_slots u where u.subscription_id = subscriptions.id)`;
  const requested = await termsOf(db, sql`${isOfCustomer(customerId)} and ${hasUsage}`, null, now);
  return usageOf(db, requested);
}

/** What a purchaser sees of an active subscription: nothing if the plan has no dimensions, or if an admin has turned it off. */
export async function usageForPurchaser(
  db: Executor,
  subscription: { id: string; offerId: string; planId: string },
  now: Date,
): Promise<DimensionUsage[]> {
  const { id, offerId, planId } = subscription;
  const { rows } = await db.execute(sql`
    select from usage_dimensions where offer_id = ${offerId} and plan_id = ${planId}
    union all select from usage_allowances where offer_id = ${offerId} and plan_id = ${planId} limit 1`);
  if (rows.length === 0) return [];
  const { isShownToPurchasers } = await currentUsageSettings(db);
  const usage = isShownToPurchasers ? await usageOfTerm(db, id, null, now) : null;
  return usage?.dimensions.filter((one) => one.planId === planId) ?? [];
}

async function usageOf(db: Executor, requested: SubscriptionTerm[]): Promise<TermUsage[]> {
  if (requested.length === 0) return [];
  const [rows, amounts, days] = [
    await sumsOf(db, requested),
    await amountsOf(db, requested),
    await daysOf(db, requested),
  ];
  const dimensions = await listDimensions(db);
  return requested.map((one) => {
    const { subscription, term, isCurrent, terms, chart } = one;
    const known = dimensions.filter(({ offerId }) => offerId === subscription.offer_id);
    const used = rows.filter((row) => row.subscription_id === subscription.id);
    const isUnused = ({ planId, dimension }: PlanDimension) =>
      planId === subscription.plan_id &&
      !used.some(
        (row) => row.dimension === dimension && row.plan_id === planId && row.is_trial === subscription.is_free_trial,
      );
    const unused =
      isCurrent && subscription.status !== "Unsubscribed"
        ? known.filter(isUnused).map((dimension) => unusedRow(subscription, dimension))
        : [];
    const views = [...used, ...unused].map((row) => ({
      ...viewOf(row, known, {
        termUnit: subscription.term_unit,
        isCurrent: isCurrent && row.plan_id === subscription.plan_id,
      }),
      ...amountOf(row, amounts),
      days: daysIn(days, row),
    }));
    return {
      subscriptionId: subscription.id,
      subscriptionName: subscription.name,
      term,
      terms,
      chart,
      deletedThrough: lastOf(used.map((row) => row.deleted_through)),
      dimensions: views.toSorted((a, b) => a.name.localeCompare(b.name)),
    };
  });
}

function termValues(requested: SubscriptionTerm[]): SQL {
  const terms = requested.map(({ subscription, term }) => ({
    id: subscription.id,
    from: term.startsOn,
    to: term.endsOn,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(terms)}::jsonb) as t("id" text, "from" date, "to" date)`;
}

const isOfTerm = sql`u.subscription_id = t.id and ${isInTerm(sql`u`, { startsOn: sql`t."from"`, endsOn: sql`t."to"` })}`;

/** The sums of the hours of each term. The account has those of hours that were deleted after their retention. */
async function sumsOf(db: Executor, requested: SubscriptionTerm[]): Promise<Row[]> {
  const { rows } = await db.execute<Row>(sql`
    select subscription_id, dimension, plan_id, is_trial, max(was_included) as was_included, sum(used)::text as used, sum(collecting)::text as collecting, sum(billed)::text as billed,
      sum(open)::text as open, sum(waiting)::text as waiting, sum(held)::text as held, sum(rejected)::text as rejected, sum(lost)::text as lost,
      sum(dropped)::text as dropped, to_char(max(deleted_through) at time zone 'UTC', 'YYYY-MM-DD') as deleted_through
    from (
      select u.subscription_id, u.dimension, u.plan_id, u.is_trial,
        coalesce(sum(u.quantity + u.carried) filter (where u.is_counted), 0) as used,
        coalesce(sum(u.quantity + u.carried) filter (where u.state = 'collecting'), 0) as collecting,
        coalesce(sum(u.accepted), 0) as billed,
        coalesce(sum(u.billable) filter (where u.state in ('waiting', 'held', 'rejected')), 0) as open,
        coalesce(sum(u.billable) filter (where u.state = 'waiting'), 0) as waiting,
        coalesce(sum(u.billable) filter (where u.state = 'held'), 0) as held,
        coalesce(sum(u.billable) filter (where u.state = 'rejected'), 0) as rejected,
        (coalesce(sum(u.billable) filter (where u.state = 'lost'), 0) + coalesce(sum(u.lost), 0)) as lost,
        coalesce(sum(u.billable) filter (where u.state = 'dropped'), 0) as dropped, null::timestamptz as deleted_through,
        null as was_included
      from ${termValues(requested)} join usage_slots u on ${isOfTerm}
      group by 1, 2, 3, 4
      union all
      select a.subscription_id, a.dimension, a.plan_id, a.is_trial, a.deleted_used, 0, a.deleted_accepted, 0, 0, 0, 0, a.deleted_lost,
        a.deleted_dropped, a.deleted_through, coalesce(a.included::text, ${unlimited})
      from ${termValues(requested)} join usage_accounts a on a.subscription_id = t.id and a.term_starts_on = t."from") sums
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`);
  return rows;
}

/** The amount of accepted hours, each at its list price then, including hours that were deleted after their retention. */
async function amountsOf(db: Executor, requested: SubscriptionTerm[]): Promise<AmountRow[]> {
  const { rows } = await db.execute<AmountRow>(sql`
    select subscription_id, dimension, plan_id, is_trial, currency, sum(amount)::text as amount, sum(quantity)::text as quantity
    from (
      select u.subscription_id, u.dimension, u.plan_id, u.is_trial, u.currency, u.accepted * u.list_price as amount, u.accepted as quantity
      from ${termValues(requested)} join usage_slots u on ${isOfTerm} and u.accepted > 0 and u.list_price is not null
      union all
      select d.subscription_id, d.dimension, d.plan_id, d.is_trial, d.currency, d.amount, d.quantity
      from ${termValues(requested)} join usage_deleted_amounts d on d.subscription_id = t.id and d.term_starts_on = t."from") priced
    group by 1, 2, 3, 4, 5 order by sum(priced.quantity) desc, 5`);
  return rows;
}

/** What was used on each of the last days of the term. */
async function daysOf(db: Executor, requested: SubscriptionTerm[]): Promise<DayRow[]> {
  const recent = requested.map(({ subscription: { id }, chart }) => ({
    id,
    since: startInUtc(chart.from).toISOString(),
  }));
  const { rows } = await db.execute<DayRow>(sql`
    select u.subscription_id, u.dimension, u.plan_id, u.is_trial, to_char(u.hour at time zone 'UTC', 'YYYY-MM-DD') as day,
      coalesce(sum(u.quantity + u.carried) filter (where u.is_counted), 0)::text as used,
      coalesce(sum(u.billable) filter (where u.is_counted), 0)::text as billable
    from ${termValues(requested)}
    join jsonb_to_recordset(${JSON.stringify(recent)}::jsonb) as r("id" text, "since" timestamptz) on r.id = t.id
    join usage_slots u on ${isOfTerm} and u.hour >= r.since
    group by 1, 2, 3, 4, 5 order by 5`);
  return rows;
}

function daysIn(days: DayRow[], row: Row): UsedOnDay[] {
  return days
    .filter((one) => isOfRow(one, row))
    .map(({ day, used, billable }) => ({
      day,
      used: inDigits(quantityOf(used)),
      billable: inDigits(quantityOf(billable)),
    }));
}

function isOfRow(one: DayRow | AmountRow, row: Row): boolean {
  return (
    one.subscription_id === row.subscription_id &&
    one.dimension === row.dimension &&
    one.plan_id === row.plan_id &&
    one.is_trial === row.is_trial
  );
}

function unusedRow(subscription: Subscription, { planId, dimension }: PlanDimension): Row {
  const none = { used: "0", collecting: "0", billed: "0", open: "0", waiting: "0", held: "0", rejected: "0" };
  const { id: subscription_id, is_free_trial: is_trial } = subscription;
  return {
    subscription_id,
    dimension,
    plan_id: planId,
    is_trial,
    ...none,
    lost: "0",
    dropped: "0",
    deleted_through: null,
    was_included: null,
  };
}

function lastOf(days: (Day | null)[]): Day | null {
  return (
    days
      .filter((one) => one !== null)
      .toSorted()
      .at(-1) ?? null
  );
}

function viewOf(
  row: Row,
  known: PlanDimension[],
  { termUnit, isCurrent }: { termUnit: string | null; isCurrent: boolean },
): Omit<DimensionUsage, "days" | "amount" | "currency" | "unpriced"> {
  const { subscription_id: _, dimension, plan_id: planId, is_trial: isTrial, deleted_through: __, ...others } = row;
  const { was_included: wasIncluded, ...quantities } = others;
  const found = known.find((one) => one.planId === planId && one.dimension === dimension);
  const includedNow = found ? includedIn(termUnit, found.included) : null;
  // What the plan includes today applies to the current plan and term only.
  const included = isCurrent || wasIncluded === null ? includedNow : includedThen(wasIncluded);
  const digits = Object.fromEntries(
    Object.entries(quantities).map(([name, value]) => [name, inDigits(quantityOf(value))]),
  ) as Quantities;
  return {
    dimension,
    planId,
    isTrial,
    name: found?.name ?? dimension,
    unit: found?.unit ?? null,
    included: isTrial || included === unlimited ? unlimited : included && inDigits(included),
    ...digits,
  };
}

function includedThen(stored: string): Included {
  return stored === unlimited ? unlimited : quantityOf(stored);
}

const cents = 2;

/** The billed amount, in the currency of most of it. */
function amountOf(row: Row, amounts: AmountRow[]): Pick<DimensionUsage, "amount" | "currency" | "unpriced"> {
  const found = amounts.find((one) => isOfRow(one, row));
  const billed = quantityOf(row.billed);
  if (found === undefined) return { amount: null, currency: null, unpriced: inDigits(billed) };
  return {
    amount: quantityOf(found.amount).toFixed(cents),
    currency: found.currency,
    unpriced: inDigits(billed.minus(found.quantity)),
  };
}

/** The filters of the list of subscriptions as conditions. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { daysOfSpan, type SpanAhead, type SpanBack } from "../../../shared/relative-days.ts";
import { addDays, type Day, dayFrom, startInUtc, utcDayOf } from "../../../shared/day.ts";
import { driftDays, ownerMe, ownerNone, type SubscriptionFilters, type UnknownFact } from "../../../shared/filters.ts";
import { type Access, activationWindowDays } from "../../../shared/lifecycle.ts";
import { recurringStates } from "../../../shared/money.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { differences } from "../schema/reconcile.ts";
import { isOfCustomer } from "../statements/customer-key.ts";
import { subscriptionHas } from "./search-conditions.ts";

/** The same rule as `accessOf`, so that PostgreSQL can use the index on the status. */
export const accessConditions: Record<Access, SQL> = {
  none: sql`${s.status} = 'PendingFulfillmentStart'`,
  full: sql`(${s.status} = 'Subscribed' and ${s.holdAt} is null)`,
  suspended: sql`(${s.status} = 'Suspended' or (${s.status} = 'Subscribed' and ${s.holdAt} is not null))`,
  ended: sql`${s.status} = 'Unsubscribed'`,
};

const seatCount = sql`coalesce(${s.quantity}, 0)`;
/** Subscriptions that were recently out of sync with Microsoft. */
const drifted = sql`array(select subscription_id from ${differences} where kind in ('drift', 'missing', 'unrecognised') and at > now() - make_interval(days => ${sql.raw(String(driftDays))}) and subscription_id is not null)`;
const termEnd = sql`coalesce(${s.termEndsOn}, 'infinity')`;
const isTestPurchase = sql`is_test_purchase(${s.isTest}, ${s.sandboxType}, ${s.sessionMode}, ${s.offerId})`;
/** The expression of an index. */
const waitingSince = sql`coalesce(${s.purchasedAt}, ${s.createdAt})`;
/** When Microsoft cancels a purchase that is not activated. */
const lapse = sql`${waitingSince} + make_interval(days => ${sql.raw(String(activationWindowDays))})`;
export const isResold = sql`${s.purchaserTenantId} <> ${s.beneficiaryTenantId}`;

/** Replaces "me" in the filters by the staff member's id. */
export function resolveOwnerMe<Filters extends { owner?: string | undefined; person?: string | undefined }>(
  staffId: string,
  filters: Filters,
  today?: Day,
): Filters & { today?: Day } {
  return {
    ...filters,
    ...(today === undefined ? {} : { today }),
    ...(filters.owner === ownerMe ? { owner: staffId } : {}),
    ...(filters.person === ownerMe ? { person: staffId } : {}),
  };
}

/** The rows that the filters match; order and page are the caller's. Expects the result of `resolveOwnerMe`. */
export function matching(
  filters: Omit<SubscriptionFilters, "cursor" | "sort" | "order"> & { today?: Day },
): SQL | undefined {
  const { status, offer, plan, hold, access, endsFrom, endsTo, trial, renews, reseller, tag, owner, followUp } =
    filters;
  const { seatsFrom, seatsTo, tenant, customer, drift, product } = filters;
  return and(
    status && eq(s.status, status),
    offer ? eq(s.offerId, offer) : undefined,
    plan ? eq(s.planId, plan) : undefined,
    either(hold, sql`${s.holdAt} is not null`, sql`${s.holdAt} is null`),
    access && accessConditions[access],
    // Rows without an end sort last, and match no time span.
    ...within(termEnd, endsFrom, endsTo),
    endsFrom || endsTo ? sql`${s.termEndsOn} is not null` : undefined,
    ...withinSpan(termEnd, filters.endsIn, filters.today),
    ...withinSpan(sql`coalesce(${s.purchasedAt}, '-infinity')`, filters.purchasedIn, filters.today),
    ...withinSpan(sql`${s.updatedAt}`, filters.changedIn, filters.today),
    filters.lapsesIn && eq(s.status, "PendingFulfillmentStart"),
    ...withinSpan(lapse, filters.lapsesIn, filters.today),
    ...within(
      sql`coalesce(${s.purchasedAt}, '-infinity')`,
      filters.purchasedFrom ?? (filters.purchasedTo && firstDay),
      filters.purchasedTo,
    ),
    ...within(sql`${s.activatedAt}`, filters.activatedFrom, filters.activatedTo),
    ...(filters.endedFrom || filters.endedTo
      ? [hasObservedEnd, ...within(sql`${s.statusSince}`, filters.endedFrom, filters.endedTo)]
      : []),
    either(filters.activated, wasActive, sql`not ${wasActive}`),
    ...(filters.liveOn
      ? [...within(sql`coalesce(${s.purchasedAt}, '-infinity')`, undefined, filters.liveOn), liveAfter(filters.liveOn)]
      : []),
    either(trial, sql`${s.isFreeTrial}`, sql`not ${s.isFreeTrial}`),
    either(renews, sql`${s.autoRenews}`, sql`not ${s.autoRenews}`),
    either(reseller, isResold, sql`(${isResold}) is false`),
    tag ? hasTag(s.tags, tag) : undefined,
    owner === ownerNone ? sql`${s.ownerId} is null` : owner ? eq(s.ownerId, owner) : undefined,
    // The index's expression; without seats it would be 0.
    seatsFrom !== undefined ? sql`${seatCount} >= ${seatsFrom}` : undefined,
    seatsTo !== undefined ? sql`${seatCount} <= ${seatsTo}` : undefined,
    seatsFrom !== undefined || seatsTo !== undefined ? sql`${s.quantity} is not null` : undefined,
    tenant ? sql`(${s.beneficiaryTenantId} = ${tenant} or ${s.purchaserTenantId} = ${tenant})` : undefined,
    customer ? isOfCustomer(customer) : undefined,
    either(drift, sql`${s.id} = any(${drifted})`, sql`${s.id} <> all(${drifted})`),
    product === "differs"
      ? sql`${s.id} in (select subscription_id from confirmations where differs_since is not null)`
      : undefined,
    followUp === "set" ? sql`${s.followUpOn} is not null` : undefined,
    followUp === "due"
      ? sql`${s.followUpOn} <= ${filters.today === undefined ? sql`(now() at time zone 'utc')::date` : sql`${filters.today}::date`}`
      : undefined,
    // As a case, which PostgreSQL takes for half of the rows: inlined, it would expect almost none and sort all.
    either(filters.test, isTestPurchase, sql`case when ${isTestPurchase} then false else true end`),
    filters.unknown && unknownConditions[filters.unknown],
    hasMoney(filters),
    hasMoved(filters),
    subscriptionHas(filters.q),
  );
}

/**
 * The filter by lapse again, as a range of an index. Not a part of `matching`: PostgreSQL expects so few rows in the range that it would read
 * and sort all of them for a list by last change, whose first page is found sooner in list order.
 */
export const lapseRange = ({ lapsesIn, today }: Pick<SubscriptionFilters, "lapsesIn"> & { today?: Day }) =>
  and(...withinSpan(waitingSince, lapsesIn, today, -activationWindowDays));

/**
 * The second condition follows from the first, so PostgreSQL counts on fewer rows than it would and uses the index of tags: it cannot
 * estimate how rare a new tag is, and would read all rows in list order.
 */
export const hasTag = (tags: AnyPgColumn, tag: string) =>
  sql`(${tags} @> array[${tag.toLowerCase()}] and ${tags} <> '{}')`;

/** Whether one row matches. */
export function matchingRow(id: string, filters: Parameters<typeof matching>[0]): SQL | undefined {
  return and(eq(s.id, id), matching(filters));
}

type MoneyFilters = Pick<SubscriptionFilters, "currency" | "monthlyFrom" | "monthlyTo" | "money">;

/**
 * What each state follows from (`moneyState`), so that its rows are read by an index of the list instead of looking up the money of all
 * others.
 */
const followsFrom: Partial<Record<NonNullable<MoneyFilters["money"]>, SQL>> = {
  suspended: sql`${s.status} = 'Suspended'`,
  ending: sql`(${s.status} = 'Subscribed' and not ${s.autoRenews} and not ${s.isFreeTrial})`,
  trial: sql`${s.isFreeTrial}`,
  pending: sql`${s.status} = 'PendingFulfillmentStart'`,
  ended: sql`${s.status} = 'Unsubscribed'`,
};

/** As the figures count it: also what is free, and what counts with the amount of its former plan until the new price is known. */
const isPartOfMrr = (m: SQL) =>
  sql`(${m}.recurring > 0 or (${m}.monthly = 0 and ${m}.state in (${sql.raw(recurringStates.map((state) => `'${state}'`).join(", "))})))`;

/** The filters of money as a condition on one row of `subscription_money`, by its name in the statement. */
export function moneyIs({ currency, monthlyFrom, monthlyTo, money }: MoneyFilters, m: SQL): SQL | undefined {
  return and(
    currency ? sql`${m}.currency = ${currency}` : undefined,
    monthlyFrom === undefined ? undefined : sql`${m}.monthly >= ${monthlyFrom}::numeric`,
    monthlyTo === undefined ? undefined : sql`${m}.monthly <= ${monthlyTo}::numeric`,
    money === "counted" ? isPartOfMrr(m) : money ? sql`${m}.state = ${money}` : undefined,
  );
}

function hasMoney(filters: MoneyFilters): SQL | undefined {
  const which = moneyIs(filters, sql`m`);
  if (which === undefined) return undefined;
  const exists = sql`exists (select from subscription_money m where m.subscription_id = ${s.id} and ${which})`;
  return and(filters.money && followsFrom[filters.money], exists);
}

/**
 * The same rows as `matching` for a statement that joins `subscription_money`: found in the order of money, where what a state follows
 * from would only make PostgreSQL expect too few rows and sort all.
 */
export function matchingWithMoney(filters: Parameters<typeof matching>[0]): SQL | undefined {
  const { currency, monthlyFrom, monthlyTo, money, ...others } = filters;
  return and(matching(others), moneyIs({ currency, monthlyFrom, monthlyTo, money }, sql`subscription_money`));
}

/** A movement that later ones undid still counts: the list has what the figure is made of. */
function hasMoved({ movement, movedIn }: Pick<SubscriptionFilters, "movement" | "movedIn">): SQL | undefined {
  const which = and(
    movement ? sql`v.kind = ${movement}` : undefined,
    movedIn ? sql`v.month = ${`${movedIn}-01`}::date` : undefined,
  );
  return which && sql`${s.id} in (select v.subscription_id from money_movements v where ${which})`;
}

/** With the expressions of the indexes. */
const unknownConditions: Record<UnknownFact, SQL> = {
  purchased: sql`coalesce(${s.purchasedAt}, '-infinity') = '-infinity'`,
  termEnd: sql`${termEnd} = 'infinity'`,
  renewal: sql`${s.autoRenews} is null`,
  channel: sql`(${isResold}) is null`,
};

/** Before any sale, so that rows without a date match no open-ended span. */
const firstDay = dayFrom("2000-01-01");
/** If it had ended before it was first seen, the time of the end is unknown. */
const hasObservedEnd = sql`${s.status} = 'Unsubscribed' and ${s.statusSince} > ${s.createdAt}`;

const wasActive = sql`(${s.status} in ('Subscribed', 'Suspended') or ${s.activatedAt} is not null)`;

function liveAfter(day: Day): SQL {
  return sql`(${s.status} <> 'Unsubscribed' or (${hasObservedEnd} and ${s.statusSince} >= ${startOf(addDays(day, 1))}))`;
}

const startOf = (day: Day) => sql`${startInUtc(day).toISOString()}::timestamptz`;

/** From the first moment of one day to the last of another, in UTC. */
function within(instant: SQL, from: Day | undefined, to: Day | undefined): SQL[] {
  return [
    ...(from ? [sql`${instant} >= ${startOf(from)}`] : []),
    ...(to ? [sql`${instant} < ${startOf(addDays(to, 1))}`] : []),
  ];
}

/** @param shiftDays by how many days the span is moved */
function withinSpan(
  instant: SQL,
  span: SpanAhead | SpanBack | undefined,
  today: Day | undefined,
  shiftDays = 0,
): SQL[] {
  if (span === undefined) return [];
  const { from, to } = daysOfSpan(span, today ?? utcDayOf(new Date()));
  return within(instant, addDays(from, shiftDays), addDays(to, shiftDays));
}

function either(wanted: boolean | undefined, yes: SQL, no: SQL): SQL | undefined {
  if (wanted === undefined) return undefined;
  return wanted ? yes : no;
}

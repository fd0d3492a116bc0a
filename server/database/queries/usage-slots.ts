/** Reads the usage of hours: the list, and the state of the queue. */
import { type SQL, sql } from "drizzle-orm";
import type { UsageState } from "../../../shared/usage.ts";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { UsageFilters } from "../../../shared/inputs/usage.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { DimensionView, UsageRow, UsageStatusView } from "../../../shared/views/usage.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import type { Database, Executor } from "../connection/database.ts";
import { isOfCustomer } from "../statements/customer-key.ts";
import { after, pageOf, sizeOfPage } from "../statements/keyset.ts";
import { readUsageBacklog } from "./usage-backlog.ts";
import { listDimensions } from "./usage-dimensions.ts";
import { currentUsageSettings } from "./usage-settings.ts";
import { findTerm, isInTerm } from "./usage-terms.ts";

type Row = {
  id: string;
  subscription_id: string;
  subscription_name: string | null;
  dimension: string;
  dimension_name: string | null;
  unit: string | null;
  plan_id: string;
  hour: string;
  state: UsageState;
  usage: string;
  carried: string;
  billable: string | null;
  is_counted: boolean;
  accepted: string | null;
  list_price: string | null;
  currency: string | null;
  lost: string;
  late: string;
  problem: string | null;
  problem_detail: string | null;
  effective_at: string;
  next_at: string | null;
};

const digits = (value: string) => inDigits(quantityOf(value));
const instant = (value: string) => new Date(value).toISOString();

function viewOf(row: Row): UsageRow {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    subscriptionName: row.subscription_name ?? row.subscription_id,
    dimension: row.dimension,
    dimensionName: row.dimension_name ?? row.dimension,
    unit: row.unit,
    planId: row.plan_id,
    hour: instant(row.hour),
    state: row.state,
    usage: digits(row.usage),
    carried: digits(row.carried),
    billable: row.billable === null ? null : digits(row.billable),
    isCounted: row.is_counted,
    accepted: row.accepted === null ? null : digits(row.accepted),
    price: priceOf(row),
    lost: digits(row.lost),
    late: digits(row.late),
    problem: row.problem,
    detail: row.problem_detail,
    expiresAt: new Date(Date.parse(row.effective_at) + usageWindowMs).toISOString(),
    nextAt: row.next_at === null ? null : instant(row.next_at),
  };
}

function priceOf({ accepted, list_price: listPrice, currency }: Row): UsageRow["price"] {
  if (accepted === null || listPrice === null || currency === null) return null;
  return { listPrice: digits(listPrice), currency, amount: inDigits(quantityOf(accepted).times(listPrice)) };
}

const select = sql`
  select u.id, u.subscription_id, s.name as subscription_name, u.dimension, d.name as dimension_name, d.unit, u.plan_id, u.hour, u.state,
    (u.quantity + u.carried)::text as usage, u.carried::text as carried, u.billable::text as billable, u.is_counted, u.accepted::text as accepted,
    u.list_price::text as list_price, u.currency, u.lost::text as lost, u.late::text as late, u.problem, u.problem_detail, u.effective_at, coalesce(u.seal_at, u.due_at) as next_at
  from usage_slots u
  left join subscriptions s on s.id = u.subscription_id
  left join usage_dimensions d on d.offer_id = s.offer_id and d.plan_id = u.plan_id and d.dimension = u.dimension`;

/**
 * The newest hours first.
 * @throws AppError `Invalid` for a foreign cursor
 */
export async function listUsage(
  db: Database,
  filters: UsageFilters,
  now: Date,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<UsageRow>> {
  const order = {
    expression: sql`u.hour`,
    type: "timestamptz",
    id: sql`u.id`,
    idType: "uuid",
    direction: "desc",
  } as const;
  const conditions = [...(await matching(db, filters, now)), after(filters.cursor, order)].filter(
    (condition): condition is SQL => condition !== undefined,
  );
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const { rows } = await db.execute<Row>(sql`${select} ${where} order by u.hour desc, u.id desc limit ${size + 1}`);
  return pageOf(rows, viewOf, (row) => ({ value: instant(row.hour), id: row.id }), size);
}

async function matching(db: Database, filters: UsageFilters, now: Date): Promise<(SQL | undefined)[]> {
  const { state, subscription, customer, dimension, offer, plan, term, day, month, since, currency, test } = filters;
  // Without a subscription, terms begin on different days.
  const span = term === undefined || subscription === undefined ? null : await findTerm(db, subscription, term, now);
  return [
    // Of an hour in another state, a part can be lost.
    state && (state === "lost" ? sql`(u.state = 'lost' or u.lost > 0)` : sql`u.state = ${state}`),
    subscription === undefined ? undefined : sql`u.subscription_id = ${subscription}`,
    customer === undefined
      ? undefined
      : sql`u.subscription_id = any(array(select id from subscriptions where ${isOfCustomer(customer)}))`,
    dimension === undefined ? undefined : sql`u.dimension = ${dimension}`,
    offer === undefined ? undefined : sql`s.offer_id = ${offer}`,
    plan === undefined ? undefined : sql`u.plan_id = ${plan}`,
    term === undefined
      ? undefined
      : span === null
        ? sql`false`
        : isInTerm(sql`u`, { startsOn: sql`${span.startsOn}::date`, endsOn: sql`${span.endsOn}::date` }),
    day === undefined
      ? undefined
      : sql`u.hour >= ${day}::timestamp at time zone 'UTC' and u.hour < (${day}::date + 1)::timestamp at time zone 'UTC'`,
    month === undefined ? undefined : sql`u.hour >= ${startOf(month)} and u.hour < ${startOf(month, 1)}`,
    since === undefined ? undefined : sql`u.hour >= ${startOf(since)}`,
    currency === undefined
      ? undefined
      : currency === "unknown"
        ? sql`u.accepted is not null and u.currency is null`
        : sql`u.currency = ${currency}`,
    test === undefined
      ? undefined
      : sql`is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id) is ${sql.raw(test ? "true" : "not true")}`,
  ];
}

/** The first moment of a month, or of one after it. */
function startOf(month: string, monthsLater = 0): SQL {
  return sql`(${`${month}-01`}::timestamp + make_interval(months => ${monthsLater})) at time zone 'UTC'`;
}

/** One hour; null if there is none. */
export async function findUsage(db: Executor, id: string): Promise<UsageRow | null> {
  const { rows } = await db.execute<Row>(sql`${select} where u.id = ${id}::uuid`);
  const [row] = rows;
  return row ? viewOf(row) : null;
}

/** The queue, and what waits for staff. */
export async function usageStatus(db: Database): Promise<UsageStatusView> {
  const [{ oldestHour, oldestWaiting: _, differences: __, ...counts }, { rows }, settings] = await Promise.all([
    readUsageBacklog(db),
    db.execute<{ next_at: string | null; last_problem: string | null }>(sql`
      select least((select min(seal_at) from usage_slots where state = 'collecting'),
          (select min(due_at) from usage_slots where state = 'waiting')) as next_at,
        (select problem_detail from usage_slots where state = 'waiting' and problem is not null order by hour limit 1) as last_problem`),
    currentUsageSettings(db),
  ]);
  const [row] = rows;
  return {
    ...counts,
    oldestWaiting: oldestHour?.toISOString() ?? null,
    nextAt: row?.next_at ? instant(row.next_at) : null,
    lastProblem: row?.last_problem ?? null,
    settings,
  };
}

/** All dimensions of all plans, with the names of offers and plans. */
export async function dimensionViews(db: Database): Promise<DimensionView[]> {
  const [dimensions, names] = await Promise.all([
    listDimensions(db),
    db.execute<{ offer_id: string; plan_id: string; offer_name: string | null; plan_name: string | null }>(sql`
      select p.offer_id, p.plan_id, o.name as offer_name, p.name as plan_name from plans p left join offers o on o.offer_id = p.offer_id`),
  ]);
  return dimensions.map((one) => {
    const named = names.rows.find((row) => row.offer_id === one.offerId && row.plan_id === one.planId);
    const terms = new Set([...Object.keys(one.included.admin ?? {}), ...Object.keys(one.included.microsoft ?? {})]);
    return {
      offerId: one.offerId,
      offerName: named?.offer_name ?? null,
      planId: one.planId,
      planName: named?.plan_name ?? one.planId,
      dimension: one.dimension,
      name: one.name,
      unit: one.unit,
      pricePerUnit: one.pricePerUnit,
      currency: one.currency,
      included: [...terms].toSorted().map((termUnit) => {
        const byAdmin = one.included.admin?.[termUnit];
        return {
          termUnit,
          quantity: byAdmin ?? one.included.microsoft?.[termUnit] ?? "",
          isByAdmin: byAdmin !== undefined,
        };
      }),
      version: one.version,
    };
  });
}

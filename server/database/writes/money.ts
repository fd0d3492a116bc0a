/** Reads what the money of changed subscriptions is counted from, and stores the result. */
import { sql } from "drizzle-orm";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type {
  ChangedFacts,
  CountedMoney,
  CustomerTotals,
  KnownPrice,
  MoneyChange,
} from "../../domain/money/count-changes.ts";
import { type countChanges } from "../../domain/money/count-changes.ts";
import { difference } from "../../domain/money/recurring-amount.ts";
import type { Executor } from "../connection/database.ts";
import { moneyChanges, moneyMonths, moneyMovements, moneyTotals, subscriptionMoney } from "../schema/money.ts";
import { subscriptionPrices } from "../schema/plans.ts";
import { lockKey } from "../statements/advisory-locks.ts";
import { rawValues } from "../statements/raw-rows.ts";

/** @returns whether this transaction may count; others wait for its end by trying again later */
export async function takeMoneyLock(tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${lockKey("money")}) as taken`,
  );
  return rows[0]?.taken ?? false;
}

/** A change, and whether it was waiting for a price when it was read. */
type ReadChange = MoneyChange & { isWaiting: boolean };

/** The oldest changes that are due, with those of the same subscriptions that wait for a price. */
export async function readMoneyChanges(tx: Executor, limit: number): Promise<ReadChange[]> {
  const rows = await tx
    .select()
    .from(moneyChanges)
    .where(
      sql`${moneyChanges.seq} = any(array(
        with due as (select seq, subscription_id from money_changes where not is_waiting order by seq limit ${limit})
        select seq from due
        union all
        select w.seq from money_changes w where w.is_waiting and w.subscription_id in (select subscription_id from due)))`,
    )
    .orderBy(moneyChanges.seq);
  return rows.map(({ seq, subscriptionId, at, isWaiting, ...facts }) => ({
    seq,
    subscriptionId,
    at,
    isWaiting,
    facts: factsOf(facts),
  }));
}

function factsOf(
  row: Omit<typeof moneyChanges.$inferSelect, "seq" | "subscriptionId" | "at" | "isWaiting">,
): ChangedFacts | null {
  if (row.status === null) return null;
  return {
    offerId: row.offerId ?? "",
    planId: row.planId ?? "",
    termUnit: row.termUnit,
    quantity: row.quantity,
    status: row.status satisfies SubscriptionStatus,
    isFreeTrial: row.isFreeTrial ?? false,
    autoRenews: row.autoRenews,
    isTest: row.isTest ?? false,
    isReseller: row.isReseller,
    termEndsOn: row.termEndsOn,
    customerKey: row.customerKey ?? "",
  };
}

export async function readKnownPrices(tx: Executor, ids: string[]): Promise<Map<string, KnownPrice>> {
  const rows = await tx
    .select()
    .from(subscriptionPrices)
    .where(sql`${subscriptionPrices.subscriptionId} = any(${sql.param(ids)}::text[])`);
  return new Map(
    rows.flatMap(({ subscriptionId, amount, currency, isPerSeat, planId, termUnit, sourceOffers }) =>
      amount === null || currency === null || isPerSeat === null
        ? []
        : [
            [
              subscriptionId,
              { amount, currency, isPerSeat, planId, termUnit, isPrivate: sourceOffers.length > 0 },
            ] as const,
          ],
    ),
  );
}

export async function readCountedMoney(tx: Executor, ids: string[]): Promise<Map<string, CountedMoney>> {
  const rows = await tx
    .select()
    .from(subscriptionMoney)
    .where(sql`${subscriptionMoney.subscriptionId} = any(${sql.param(ids)}::text[])`);
  return new Map(
    rows.map(({ subscriptionId, price, currency, isPerSeat, sortKey: _, ...money }) => [
      subscriptionId,
      {
        ...money,
        currency,
        price:
          price === null || currency === null
            ? null
            : { amount: price, currency, isPerSeat: isPerSeat ?? false, termUnit: money.termUnit },
      },
    ]),
  );
}

/** The MRR of each customer by currency, and whether it ever had any. */
export async function readCustomerTotals(tx: Executor, keys: string[]): Promise<CustomerTotals> {
  const { rows } = await tx.execute<{ key: string; currency: string | null; monthly: string; has_paid: boolean }>(sql`
    select customer_key as key, currency, sum(recurring) as monthly, bool_or(has_paid) as has_paid
    from subscription_money where customer_key = any(${sql.param(keys)}::text[]) group by 1, 2`);
  return new Map(
    [...Map.groupBy(rows, ({ key }) => key)].map(([key, currencies]) => [
      key,
      {
        monthly: new Map(
          currencies.flatMap(({ currency, monthly }) => (currency ? [[currency, monthly] as const] : [])),
        ),
        hasPaid: currencies.some((one) => one.has_paid),
      },
    ]),
  );
}

type Counted = ReturnType<typeof countChanges>;

/**
 * Stores what was counted, and deletes the changes except for those that wait.
 * @throws Error if another instance has counted some of them: one of a version that takes another lock. The
 * transaction has to be rolled back then.
 */
export async function storeMoney(
  tx: Executor,
  changes: ReadChange[],
  before: ReadonlyMap<string, CountedMoney>,
  counted: Counted,
): Promise<void> {
  const waiting = new Set(counted.waiting);
  const done = changes.map(({ seq }) => seq).filter((seq) => !waiting.has(seq));
  const deleted =
    done.length > 0
      ? await tx.delete(moneyChanges).where(sql`${moneyChanges.seq} = any(${sql.param(done)}::bigint[])`)
      : null;
  const marked =
    waiting.size > 0
      ? await tx
          .update(moneyChanges)
          .set({ isWaiting: true })
          .where(sql`${moneyChanges.seq} = any(${sql.param([...waiting])}::bigint[]) and not ${moneyChanges.isWaiting}`)
      : null;
  const newlyWaiting = changes.filter(({ seq, isWaiting }) => waiting.has(seq) && !isWaiting);
  if ((deleted?.rowCount ?? 0) < done.length || (marked?.rowCount ?? 0) < newlyWaiting.length)
    throw new Error("Another instance counted the same changes of money at the same time; they are counted again.");
  await storeAmounts(tx, counted.money);
  await addToTotals(tx, before, counted.money);
  if (counted.movements.length > 0) await storeMovements(tx, counted.movements);
}

async function storeAmounts(tx: Executor, money: Counted["money"]): Promise<void> {
  const removed = [...money].flatMap(([id, one]) => (one === null ? [id] : []));
  if (removed.length > 0)
    await tx
      .delete(subscriptionMoney)
      .where(sql`${subscriptionMoney.subscriptionId} = any(${sql.param(removed)}::text[])`);
  const rows = [...money].flatMap(([subscriptionId, one]) => {
    if (one === null) return [];
    const { price, ...others } = one;
    return [{ subscriptionId, ...others, price: price?.amount ?? null, isPerSeat: price?.isPerSeat ?? null }];
  });
  if (rows.length === 0) return;
  const columns = ["customer_key", "offer_id", "plan_id", "term_unit", "channel", "state", "basis", "price"].concat([
    "currency",
    "is_per_seat",
    "monthly",
    "recurring",
    "has_paid",
    "ends_on",
  ]);
  const set = sql.raw(columns.map((name) => `${name} = excluded.${name}`).join(", "));
  await tx.execute(sql`
    insert into subscription_money (subscription_id, ${sql.raw(columns.join(", "))})
    select subscription_id, ${sql.raw(columns.join(", "))}
    from jsonb_populate_recordset(null::subscription_money, ${JSON.stringify(rows.map(rawValues))}::jsonb)
    on conflict (subscription_id) do update set ${set}`);
}

/** The differences between the states before and after. */
async function addToTotals(
  tx: Executor,
  before: ReadonlyMap<string, CountedMoney>,
  after: Counted["money"],
): Promise<void> {
  const changes = [...after].flatMap(([id, next]) => {
    const former = before.get(id);
    return [...(former ? [totalOf(former, -1)] : []), ...(next ? [totalOf(next, 1)] : [])];
  });
  if (changes.length === 0) return;
  await tx.execute(sql`
    insert into ${moneyTotals} as stored (state, offer_id, plan_id, channel, currency, subscriptions, monthly)
    select state, offer_id, plan_id, channel, currency, sum(subscriptions), sum(monthly)
    from jsonb_populate_recordset(null::money_totals, ${JSON.stringify(changes.map(rawValues))}::jsonb)
    group by 1, 2, 3, 4, 5 having sum(subscriptions) <> 0 or sum(monthly) <> 0
    on conflict (state, offer_id, plan_id, channel, currency) do update set
      subscriptions = stored.subscriptions + excluded.subscriptions, monthly = stored.monthly + excluded.monthly`);
}

function totalOf({ state, offerId, planId, channel, currency, monthly }: CountedMoney, count: 1 | -1) {
  return {
    state,
    offerId,
    planId,
    channel,
    currency: monthly === null ? "" : (currency ?? ""),
    subscriptions: count,
    monthly: monthly === null ? "0" : count === 1 ? monthly : difference("0", monthly),
  };
}

const monthOf = (at: Date): Day => `${utcDayOf(at).slice(0, 8)}01` as Day;

/** The movements, and the sums of their months. */
async function storeMovements(tx: Executor, movements: Counted["movements"]): Promise<void> {
  const rows = movements.map((movement) => rawValues({ ...movement, month: monthOf(movement.at) }));
  await tx.execute(sql`
    with moved as materialized (
      select * from jsonb_populate_recordset(null::money_movements, ${JSON.stringify(rows)}::jsonb)
    ), added as (
      insert into ${moneyMovements} (subscription_id, at, month, kind, offer_id, plan_id, channel, currency, amount)
      select subscription_id, at, month, kind, offer_id, plan_id, channel, currency, amount from moved
    )
    insert into ${moneyMonths} as stored (month, kind, offer_id, plan_id, channel, currency, amount)
    select month, kind, offer_id, plan_id, channel, currency, sum(amount) from moved group by 1, 2, 3, 4, 5, 6
    on conflict (month, kind, offer_id, plan_id, channel, currency) do update set amount = stored.amount + excluded.amount`);
}

/**
 * Corrects the sums of months where they differ from the subscriptions' money, as a move, and counts subscriptions
 * whose money is missing. Holds the lock, so nothing is counted at the same time.
 * @returns how many sums were wrong
 */
export async function repairMoney(tx: Executor, at: Date): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockKey("money")})`);
  await tx.execute(sql`
    select append_money_change(s, s.updated_at) from subscriptions s
    where not exists (select from subscription_money m where m.subscription_id = s.id)
      and not exists (select from money_changes c where c.subscription_id = s.id)`);
  const repaired = await tx.execute(sql`
    insert into ${moneyMonths} as stored (month, kind, offer_id, plan_id, channel, currency, amount)
    select ${monthOf(at)}::date, 'moved', offer_id, plan_id, channel, currency, sum(amount) from (
      select offer_id, plan_id, channel, currency, recurring as amount from ${subscriptionMoney} where recurring > 0
      union all select offer_id, plan_id, channel, currency, -amount from ${moneyMonths}
    ) compared group by 1, 2, 3, 4, 5, 6 having sum(amount) <> 0
    on conflict (month, kind, offer_id, plan_id, channel, currency) do update set amount = stored.amount + excluded.amount`);
  const totals = await tx.execute(sql`
    insert into ${moneyTotals} as stored (state, offer_id, plan_id, channel, currency, subscriptions, monthly)
    select state, offer_id, plan_id, channel, currency, sum(subscriptions), sum(monthly) from (
      select state, offer_id, plan_id, channel, case when monthly is null then '' else coalesce(currency, '') end as currency,
        1 as subscriptions, coalesce(monthly, 0) as monthly from ${subscriptionMoney}
      union all select state, offer_id, plan_id, channel, currency, -subscriptions, -monthly from ${moneyTotals}
    ) compared group by 1, 2, 3, 4, 5 having sum(subscriptions) <> 0 or sum(monthly) <> 0
    on conflict (state, offer_id, plan_id, channel, currency) do update set
      subscriptions = stored.subscriptions + excluded.subscriptions, monthly = stored.monthly + excluded.monthly`);
  return (repaired.rowCount ?? 0) + (totals.rowCount ?? 0);
}

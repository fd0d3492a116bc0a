/** Reads subscriptions. */
import { and, eq, sql } from "drizzle-orm";
import { accessOf } from "../../../shared/lifecycle.ts";
import { testMarks } from "../../../shared/test-purchase.ts";
import type { FacetsView, SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import type { Database } from "../connection/database.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { customerKey } from "../statements/customer-key.ts";
import { offers } from "../schema/offers.ts";
import { plans, subscriptionPrices as prices } from "../schema/plans.ts";
import { moneyState } from "../../domain/money/money-state.ts";
import { recurringAmount } from "../../domain/money/recurring-amount.ts";
import { isOwnPrice, storedPrice } from "./prices.ts";
import { contactCompany } from "../statements/customer-name.ts";
import { nameCollation } from "../statements/name-order.ts";
import { driftedAtOf, openOperationsOf, seenAt } from "../statements/subscription-facts.ts";
import { reasonCodes } from "../schema/reason-codes.ts";
import { subscriptionListings, subscriptions as s, tags } from "../schema/subscriptions.ts";

/** The columns of a row in the list. */
export const rowColumns = {
  id: s.id,
  name: s.name,
  offerId: s.offerId,
  offerName: offers.name,
  planId: s.planId,
  planName: plans.name,
  quantity: s.quantity,
  status: s.status,
  statusSince: s.statusSince,
  holdAt: s.holdAt,
  beneficiaryEmail: s.beneficiaryEmail,
  contactCompany,
  termEndsOn: s.termEndsOn,
  autoRenews: s.autoRenews,
  isFreeTrial: s.isFreeTrial,
  isTest: s.isTest,
  sandboxType: s.sandboxType,
  sessionMode: s.sessionMode,
  purchasedAt: s.purchasedAt,
  updatedAt: s.updatedAt,
  tags: s.tags,
  ownerId: s.ownerId,
  ownerName: s.ownerName,
  followUpOn: s.followUpOn,
  purchaserEmail: s.purchaserEmail,
  tenantId: s.beneficiaryTenantId,
  customerId: customerKey,
  isReseller: sql<boolean | null>`${s.purchaserTenantId} <> ${s.beneficiaryTenantId}`,
  termStartsOn: s.termStartsOn,
  seenAt: sql<Date>`${seenAt}`.mapWith(s.syncedAt),
  driftedAt: sql<Date | null>`${driftedAtOf(sql`${s.id}`)}`.mapWith(s.syncedAt),
  termUnit: s.termUnit,
  priceAmount: prices.amount,
  priceCurrency: prices.currency,
  priceIsPerSeat: prices.isPerSeat,
  sourceOffers: prices.sourceOffers,
  openOperations: sql<number>`${openOperationsOf(sql`${s.id}`)}`,
};

type Selected = Omit<
  SubscriptionRow,
  | "isOnHold"
  | "access"
  | "offerName"
  | "planName"
  | "statusSince"
  | "purchasedAt"
  | "updatedAt"
  | "seenAt"
  | "driftedAt"
  | "testMarks"
  | "money"
  | "moneyState"
> & {
  termUnit: string | null;
  priceAmount: string | null;
  priceCurrency: string | null;
  priceIsPerSeat: boolean | null;
  sourceOffers: string[] | null;
  isTest: boolean;
  sandboxType: string | null;
  sessionMode: string | null;
  statusSince: Date;
  seenAt: Date;
  driftedAt: Date | null;
  offerName: string | null;
  planName: string | null;
  holdAt: Date | null;
  purchasedAt: Date | null;
  updatedAt: Date;
};

/** A selected row as the dashboard gets it. */
export function rowView(selected: Selected): SubscriptionRow {
  const { holdAt, offerName, planName, statusSince, purchasedAt, updatedAt, ...others } = selected;
  const { seenAt, driftedAt, isTest, sandboxType, sessionMode, ...withPrice } = others;
  const { termUnit, priceAmount, priceCurrency, priceIsPerSeat, sourceOffers, ...rest } = withPrice;
  const marks = testMarks({ isTest, sandboxType, sessionMode, offerId: rest.offerId });
  const amount =
    priceAmount === null || priceCurrency === null
      ? null
      : recurringAmount(
          { amount: priceAmount, currency: priceCurrency, isPerSeat: priceIsPerSeat ?? false, termUnit },
          rest.quantity,
        );
  return {
    ...rest,
    testMarks: marks,
    money: amount && { ...amount, basis: sourceOffers?.length ? "private" : "list" },
    moneyState: moneyState({ ...rest, isTest: marks.length > 0 }),
    seenAt: seenAt.toISOString(),
    driftedAt: driftedAt?.toISOString() ?? null,
    statusSince: statusSince.toISOString(),
    offerName: offerName ?? rest.offerId,
    planName: planName ?? rest.planId,
    isOnHold: holdAt !== null,
    access: accessOf(rest.status, holdAt !== null),
    purchasedAt: purchasedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
  };
}

// Both are prepared: planning them takes many times as long as running them.
const rowsByIds = oncePerDatabase((db) =>
  db
    .select(rowColumns)
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(prices, isOwnPrice)
    .where(sql`${s.id} = any(${sql.placeholder("ids")}::text[])`)
    .prepare("subscription_rows_by_ids"),
);

/** The current state of these rows, without deleted ones. */
export async function subscriptionsById(db: Database, ids: string[]): Promise<SubscriptionRow[]> {
  return (await rowsByIds(db).execute({ ids })).map(rowView);
}

const subscriptionById = oncePerDatabase((db) =>
  db
    .select({
      record: s,
      row: rowColumns,
      listedAt: subscriptionListings.listedAt,
      holdCodeName: reasonCodes.name,
      price: storedPrice,
      plan: {
        isPrivate: plans.isPrivate,
        isPricePerSeat: plans.isPricePerSeat,
        minQuantity: plans.minQuantity,
        maxQuantity: plans.maxQuantity,
      },
    })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(prices, isOwnPrice)
    .leftJoin(reasonCodes, eq(reasonCodes.id, s.holdReasonCode))
    .leftJoin(subscriptionListings, eq(subscriptionListings.subscriptionId, s.id))
    .where(eq(s.id, sql.placeholder("id")))
    .prepare("subscription_by_id"),
);

/** All columns of a subscription, with those of its row in the list; null if there is none. */
export async function findSubscription(db: Database, id: string) {
  const [row] = await subscriptionById(db).execute({ id });
  if (!row) return null;
  const { record, listedAt } = row;
  const syncedAt = listedAt !== null && listedAt > record.syncedAt ? listedAt : record.syncedAt;
  return {
    record: { ...record, syncedAt },
    row: row.row,
    plan: row.plan,
    price: row.price,
    holdCodeName: row.holdCodeName,
  };
}

/** Newest rows, among which the tags are found that many rows have. */
const newestRows = 500;

/** Filter choices, by stepping through indexes. A tag is looked up in its index only if the newest rows do not have it. */
export async function listStaffFacets(db: Database): Promise<Pick<FacetsView, "tags" | "owners" | "currencies">> {
  const [given, owners, currencies] = await Promise.all([
    db.execute<{ name: string }>(sql`
      with recent as materialized (
        select distinct unnest(tags) as name
        from (select tags from subscriptions order by updated_at desc, id desc limit ${newestRows}) newest)
      select name from (
        select name from recent
        union
        select name from ${tags} where name not in (select name from recent)
          and exists (select from ${s} where ${s.tags} @> array[${tags.name}] and ${s.tags} <> '{}')) given
      order by name ${nameCollation}`),
    db.execute<{ id: string; name: string }>(sql`
      with recursive steps as (
        (select owner_id, owner_name from subscriptions where owner_id is not null
          order by owner_id desc, updated_at desc limit 1)
        union all
        select next.owner_id, next.owner_name from steps, lateral (
          select owner_id, owner_name from subscriptions where owner_id < steps.owner_id
          order by owner_id desc, updated_at desc limit 1) next
      )
      select owner_id as id,
        owner_name || case when st.disabled_at is not null then ' (blocked)' when st.access_lost_at is not null then ' (no access)' else '' end as name
      from steps left join staff st on st.tenant_id || ':' || st.object_id = steps.owner_id order by owner_name ${nameCollation}`),
    db.execute<{ currency: string }>(sql`
      with recursive steps as (
        (select currency from subscription_money where currency is not null order by currency limit 1)
        union all
        select next.currency from steps, lateral (
          select currency from subscription_money where currency > steps.currency order by currency limit 1) next
      )
      select currency from steps`),
  ]);
  return {
    tags: given.rows.map(({ name }) => name),
    owners: owners.rows,
    currencies: currencies.rows.map(({ currency }) => currency),
  };
}

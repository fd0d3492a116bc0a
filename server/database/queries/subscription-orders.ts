/** The orders of the list of subscriptions. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { BoundedSubscriptionSort } from "../../../shared/bounded-sorts.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { accessKinds, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { Database } from "../connection/database.ts";
import { subscriptionMoney } from "../schema/money.ts";
import { offers } from "../schema/offers.ts";
import { plans } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import type { BoundedOrder } from "../statements/bounded-page.ts";
import { customerName } from "../statements/customer-name.ts";
import type { SortType } from "../statements/keyset.ts";
import { nameCollation } from "../statements/name-order.ts";
import { accessConditions, isResold } from "./subscription-filter.ts";
import { driftedAtOf, openOperationsOf, seenAt } from "../statements/subscription-facts.ts";

type Sort = NonNullable<SubscriptionFilters["sort"]>;

/** Each the expression of an index. */
export const indexedOrders: Record<Exclude<Sort, BoundedSubscriptionSort>, { expression: SQL; type: SortType }> = {
  updated: { expression: sql`${s.updatedAt}`, type: "timestamptz" },
  name: { expression: sql`${s.name} ${nameCollation}`, type: "text" },
  purchased: {
    expression: sql`coalesce(${s.purchasedAt}, '-infinity')`,
    type: "timestamptz",
  },
  termEnd: { expression: sql`coalesce(${s.termEndsOn}, 'infinity')`, type: "timestamptz" },
  quantity: { expression: sql`coalesce(${s.quantity}, 0)`, type: "bigint" },
  /** By currency, then by amount: amounts of two currencies cannot be compared. */
  money: { expression: sql`${subscriptionMoney.sortKey} collate "C"`, type: "text" },
};

const text = (place: SQL) => ({ place, isText: true });
const coded = (place: SQL) => ({ place, isText: false });
const day = (at: SQL) => coded(sql`to_char(${at}, 'YYYY-MM-DD')`);
const yesFirst = (value: SQL) => coded(sql`case when ${value} then '1' when not ${value} then '2' end`);
const inTurn = (conditions: SQL[]) =>
  coded(
    sql`case ${sql.join(
      conditions.map((condition, at) => sql`when ${condition} then ${sql.raw(`'${at}'`)}`),
      sql` `,
    )} end`,
  );

const planName = sql`coalesce(${plans.name}, ${s.planId})`;
const offerName = sql`coalesce(${offers.name}, ${s.offerId})`;
const anyEmail = sql`coalesce(${s.beneficiaryEmail}, ${s.purchaserEmail})`;

/** Looked up by the id of each subscription, only if there are few enough. */
const found = (place: SQL) => ({ place: sql`null`, isText: false, lookUp: place });
const moment = (at: SQL) => sql`to_char(${at} at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')`;

type Order = { place: SQL; isText: boolean; lookUp?: SQL };

/** What the column shows, so that rows that look alike are next to each other. */
const places: Record<BoundedSubscriptionSort, Order> = {
  company: text(customerName),
  // A tab sorts before all that can be in a name.
  plan: text(sql`${planName} || chr(9) || ${offerName}`),
  offer: text(offerName),
  status: inTurn(subscriptionStatuses.map((status) => sql`${s.status} = ${sql.raw(`'${status}'`)}`)),
  access: inTurn(accessKinds.map((access) => accessConditions[access])),
  termStart: day(sql`${s.termStartsOn} at time zone 'utc'`),
  renews: yesFirst(sql`${s.autoRenews}`),
  trial: yesFirst(sql`${s.isFreeTrial}`),
  purchaser: text(sql`${s.purchaserEmail}`),
  domain: text(sql`split_part(${anyEmail}, '@', -1)`),
  channel: yesFirst(sql`(${isResold}) = false`),
  owner: text(sql`${s.ownerName}`),
  tags: text(sql`array_to_string(${s.tags}, ', ')`),
  followUp: day(sql`${s.followUpOn}`),
  tenant: coded(sql`${s.beneficiaryTenantId}`),
  operations: found(sql`lpad(nullif(${openOperationsOf(sql`matched.id`)}, 0)::text, 10, '0')`),
  seen: found(sql`(select ${moment(seenAt)} from ${s} where ${s.id} = matched.id)`),
  drift: found(moment(driftedAtOf(sql`matched.id`))),
};

/** PostgreSQL leaves out the joins that an order does not need. */
export function boundedOrder(
  db: Database,
  sort: BoundedSubscriptionSort,
  which: SQL | undefined,
): Pick<BoundedOrder, "matched" | "place" | "isText"> {
  const { place, isText, lookUp } = places[sort];
  const matched = db
    .select({ id: s.id, place: sql<string | null>`${place}`.as("place"), size: sql`1`.as("size") })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .where(which)
    .$dynamic();
  return { matched, isText, ...(lookUp ? { place: lookUp } : {}) };
}

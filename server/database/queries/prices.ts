/** A subscription's price: of its own plan, term and market. After a day it counts as outdated. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import { subscriptionPrices as prices } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** How `subscriptionPrices` is joined; the price of another plan or term does not apply. */
export const isOwnPrice: SQL = and(
  eq(prices.subscriptionId, s.id),
  eq(prices.planId, s.planId),
  sql`${prices.termUnit} is not distinct from ${s.termUnit}`,
)!;

const isFresh = sql`${prices.seenAt} > now() - interval '1 day'`;

/** The stored price; all null if Microsoft was never asked. */
export const storedPrice = {
  words: prices.price,
  amount: prices.amount,
  currency: prices.currency,
  isPerSeat: prices.isPerSeat,
  termUnit: prices.termUnit,
  seenAt: prices.seenAt,
  isFresh: sql<boolean | null>`${isFresh}`,
  /** The private offers through which the subscription was bought. */
  sourceOffers: prices.sourceOffers,
};

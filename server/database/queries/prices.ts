/** The price of a subscription: of its own plan, term and market, and no older than a day. */
import { and, eq, sql } from "drizzle-orm";
import { subscriptionPrices as prices } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** How `subscriptionPrices` is joined; what was told of another plan or term is no price of this one. */
export const isOwnPrice = and(
  eq(prices.subscriptionId, s.id),
  eq(prices.planId, s.planId),
  sql`${prices.termUnit} is not distinct from ${s.termUnit}`,
  sql`${prices.seenAt} > now() - interval '1 day'`,
);

export const ownPrice = sql<string | null>`${prices.price}`;

/** Parts of statements that the kinds share; `s` is the subscription and `o` the operation. */
import { type SQL, sql } from "drizzle-orm";
import { activationWindowDays } from "../../shared/lifecycle.ts";
import { defaultGraceMinutes } from "../../shared/purchase-grace.ts";
import { productSyncTimeoutMs } from "../../shared/product.ts";
import type { NeedSource } from "./need-kind.ts";

export const noId = sql`null::uuid`;
export const noText = sql`null::text`;
export const noTime = sql`null::timestamptz`;

export const hoursMs = 60 * 60_000;
export const daysMs = 24 * hoursMs;

export const days = (count: number): SQL => sql.raw(`interval '${count * 24} hours'`);
export const since = (now: SQL, count: number): SQL => sql`${now} - ${days(count)}`;

export const purchasedAt = sql`coalesce(s.purchased_at, s.created_at)`;

type Own = Pick<NeedSource, "dueAt" | "where" | "order"> & Partial<NeedSource>;

export function ofSubscription(own: Own): NeedSource {
  return {
    from: sql`subscriptions s`,
    id: sql`s.id`,
    idType: "text",
    subscriptionId: sql`s.id`,
    operationId: noId,
    ownerId: sql`s.owner_id`,
    quoted: noText,
    ...own,
  };
}

/** An outer join, because an operation may name a subscription that we do not have yet. */
export function ofOperation(own: Own): NeedSource {
  return {
    from: sql`operations o left join subscriptions s on s.id = o.subscription_id`,
    id: sql`o.id`,
    idType: "uuid",
    subscriptionId: sql`o.subscription_id`,
    operationId: sql`o.id`,
    ownerId: sql`s.owner_id`,
    quoted: noText,
    ...own,
  };
}

/** Days for which failed operations are listed, unless they are snoozed. */
export const failureDays = 7;

/**
 * A subquery with `offset 0`, which PostgreSQL looks up by index for each row. As a plain `not exists` it becomes a
 * join that reads the whole other table.
 */
export const noneOf = (rows: SQL): SQL => sql`not exists (${rows} offset 0)`;

/** Pending purchases without an activation in progress, stuck or failed; those are needs of their own. */
export function pendingPurchase(now: SQL, which: SQL): NeedSource {
  return ofSubscription({
    // `offset 0` keeps the other conditions apart; with them, PostgreSQL also reads the index of all pending purchases.
    fromOfOwner: (owner) =>
      sql`(select * from subscriptions where owner_id = ${owner} and status = 'PendingFulfillmentStart' offset 0) s`,
    dueAt: sql`${purchasedAt} + ${days(activationWindowDays)}`,
    where: sql`s.status = 'PendingFulfillmentStart' and ${which} and ${noneOf(sql`
      select from operations o where o.subscription_id = s.id and o.action = 'Activate'
        and (o.stage <> 'settled' or (o.outcome = 'failed' and o.settled_at >= ${since(now, failureDays)}))`)}`,
    order: sql`${purchasedAt}, s.id`,
  });
}

/** In minutes. */
const grace = sql`coalesce((select minutes from purchase_grace), ${sql.raw(String(defaultGraceMinutes))})`;

/**
 * The same, but only after the grace period in which purchasers can finish. It begins at the purchase and is much
 * shorter than the activation window, so a purchase near its deadline is always listed.
 */
export function pendingPurchaseAfterGrace(now: SQL, which: SQL): NeedSource {
  return pendingPurchase(now, sql`${which} and ${purchasedAt} <= ${now} - ${grace} * interval '1 minute'`);
}

/** How long the product may take to follow a change. */
export const productSyncTimeout = sql.raw(`interval '${productSyncTimeoutMs} milliseconds'`);

/** Microsoft gives the last day of a term by its start. */
const endOfTerm = sql`s.term_ends_at + ${days(1)}`;
/** An ended term stays listed for another day, until Microsoft reports the renewal or the end. */
const graceHours = 24;

/** Subscriptions whose term ends within `windowDays`. */
export function termEnding(now: SQL, windowDays: number, which: SQL): NeedSource {
  const oldest = sql.raw(`interval '${24 + graceHours} hours'`);
  return ofSubscription({
    dueAt: endOfTerm,
    where: sql`s.status = 'Subscribed' and ${which} and s.term_ends_at <= ${now} + ${days(windowDays)}
      and s.term_ends_at > ${now} - ${oldest}`,
    order: sql`s.term_ends_at, s.id`,
  });
}

/** Subscriptions to a plan with two metered dimensions, as the intake and the sending of usage need them. */
import { sql } from "drizzle-orm";
import type { Database } from "../../server/database/connection/database.ts";
import { subscriptionIdOf } from "./numbered-webhooks.ts";

export const meteredPlan = { offerId: "vault", planId: "basic", dimensions: ["storage", "restores"] } as const;

/** Their ids are `subscriptionIdOf` 1 to `count`. Their plan includes no usage. */
export async function addMeteredSubscriptions(db: Database, count: number): Promise<void> {
  const { offerId, planId, dimensions } = meteredPlan;
  await db.execute(sql`
    insert into plans (offer_id, plan_id, name, is_price_per_seat, seen_at) values (${offerId}, ${planId}, 'Basic', false, now())`);
  await db.execute(sql`
    insert into usage_dimensions (offer_id, plan_id, dimension, name, included, seen_at)
    select ${offerId}, ${planId}, dimension, initcap(dimension), '{"P1M": "0"}', now() from unnest(${sql.param(dimensions)}::text[]) dimension`);
  await db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, term_unit, term_starts_at, term_ends_at, first_seen_by, created_at,
      updated_at, synced_at, status_since)
    select overlay(${subscriptionIdOf(0)}::text placing lpad(n::text, 12, '0') from 25), 'Customer ' || n, ${offerId}, ${planId}, 'Subscribed', 'P1M',
      date_trunc('day', now()) - interval '10 days', date_trunc('day', now()) + interval '18 days', 'webhook', now() - interval '10 days',
      now() - interval '10 days', now(), now() - interval '10 days'
    from generate_series(1, ${count}::int) n`);
  await db.execute(sql`analyze subscriptions`);
}

/** Facts of a subscription that other tables have. */
import { type SQL, sql } from "drizzle-orm";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** When it was last synced with Microsoft, alone or as part of the list of all. */
export const seenAt: SQL = sql`greatest(${s.syncedAt}, (select listed_at from subscription_listings l where l.subscription_id = ${s.id}))`;

/** When it was last out of sync with Microsoft; null if never. */
export const driftedAtOf = (id: SQL): SQL =>
  sql`(select at from differences d where d.subscription_id = ${id} and d.kind in ('drift', 'missing', 'unrecognised') order by d.id desc limit 1)`;

export const openOperationsOf = (id: SQL): SQL =>
  sql`(select count(*)::int from operations o where o.subscription_id = ${id} and o.stage <> 'settled')`;

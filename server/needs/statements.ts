/** The statements that dashboards repeat, of all kinds. */
import { type SQL, sql } from "drizzle-orm";
import { oncePerDatabase } from "../database/statements/batch.ts";
import { allItems, countedOfKind, itemColumns, listedOfKind } from "./items.ts";

const now = sql`${sql.placeholder("now")}::timestamptz`;
const when = { now, today: sql`${sql.placeholder("today")}::date` };

/**
 * Prepared, because PostgreSQL takes several times as long to plan them as to run them. Each takes 5 MB of each
 * connection that uses it, so there are few.
 */
export const needStatements = oncePerDatabase((db) => {
  const waiting = (name: string, whose: { owner?: SQL; subscriptions?: SQL }) =>
    db
      .select(itemColumns)
      .from(sql`(${allItems(when, { which: "waiting", limit: listedOfKind + 1, ...whose })}) items`)
      .prepare(name);
  return {
    waiting: waiting("needs_waiting", {}),
    waitingOfOwner: waiting("needs_waiting_of_owner", { owner: sql`${sql.placeholder("owner")}::text` }),
    waitingOfSubscriptions: waiting("needs_waiting_of_subscriptions", {
      subscriptions: sql`${sql.placeholder("subscriptions")}::text[]`,
    }),
    counts: db
      .select({
        count: sql<number>`count(*)::int`,
        urgent: sql<number>`count(*) filter (where due_at <= ${now} + window_ms * interval '0.1 milliseconds')::int`,
        openOperations: sql<number>`(select count(*)::int from (
          select from operations where stage <> 'settled' limit ${sql.raw(String(countedOfKind))}) open)`,
        areStaffAsked: sql<boolean>`exists(select from (select distinct on (offer_id, plan_id) asks_staff from change_rules
          order by offer_id, plan_id, version desc) latest where asks_staff)`,
      })
      .from(sql`(${allItems(when, { which: "waiting", limit: countedOfKind })}) items`)
      .prepare("needs_counts"),
  };
});

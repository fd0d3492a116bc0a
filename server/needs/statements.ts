/** The statements that dashboards and the planner of notifications repeat, of all kinds. */
import { fillPlaceholders, type SQL, sql } from "drizzle-orm";
import { oncePerDatabase } from "../database/statements/once-per-database.ts";
import { maxOpenCounted } from "../../shared/open-operations.ts";
import { allItems, countedOfKind, itemColumns, type ItemRow, listedOfKind } from "./items.ts";

const listed = sql.raw(String(listedOfKind));
const now = sql`${sql.placeholder("now")}::timestamptz`;
const when = { now, today: sql`${sql.placeholder("today")}::date` };

/**
 * Prepared, because PostgreSQL takes several times as long to plan them as to run them. Each takes 5 MB of each
 * connection that uses it, so there are few. If one kind seems expensive without the values, all
 * are planned again each time, unless the pool forbids it.
 */
export const needStatements = oncePerDatabase((db) => {
  const waiting = (name: string, scope: { owner?: SQL; subscriptions?: SQL }) => {
    const { sql: text, params } = db
      .select(itemColumns)
      .from(sql`(${allItems(when, { which: "waiting", limit: listedOfKind + 1, ...scope })}) items`)
      .toSQL();
    return {
      // Without Drizzle's mapping, which takes longer than reading the hundreds of rows.
      async execute(values: Record<string, unknown>): Promise<ItemRow[]> {
        const { rows } = await db.$client.query<ItemRow>({ name, text, values: fillPlaceholders(params, values) });
        return rows;
      },
    };
  };
  return {
    waiting: waiting("needs_waiting", {}),
    waitingOfOwner: waiting("needs_waiting_of_owner", { owner: sql`${sql.placeholder("owner")}::text` }),
    waitingOfSubscriptions: waiting("needs_waiting_of_subscriptions", {
      subscriptions: sql`${sql.placeholder("subscriptions")}::text[]`,
    }),
    keys: db
      .select({
        kind: itemColumns.kind,
        id: itemColumns.id,
        subscription_id: itemColumns.subscription_id,
        owner_id: sql<string | null>`coalesce(items.owner_id, s.owner_id)`,
        due_at: itemColumns.due_at,
        until: itemColumns.until,
      })
      .from(
        sql`(${allItems(when, { which: "all", limit: countedOfKind + 1 })}) items
          left join subscriptions s on s.id = items.subscription_id`,
      )
      .prepare("needs_keys"),
    counts: db
      .select({
        count: sql<number>`coalesce(sum(least(of_kind.count, ${listed})), 0)::int`,
        isCut: sql<boolean>`coalesce(bool_or(of_kind.count > ${listed}), false)`,
        urgent: sql<number>`coalesce(sum(of_kind.urgent), 0)::int`,
        openOperations: sql<number>`(select count(*)::int from (
          select from operations where stage <> 'settled' limit ${sql.raw(String(maxOpenCounted + 1))}) open)`,
        areStaffAsked: sql<boolean>`exists(select from (select distinct on (offer_id, plan_id) asks_staff from change_rules
          order by offer_id, plan_id, version desc) latest where asks_staff)`,
      })
      .from(
        sql`(select count(*) as count,
            count(*) filter (where due_at <= ${now} + window_ms * interval '0.1 milliseconds') as urgent
          from (${allItems(when, { which: "waiting", limit: listedOfKind + 1 })}) items group by kind) of_kind`,
      )
      .prepare("needs_counts"),
  };
});

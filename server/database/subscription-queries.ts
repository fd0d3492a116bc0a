/** Reading subscriptions. */
import { and, eq, sql, type SQL } from "drizzle-orm";
import { pageSize, type SubscriptionFilters } from "../../shared/filters.ts";
import { accessOf } from "../../shared/lifecycle.ts";
import type { FacetsView, SubscriptionRow } from "../../shared/views/subscriptions.ts";
import type { Page } from "../../shared/views/page.ts";
import type { Database } from "./connection.ts";
import { after, pageOf } from "./keyset.ts";
import { plans } from "./schema/plans.ts";
import { reasonCodes } from "./schema/reason-codes.ts";
import { subscriptionListings, subscriptions as s, tags } from "./schema/subscriptions.ts";
import { matching } from "./subscription-filter.ts";

/** The columns of a list's line. */
const rowColumns = {
  id: s.id,
  name: s.name,
  offerId: s.offerId,
  planId: s.planId,
  planName: plans.name,
  quantity: s.quantity,
  status: s.status,
  statusSince: s.statusSince,
  holdAt: s.holdAt,
  beneficiaryEmail: s.beneficiaryEmail,
  contactCompany: s.contactCompany,
  termEndsAt: s.termEndsAt,
  autoRenews: s.autoRenews,
  isFreeTrial: s.isFreeTrial,
  purchasedAt: s.purchasedAt,
  updatedAt: s.updatedAt,
  tags: s.tags,
  ownerName: s.ownerName,
  followUpOn: s.followUpOn,
  openOperations: sql<number>`(select count(*)::int from operations o where o.subscription_id = ${s.id} and o.stage <> 'settled')`,
};

type Selected = Omit<
  SubscriptionRow,
  "isOnHold" | "access" | "planName" | "statusSince" | "termEndsAt" | "purchasedAt" | "updatedAt"
> & {
  statusSince: Date;
  planName: string | null;
  holdAt: Date | null;
  termEndsAt: Date | null;
  purchasedAt: Date | null;
  updatedAt: Date;
};

/** A selected line as the dashboard gets it. */
export function rowView(selected: Selected): SubscriptionRow {
  const { holdAt, planName, statusSince, termEndsAt, purchasedAt, updatedAt, ...rest } = selected;
  return {
    ...rest,
    statusSince: statusSince.toISOString(),
    planName: planName ?? rest.planId,
    isOnHold: holdAt !== null,
    access: accessOf(rest.status, holdAt !== null),
    termEndsAt: termEndsAt?.toISOString() ?? null,
    purchasedAt: purchasedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
  };
}

type Sort = NonNullable<SubscriptionFilters["sort"]>;

/** The orders of the list, each the expression of an index. `id` is no order for people: it is the one that never changes. */
const orders: Record<Sort | "id", { expression: SQL; type: SQL; direction: "asc" | "desc" }> = {
  updated: { expression: sql`${s.updatedAt}`, type: sql`timestamptz`, direction: "desc" },
  name: { expression: sql`${s.name}`, type: sql`text`, direction: "asc" },
  purchased: {
    expression: sql`coalesce(${s.purchasedAt}, '-infinity')`,
    type: sql`timestamptz`,
    direction: "desc",
  },
  termEnd: { expression: sql`coalesce(${s.termEndsAt}, 'infinity')`, type: sql`timestamptz`, direction: "asc" },
  quantity: { expression: sql`coalesce(${s.quantity}, 0)`, type: sql`int`, direction: "desc" },
  id: { expression: sql`${s.id}`, type: sql`text`, direction: "asc" },
};

/** One page of the list: one statement, keyset order. @throws AppError `Invalid` for a foreign cursor */
export async function listSubscriptions(
  db: Database,
  filters: Omit<SubscriptionFilters, "sort"> & { sort?: Sort | "id" },
  size: number = pageSize,
): Promise<Page<SubscriptionRow>> {
  const chosen = orders[filters.sort ?? "updated"];
  const direction = filters.order ?? chosen.direction;
  const word = direction === "asc" ? sql`asc` : sql`desc`;
  const rows = await db
    .select({ ...rowColumns, position: sql<string>`(${chosen.expression})::text` })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .where(and(matching(filters), after(filters.cursor, { ...chosen, direction, id: sql`${s.id}`, idType: sql`text` })))
    .orderBy(sql`${chosen.expression} ${word}`, sql`${s.id} ${word}`)
    .limit(size + 1);
  return pageOf(
    rows,
    ({ position: _, ...row }) => rowView(row),
    (row) => ({ value: row.position, id: row.id }),
    size,
  );
}

/** The whole record with its line's columns; null when there is none. */
export async function findSubscription(db: Database, id: string) {
  const [row] = await db
    .select({
      record: s,
      row: rowColumns,
      listedAt: subscriptionListings.listedAt,
      holdCodeName: reasonCodes.name,
      plan: {
        price: plans.price,
        isPrivate: plans.isPrivate,
        minQuantity: plans.minQuantity,
        maxQuantity: plans.maxQuantity,
      },
    })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .leftJoin(reasonCodes, eq(reasonCodes.id, s.holdReasonCode))
    .leftJoin(subscriptionListings, eq(subscriptionListings.subscriptionId, s.id))
    .where(eq(s.id, id));
  if (!row) return null;
  const { record, listedAt } = row;
  const syncedAt = listedAt !== null && listedAt > record.syncedAt ? listedAt : record.syncedAt;
  return { record: { ...record, syncedAt }, row: row.row, plan: row.plan, holdCodeName: row.holdCodeName };
}

/** What staff have given to subscriptions, for the filters: tags in use and owners. Steps through indexes. */
export async function listStaffFacets(db: Database): Promise<Pick<FacetsView, "tags" | "owners">> {
  const [given, owners] = await Promise.all([
    db
      .select({ name: tags.name })
      .from(tags)
      .where(sql`exists (select 1 from ${s} where ${s.tags} @> array[${tags.name}])`)
      .orderBy(tags.name),
    db.execute<{ id: string; name: string }>(sql`
      with recursive steps as (
        (select owner_id, owner_name from subscriptions where owner_id is not null
          order by owner_id desc, updated_at desc limit 1)
        union all
        select next.owner_id, next.owner_name from steps, lateral (
          select owner_id, owner_name from subscriptions where owner_id < steps.owner_id
          order by owner_id desc, updated_at desc limit 1) next
      )
      select owner_id as id, owner_name as name from steps order by owner_name`),
  ]);
  return { tags: given.map(({ name }) => name), owners: owners.rows };
}

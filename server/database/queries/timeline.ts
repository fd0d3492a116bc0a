/**
 * Timelines of subscriptions and customers: their audit entries, and the operations behind them. A page holds whole
 * changes: all entries of an operation are on the page of the newest one.
 */
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { alias, type AnyPgColumn } from "drizzle-orm/pg-core";
import { pageSize, type TimelineFilters, type TimelineKind } from "../../../shared/filters.ts";
import type { ActivityView, CauseView, TimelineView } from "../../../shared/views/history.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { type ActivityJoined, activityView, selectEntries } from "./activity-list.ts";
import { withVersions } from "./notes.ts";
import { customerKeys, isOfCustomer } from "../statements/customer-key.ts";
import { idAt, olderThan, pageOf } from "../statements/keyset.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { activity as a, isAboutCustomer } from "../schema/activity.ts";
import { cancelRequests } from "../schema/cancellations.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { operations as o } from "../schema/operations.ts";
import { plannedChanges } from "../schema/planned-changes.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

const deskKinds = [
  "subscription.owner_changed",
  "subscription.tags_changed",
  "subscription.follow_up_changed",
  "subscription.onboarded",
  "subscription.onboarding_reopened",
];
const noteKinds = ["subscription.note_added", "customer.note_added"];

/** A later entry of the same operation. */
const newer = alias(a, "newer");

/** The entries of an actor and a kind, as a condition. */
function ofFilters({ who, what }: TimelineFilters, entry: typeof a | typeof newer): SQL | undefined {
  return and(who && eq(entry.actorKind, who), what && ofKind(what, entry));
}

function ofKind(what: TimelineKind, entry: typeof a | typeof newer): SQL | undefined {
  const { kind } = entry;
  switch (what) {
    case "notes":
      return inArray(kind, noteKinds);
    case "desk":
      return sql`(${inArray(kind, deskKinds)} or ${kind} like 'need.%' or ${kind} like 'mail.%' or (${isAboutCustomer(entry)} and ${kind} <> 'customer.note_added'))`;
    case "operations":
      return sql`(${kind} like 'operation.%' or ${kind} like 'cancellation.%' or ${kind} like 'planned_change.%')`;
    case "changes":
      return and(sql`${kind} like 'subscription.%'`, sql`not ${inArray(kind, [...deskKinds, ...noteKinds])}`);
  }
}

/**
 * The newest entry of each change, among those that the filters match. What was planned or requested before there was
 * an operation shares its id with the plan or the request, and is a part of the operation that followed.
 */
function isNewestOfChange(filters: TimelineFilters): SQL {
  const newest = sql`(select ${newer.id} from ${a} newer where ${and(eq(newer.operationId, a.operationId), ofFilters(filters, newer))} order by ${newer.id} desc limit 1)`;
  // Not as `exists`, for which PostgreSQL may read all of the table into memory instead of one row by its key.
  const followed = (table: typeof plannedChanges | typeof cancelRequests) =>
    sql`(select ${table.operationId} from ${table} where ${table.id} = ${a.id})`;
  return sql`case when ${a.operationId} is not null then ${a.id} = ${newest}
    when ${a.kind} = 'planned_change.planned' then ${followed(plannedChanges)} is null
    when ${a.kind} = 'cancellation.requested' then ${followed(cancelRequests)} is null
    else true end`;
}

/**
 * Later versions of a note are shown with it. A test for the key, for which PostgreSQL has statistics: of a comparison with null
 * it would expect almost no rows, and read and sort the whole history for one page.
 */
const isNoVersion = sql`(${a.after} ? 'edits') is not true`;

/** Greater than every id. */
const afterAllIds = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Prepared, because planning it takes longer than reading a page. */
const timelineOfSubscription = oncePerDatabase((db) =>
  newestFirst(
    db,
    and(
      eq(a.subscriptionId, sql.placeholder("subscriptionId")),
      isNewestOfChange({}),
      isNoVersion,
      sql`${a.id} < ${sql.placeholder("before")}::uuid`,
    ),
    pageSize + 1,
  ).prepare("timeline_of_subscription"),
);

function newestFirst(db: Database, which: SQL | undefined, limit: number) {
  return selectEntries(db).where(which).orderBy(desc(a.id)).limit(limit);
}

/**
 * One page, newest first, with the operations of its entries.
 * @param staffId the caller
 * @throws AppError `Invalid`
 */
export async function listTimeline(
  db: Database,
  subscriptionId: string,
  filters: TimelineFilters,
  staffId: string,
): Promise<TimelineView> {
  const { cursor } = filters;
  const which = and(
    eq(a.subscriptionId, subscriptionId),
    ofFilters(filters, a),
    isNewestOfChange(filters),
    isNoVersion,
    olderThan(cursor, sql`${a.id}`),
  );
  const entries = hasFilter(filters)
    ? await newestFirst(db, which, pageSize + 1)
    : await timelineOfSubscription(db).execute({ subscriptionId, before: cursor ? idAt(cursor) : afterAllIds });
  return withDetails(db, entries, filters, { staffId, customers: null });
}

const hasFilter = ({ who, what }: TimelineFilters) => who !== undefined || what !== undefined;

/** The newest subscriptions of a customer that its timeline shows. */
const maxSubscriptions = 1_000;

/**
 * One page of all that happened to a customer and its subscriptions, newest first.
 * @throws AppError `Invalid`
 */
export async function listCustomerTimeline(
  db: Database,
  customerId: string,
  filters: TimelineFilters,
  staffId: string,
): Promise<TimelineView> {
  const { cursor } = filters;
  const others = and(ofFilters(filters, a), isNewestOfChange(filters), isNoVersion, olderThan(cursor, sql`${a.id}`));
  // Each subscription's newest entries by its own index, then the newest of all.
  const ids = sql`array(
    select id from (
      select found.id from (
        select ${s.id} as subscription_id from ${s} where ${isOfCustomer(customerId)}
        order by ${s.updatedAt} desc limit ${maxSubscriptions}) own,
      lateral (
        select id from ${a} where ${a.subscriptionId} = own.subscription_id and ${others}
        order by ${a.id} desc limit ${pageSize + 1}) found
      union all
      (select id from ${a} where ${isAboutCustomer(a)} and (${a.after}->>'customer') = any(${customerKeys(customerId)}) and ${others}
        order by ${a.id} desc limit ${pageSize + 1})
    ) entries order by id desc limit ${pageSize + 1})`;
  const entries = await newestFirst(db, sql`${a.id} = any(${ids})`, pageSize + 1);
  return withDetails(db, entries, filters, { staffId, customers: customerKeys(customerId) });
}

/** The page with the versions of its notes, and the operations of its entries with their other entries. */
async function withDetails(
  db: Database,
  entries: ActivityJoined[],
  filters: TimelineFilters,
  { staffId, customers }: { staffId: string; customers: SQL | null },
): Promise<TimelineView> {
  const page = pageOf(entries, activityView, ({ entry }) => ({ value: null, id: entry.id }));
  const own = entries.filter(({ entry }) => entry.actorId === staffId).map(({ entry }) => entry.id);
  const operationIds = [...new Set(page.rows.flatMap(({ operationId }) => operationId ?? []))];
  const subscriptionIds = [...new Set(page.rows.flatMap(({ subscriptionId }) => subscriptionId ?? []))];
  const [{ rows: noted, notes }, { causes, beginnings }, parts] = await Promise.all([
    withVersions(db, page.rows, new Set(own), customers),
    causesOf(db, operationIds, subscriptionIds),
    partsOf(db, operationIds, subscriptionIds, filters),
  ]);
  const rows = new Map(noted.map((row) => [row.id, row]));
  for (const part of parts) {
    rows.set(part.id, { ...part, operationId: part.operationId ?? beginnings.get(part.id) ?? null });
  }
  return { ...page, rows: [...rows.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1)), notes, causes };
}

/** The entries from before an operation existed: its plan, and the request for it. */
const beginningsOf = (operationIs: (operationId: AnyPgColumn) => SQL, subscriptionIds: SQL): SQL => sql`array(
  select ${plannedChanges.id} from ${plannedChanges}
  where ${plannedChanges.subscriptionId} = any(${subscriptionIds}) and ${operationIs(plannedChanges.operationId)}
  union all select ${cancelRequests.id} from ${cancelRequests} where ${operationIs(cancelRequests.operationId)})`;

/** As subqueries, so that PostgreSQL does not know how many there are and keeps one plan for any number. */
const placedIds = {
  operations: sql`(select ${sql.placeholder("operationIds")}::uuid[])::uuid[]`,
  subscriptions: sql`(select ${sql.placeholder("subscriptionIds")}::text[])::text[]`,
};

/** Many times what an operation has; its own page shows all. */
const maxParts = 1_000;

function selectParts(db: Database, operationIds: SQL, subscriptionIds: SQL, only?: SQL) {
  const beginnings = beginningsOf((id) => sql`${id} = any(${operationIds})`, subscriptionIds);
  return newestFirst(
    db,
    and(sql`(${a.operationId} = any(${operationIds}) or ${a.id} = any(${beginnings}))`, only),
    maxParts,
  );
}

const partsOfOperations = oncePerDatabase((db) =>
  selectParts(db, placedIds.operations, placedIds.subscriptions).prepare("timeline_parts"),
);

/** All entries of operations, among those that the filters match. */
async function partsOf(
  db: Database,
  operationIds: string[],
  subscriptionIds: string[],
  filters: TimelineFilters,
): Promise<ActivityView[]> {
  if (operationIds.length === 0) return [];
  const parts = hasFilter(filters)
    ? await selectParts(
        db,
        sql`${sql.param(operationIds)}::uuid[]`,
        sql`${sql.param(subscriptionIds)}::text[]`,
        ofFilters(filters, a),
      )
    : await partsOfOperations(db).execute({ operationIds, subscriptionIds });
  return parts.map(activityView);
}

/** Deliveries listed per operation; its own page shows further duplicates. */
const maxDeliveries = 5;

type DeliveryJson = { id: string; receivedAt: string; outcome: CauseView["deliveries"][number]["outcome"] };

/** Prepared, as the others: planning takes longer than reading. An operation may be missing, because entries outlive their subjects. */
const causesOfOperations = oncePerDatabase((db) =>
  db
    .select({
      wantedId: sql<string>`wanted.id`.as("wanted_id"),
      operation: {
        id: o.id,
        action: o.action,
        planId: o.planId,
        quantity: o.quantity,
        source: o.source,
        outcome: o.outcome,
        actorKind: o.actorKind,
        actorName: o.actorName,
        createdAt: o.createdAt,
      },
      offerId: s.offerId,
      deliveries: sql<DeliveryJson[] | null>`(
        select json_agg(json_build_object('id', id, 'receivedAt', received_at, 'outcome', outcome) order by id)
        from (select ${d.id}, ${d.receivedAt}, ${d.outcome} from ${d} where ${d.operationId} = wanted.id
          order by ${d.id} desc limit ${sql.raw(String(maxDeliveries))}) newest)`,
      calls: sql<number>`(select coalesce(sum(jsonb_array_length(calls)), 0)::int from operation_steps where operation_id = wanted.id)`,
      beginnings: sql<string[]>`${beginningsOf((id) => sql`${id} = wanted.id`, placedIds.subscriptions)}`,
    })
    .from(sql`unnest(${placedIds.operations}) wanted(id)`)
    .leftJoin(o, sql`${o.id} = wanted.id`)
    .leftJoin(s, eq(s.id, o.subscriptionId))
    .prepare("timeline_causes"),
);

type Causes = {
  causes: CauseView[];
  /** The operation of each entry from before it existed. */
  beginnings: Map<string, string>;
};

async function causesOf(db: Database, operationIds: string[], subscriptionIds: string[]): Promise<Causes> {
  if (operationIds.length === 0) return { causes: [], beginnings: new Map() };
  const rows = await causesOfOperations(db).execute({ operationIds, subscriptionIds });
  const beginnings = rows.flatMap(({ wantedId, beginnings: ids }) => ids.map((id) => [id, wantedId] as const));
  return { causes: rows.flatMap((row) => causeView(row) ?? []), beginnings: new Map(beginnings) };
}

type CauseRow = Awaited<ReturnType<ReturnType<typeof causesOfOperations>["execute"]>>[number];

function causeView({ operation, offerId, deliveries, calls }: CauseRow): CauseView | null {
  if (operation === null) return null;
  const { id, action, planId, quantity, source, outcome, actorKind, actorName, createdAt } = operation;
  return {
    operationId: id,
    action,
    planName: action === "ChangePlan" && planId !== null ? planMark(planId, offerId) : null,
    quantity: action === "ChangeQuantity" ? quantity : null,
    source,
    outcome,
    actor: { kind: actorKind, name: actorName },
    createdAt: createdAt.toISOString(),
    deliveries: (deliveries ?? []).map((one) => ({ ...one, receivedAt: new Date(one.receivedAt).toISOString() })),
    calls,
  };
}

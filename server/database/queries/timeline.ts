/**
 * Timelines of subscriptions and customers: their audit entries, and the operations behind them. A page holds whole
 * changes: all entries of an operation are on the page of the newest one.
 */
import { and, desc, eq, inArray, or, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { pageSize, type TimelineFilters, type TimelineKind } from "../../../shared/filters.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { ActivityView, CauseView, TimelineView } from "../../../shared/views/history.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { listActivity } from "./activity-list.ts";
import { withVersions } from "./notes.ts";
import { customerKeys, isOfCustomer } from "../statements/customer-key.ts";
import { olderThan } from "../statements/keyset.ts";
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
  const followed = (table: typeof plannedChanges | typeof cancelRequests) =>
    sql`exists (select from ${table} where ${table.id} = ${a.id} and ${table.operationId} is not null)`;
  return sql`case when ${a.operationId} is not null then ${a.id} = ${newest}
    when ${a.kind} = 'planned_change.planned' then not ${followed(plannedChanges)}
    when ${a.kind} = 'cancellation.requested' then not ${followed(cancelRequests)}
    else true end`;
}

/** Later versions of a note are shown with it. */
const isNoVersion = sql`(${a.after}->>'edits') is null`;

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
  const page = await listActivity(
    db,
    { subscription: subscriptionId, cursor: filters.cursor },
    pageSize,
    and(ofFilters(filters, a), isNewestOfChange(filters), isNoVersion),
  );
  return withParts(db, await withNotes(db, page, staffId, null), filters);
}

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
  const page = await listActivity(db, { cursor }, pageSize, sql`${a.id} = any(${ids})`);
  return withParts(db, await withNotes(db, page, staffId, customerKeys(customerId)), filters);
}

type NotedPage = Omit<TimelineView, "causes">;

async function withNotes(
  db: Database,
  page: Page<ActivityView>,
  staffId: string,
  customers: SQL | null,
): Promise<NotedPage> {
  return { ...page, ...(await withVersions(db, page.rows, staffId, customers)) };
}

/** Many times what an operation has; its own page shows all. */
const maxParts = 1_000;

/** The page with the other entries of its operations. */
async function withParts(db: Database, page: NotedPage, filters: TimelineFilters): Promise<TimelineView> {
  const ids = [...new Set(page.rows.flatMap(({ operationId }) => operationId ?? []))];
  if (ids.length === 0) return { ...page, causes: [] };
  const subscriptionIds = [...new Set(page.rows.flatMap(({ subscriptionId }) => subscriptionId ?? []))];
  const [causes, beginnings] = await Promise.all([causesOf(db, ids), beginningsOf(db, ids, subscriptionIds)]);
  const ofOperations = or(
    inArray(a.operationId, ids),
    beginnings.size > 0 ? inArray(a.id, [...beginnings.keys()]) : undefined,
  );
  const parts = await listActivity(db, {}, maxParts, and(ofOperations, ofFilters(filters, a)));
  const rows = new Map(page.rows.map((row) => [row.id, row]));
  for (const part of parts.rows) {
    rows.set(part.id, { ...part, operationId: part.operationId ?? beginnings.get(part.id) ?? null });
  }
  return { ...page, rows: [...rows.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1)), causes };
}

/** The entries about these operations from before they existed, with the operation of each. */
async function beginningsOf(db: Database, ids: string[], subscriptionIds: string[]): Promise<Map<string, string>> {
  const [planned, requested] = await Promise.all([
    db
      .select({ id: plannedChanges.id, operationId: plannedChanges.operationId })
      .from(plannedChanges)
      .where(and(inArray(plannedChanges.subscriptionId, subscriptionIds), inArray(plannedChanges.operationId, ids))),
    db
      .select({ id: cancelRequests.id, operationId: cancelRequests.operationId })
      .from(cancelRequests)
      .where(inArray(cancelRequests.operationId, ids)),
  ]);
  return new Map(
    [...planned, ...requested].flatMap(({ id, operationId }) => (operationId === null ? [] : [[id, operationId]])),
  );
}

/** Deliveries listed per operation; its own page shows further duplicates. */
const deliveriesNamed = 5;

async function causesOf(db: Database, ids: string[]): Promise<CauseView[]> {
  const [operations, deliveries, calls] = await Promise.all([
    db
      .select({ operation: o, offerId: s.offerId })
      .from(o)
      .leftJoin(s, eq(s.id, o.subscriptionId))
      .where(inArray(o.id, ids)),
    db
      .select({ id: d.id, operationId: d.operationId, receivedAt: d.receivedAt, outcome: d.outcome })
      .from(d)
      .where(inArray(d.operationId, ids))
      .orderBy(desc(d.id))
      .limit(ids.length * deliveriesNamed),
    db.execute<{ operation_id: string; calls: number }>(sql`
      select operation_id, sum(jsonb_array_length(calls))::int as calls from operation_steps
      where operation_id = any(${sql.param(ids)}::uuid[]) group by operation_id`),
  ]);
  const callsOf = new Map(calls.rows.map((row) => [row.operation_id, row.calls]));
  return operations.map(({ operation, offerId }) => ({
    operationId: operation.id,
    action: operation.action,
    planName:
      operation.action === "ChangePlan" && operation.planId !== null ? planMark(operation.planId, offerId) : null,
    quantity: operation.action === "ChangeQuantity" ? operation.quantity : null,
    source: operation.source,
    outcome: operation.outcome,
    actor: { kind: operation.actorKind, name: operation.actorName },
    createdAt: operation.createdAt.toISOString(),
    deliveries: deliveries
      .filter(({ operationId }) => operationId === operation.id)
      .slice(0, deliveriesNamed)
      .map(({ id, receivedAt, outcome }) => ({ id, receivedAt: receivedAt.toISOString(), outcome }))
      .toReversed(),
    calls: callsOf.get(operation.id) ?? 0,
  }));
}

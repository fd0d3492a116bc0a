/** Reads deliveries and the audit trail. */
import { and, desc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import { type ActivityFilters, type DeliveryFilters, sourceOfKind } from "../../../shared/filters.ts";
import { withoutMarks } from "../../../shared/foreign-text.ts";
import type { ActivityView, DeliveryRow, DeliveryView, RejectedCallView } from "../../../shared/views/history.ts";
import type { ActorView } from "../../../shared/views/staff.ts";
import type { Page } from "../../../shared/views/page.ts";
import { idMarks, marksOf } from "../../domain/name-marks.ts";
import { keptHeaders } from "../../domain/delivery-headers.ts";
import type { Database } from "../connection/database.ts";
import { activityMatching, idsWithWords } from "./activity-filter.ts";
import { olderThan, pageOf, sizeOfPage, within } from "../statements/keyset.ts";
import { activity as a } from "../schema/activity.ts";
import { operations } from "../schema/operations.ts";
import { rejectedCalls, webhookDeliveries as d } from "../schema/deliveries.ts";
import { reasonCodes } from "../schema/reason-codes.ts";
import { subscriptionNotes, subscriptions } from "../schema/subscriptions.ts";
import { subscriptionsNamed } from "./subscription-words.ts";

const activityColumns = {
  entry: a,
  subscriptionName: subscriptions.name,
  offerId: subscriptions.offerId,
  note: subscriptionNotes.text,
  reasonCode: reasonCodes.name,
};

/**
 * The audit trail, newest first: of one subscription (its timeline), or of all. Expects the result of
 * `resolveOwnerMe`.
 * @throws AppError `Invalid`
 */
export async function listActivity(
  db: Database,
  filters: ActivityFilters,
  size: number = sizeOfPage(filters.cursor),
  /** A further condition. */
  only?: SQL,
): Promise<Page<ActivityView>> {
  const others = and(activityMatching(filters), only, olderThan(filters.cursor, sql`${a.id}`));
  const found = filters.q ? await idsWithWords(db, filters.q, others, size + 1) : undefined;
  const rows = await db
    .select(activityColumns)
    .from(a)
    .leftJoin(subscriptions, eq(subscriptions.id, a.subscriptionId))
    .leftJoin(subscriptionNotes, eq(subscriptionNotes.id, a.id))
    .leftJoin(reasonCodes, eq(reasonCodes.id, a.reasonCode))
    .where(found ? sql`${a.id} in ${found}` : others)
    .orderBy(desc(a.id))
    .limit(size + 1);
  return pageOf(rows, activityView, (row) => ({ value: null, id: row.entry.id }), size);
}

function activityView({ entry, subscriptionName, offerId, note, reasonCode }: ActivityJoined): ActivityView {
  const isCustomerNote = entry.kind === "customer.note_added";
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    subscriptionId: entry.subscriptionId,
    subscriptionName,
    customerId: customerOf(entry),
    operationId: entry.operationId,
    deliveryId: entry.deliveryId,
    actor: actorOf(entry),
    kind: entry.kind,
    summary: marksOf(offerId, entry.summary),
    before: entry.before,
    after: entry.after,
    names: idMarks(offerId, entry.before, entry.after),
    reason: isCustomerNote ? null : entry.reason && marksOf(offerId, entry.reason),
    reasonCode: reasonCode ?? entry.reasonCode,
    source: entry.source ?? sourceOfKind[entry.actorKind],
    bulkRunId: entry.bulkRunId,
    note: isCustomerNote ? entry.reason : note,
  };
}

function actorOf({ actorKind: kind, actorId, actorName: name }: typeof a.$inferSelect): ActorView {
  return kind === "automation" && actorId !== null ? { kind, name, automationId: actorId } : { kind, name };
}

function customerOf({ kind, after }: typeof a.$inferSelect): string | null {
  const id = after?.["customer"];
  return kind.startsWith("customer.") && typeof id === "string" ? id : null;
}

/** The audit entries of an operation, in order, at most 100. */
export async function activityOf(db: Database, operationId: string): Promise<ActivityView[]> {
  const rows = await db
    .select(activityColumns)
    .from(a)
    .leftJoin(subscriptions, eq(subscriptions.id, a.subscriptionId))
    .leftJoin(subscriptionNotes, eq(subscriptionNotes.id, a.id))
    .leftJoin(reasonCodes, eq(reasonCodes.id, a.reasonCode))
    .where(eq(a.operationId, operationId))
    .orderBy(a.id)
    .limit(100);
  return rows.map(activityView);
}

type ActivityJoined = {
  entry: typeof a.$inferSelect;
  subscriptionName: string | null;
  offerId: string | null;
  note: string | null;
  reasonCode: string | null;
};

const deliveryColumns = {
  id: d.id,
  receivedAt: d.receivedAt,
  outcome: d.outcome,
  action: d.action,
  subscriptionId: d.subscriptionId,
  subscriptionName: subscriptions.name,
  marketplaceId: d.marketplaceId,
  operationId: d.operationId,
  operationStage: operations.stage,
  operationOutcome: operations.outcome,
  bytes: sql<number>`length(${d.body})`,
};

/** Matches an operation's id or its subscription's text. */
function named(text: string | undefined): SQL | undefined {
  const ofThese = subscriptionsNamed(text);
  if (!ofThese) return undefined;
  const ofOperation = sql`array(select id from ${operations} where marketplace_id = ${text})`;
  return sql`(${d.subscriptionId} = any(${ofThese}) or ${d.operationId} = any(${ofOperation}))`;
}

/** These deliveries with their current state. */
export async function deliveriesById(db: Database, ids: string[]): Promise<DeliveryRow[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(inArray(d.id, ids));
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/**
 * The webhook's deliveries, newest first.
 * @throws AppError `Invalid`
 */
export async function listDeliveries(
  db: Database,
  filters: DeliveryFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<DeliveryRow>> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(
      and(
        filters.outcome && eq(d.outcome, filters.outcome),
        filters.action ? eq(d.action, filters.action) : undefined,
        filters.subscription ? eq(d.subscriptionId, filters.subscription) : undefined,
        within(filters, sql`${d.id}`, sql`${d.receivedAt}`),
        named(filters.q),
        olderThan(filters.cursor, sql`${d.id}`),
      ),
    )
    .orderBy(desc(d.id))
    .limit(size + 1);
  return pageOf(
    rows,
    (row): DeliveryRow => ({ ...row, receivedAt: row.receivedAt.toISOString() }),
    (row) => ({ value: null, id: row.id }),
    size,
  );
}

/** An operation's deliveries in order of arrival, at most 100. */
export async function deliveriesOf(db: Database, operationId: string): Promise<DeliveryRow[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(eq(d.operationId, operationId))
    .orderBy(d.id)
    .limit(100);
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/** One delivery with its raw body; null if there is none. */
export async function findDelivery(db: Database, id: string): Promise<DeliveryView | null> {
  const [row] = await db
    .select({ ...deliveryColumns, body: d.body, bodySha256: d.bodySha256, headers: d.headers })
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(eq(d.id, id));
  if (!row) return null;
  const { receivedAt, body, headers, ...facts } = row;
  return {
    ...facts,
    receivedAt: receivedAt.toISOString(),
    body: withoutMarks(body.toString("utf8")),
    headers: keptHeaders(headers),
  };
}

/** Calls that the webhook refused, the latest reason first. */
export async function listRejectedCalls(db: Database): Promise<RejectedCallView[]> {
  const rows = await db
    .select()
    .from(rejectedCalls)
    .where(ne(rejectedCalls.count, 0))
    .orderBy(desc(rejectedCalls.lastAt));
  return rows.map((row) => ({
    at: row.lastAt.toISOString(),
    status: row.status,
    reason: row.reason,
    count: row.count,
  }));
}

/** Adds refused calls to the counts of their reasons. */
export async function countRejectedCalls(
  db: Database,
  calls: { reason: string; status: number; count: number; at: Date }[],
): Promise<void> {
  await db
    .insert(rejectedCalls)
    .values(calls.map(({ at, ...call }) => ({ ...call, lastAt: at })))
    .onConflictDoUpdate({
      target: rejectedCalls.reason,
      set: {
        count: sql`${rejectedCalls.count} + excluded.count`,
        lastAt: sql`excluded.last_at`,
        status: sql`excluded.status`,
      },
    });
}

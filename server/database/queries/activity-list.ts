/** Reads the audit trail. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { ActivityFilters } from "../../../shared/filters.ts";
import { sourceOfKind } from "../../../shared/actors.ts";
import type { ActivityView } from "../../../shared/views/history.ts";
import type { ActorView } from "../../../shared/views/staff.ts";
import type { Page } from "../../../shared/views/page.ts";
import { idMarks, marksOf } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { activityMatching, idsWithWords } from "./activity-filter.ts";
import { olderThan, pageOf, sizeOfPage } from "../statements/keyset.ts";
import { activity as a } from "../schema/activity.ts";
import { reasonCodes } from "../schema/reason-codes.ts";
import { subscriptionNotes, subscriptions } from "../schema/subscriptions.ts";

const noteOfEntry = sql`select ${subscriptionNotes.text} from ${subscriptionNotes} where ${subscriptionNotes.id} = ${a.id}`;
const nameOfReason = sql`select ${reasonCodes.name} from ${reasonCodes} where ${reasonCodes.id} = ${a.reasonCode}`;

/** Notes and reasons are read by their keys for the few entries that have one: joined, PostgreSQL may read all notes. */
const activityColumns = {
  entry: a,
  subscriptionName: subscriptions.name,
  offerId: subscriptions.offerId,
  note: sql<string | null>`case when ${a.kind} = 'subscription.note_added' then (${noteOfEntry}) end`,
  reasonCode: sql<string | null>`case when ${a.reasonCode} is not null then (${nameOfReason}) end`,
};

/** Entries with what their view needs; conditions, order and limit are the caller's. */
export const selectEntries = (db: Database) =>
  db.select(activityColumns).from(a).leftJoin(subscriptions, eq(subscriptions.id, a.subscriptionId));

/**
 * The audit trail, newest first: of one subscription (its timeline), or of all. Expects the result of
 * `resolveOwnerMe`.
 * @throws AppError `Invalid`
 */
export async function listActivity(
  db: Database,
  filters: ActivityFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<ActivityView>> {
  const others = and(activityMatching(filters), olderThan(filters.cursor, sql`${a.id}`));
  const found = filters.q ? await idsWithWords(db, filters.q, others, size + 1) : undefined;
  const rows = await selectEntries(db)
    .where(found ? sql`${a.id} in ${found}` : others)
    .orderBy(desc(a.id))
    .limit(size + 1);
  return pageOf(rows, activityView, (row) => ({ value: null, id: row.entry.id }), size);
}

export function activityView({ entry, subscriptionName, offerId, note, reasonCode }: ActivityJoined): ActivityView {
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
  const rows = await selectEntries(db).where(eq(a.operationId, operationId)).orderBy(a.id).limit(100);
  return rows.map(activityView);
}

export type ActivityJoined = {
  entry: typeof a.$inferSelect;
  subscriptionName: string | null;
  offerId: string | null;
  note: string | null;
  reasonCode: string | null;
};

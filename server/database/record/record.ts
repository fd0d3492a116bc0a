/** The audit trail, and its notification of open pages. Both belong in the transaction of the change. */
import { getTableColumns, sql } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import { type ActivitySource, sourceOfKind } from "../../../shared/actors.ts";
import { eventKinds } from "../../../shared/product.ts";
import type { ChangeView } from "../../../shared/views/history.ts";
import { type Actor, actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { events } from "../schema/product.ts";
import { newId } from "../statements/new-id.ts";

export type ActivityRow = typeof activity.$inferInsert;

export type ActivityEntry = {
  /** Set if something else shares the id; time-ordered. */
  id?: string;
  subscriptionId?: string | null;
  operationId?: string | null;
  deliveryId?: string | null;
  kind: ActivityKind;
  summary: string;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
  /** The id of a reason code. */
  reasonCode?: string | null;
  /** If it differs from the actor's. */
  bulkRunId?: string | null;
};

/** Records what an actor did, at the given time and in the given order. What concerns the product becomes an event. */
export async function record(db: Executor, actor: Actor, at: Date, entries: ActivityEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = activityRows(actor, at, entries);
  await db.insert(activity).values(rows);
  const eventIds = eventsFor(rows);
  if (eventIds.length > 0) await db.insert(events).values(eventIds.map((id) => ({ id })));
}

/**
 * The rows of `record`, for statements that write them together with others. Chains of several subscriptions are
 * extended in one order, so that two transactions never deadlock.
 */
export function activityRows(actor: Actor, at: Date, entries: ActivityEntry[]): (ActivityRow & { id: string })[] {
  const origin = { source: sourceOf(actor), bulkRunId: actor.kind === "staff" ? (actor.bulkRunId ?? null) : null };
  const rows = entries.map((entry) => ({ id: newId(at), at, ...actorColumns(actor), ...origin, ...entry }));
  const streamOf = (row: ActivityEntry) => row.subscriptionId ?? "";
  return rows.sort((one, other) => (streamOf(one) < streamOf(other) ? -1 : streamOf(one) > streamOf(other) ? 1 : 0));
}

/** The columns of those rows. */
export const activityColumns = Object.keys(getTableColumns(activity)).map(toSnakeCase).join(", ");

/** The ids of rows that are events for the product. */
export function eventsFor(rows: (ActivityRow & { id: string })[]): string[] {
  return rows.filter(({ kind, subscriptionId }) => subscriptionId && productEventKinds.has(kind)).map(({ id }) => id);
}

/** The source of an actor's changes. */
function sourceOf(actor: Actor): ActivitySource {
  if (actor.kind === "staff" && actor.bulkRunId !== undefined) return "bulk";
  return sourceOfKind[actor.kind];
}

const productEventKinds: ReadonlySet<string> = new Set(eventKinds);

/** The channel that all instances listen on. */
export const changesChannel = "marketdesk_changes";
/** PostgreSQL refuses a notification of 8,000 bytes or more. */
const notificationLimit = 7_500;

/** Notifies open pages once the transaction commits. Too many changes become one per topic. */
export async function announce(db: Executor, changes: ChangeView[]): Promise<void> {
  if (changes.length === 0) return;
  await db.execute(sql`select pg_notify(${changesChannel}, ${announcement(changes)})`);
}

/** The notification's text; empty for no changes. */
export function announcement(changes: ChangeView[]): string {
  if (changes.length === 0) return "";
  const payload = JSON.stringify(changes);
  if (Buffer.byteLength(payload) <= notificationLimit) return payload;
  const topics = [...new Set(changes.map((change) => change.topic))];
  return JSON.stringify(topics.map((topic): ChangeView => ({ topic, subscriptionId: null })));
}

/** A subscription's timeline: its audit entries, and the operations behind them. */
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { pageSize, type TimelineFilters, type TimelineKind } from "../../../shared/filters.ts";
import type { CauseView, TimelineView } from "../../../shared/views/history.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { listActivity } from "./history.ts";
import { activity as a } from "../schema/activity.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions } from "../schema/subscriptions.ts";

const deskKinds = [
  "subscription.owner_changed",
  "subscription.tags_changed",
  "subscription.follow_up_changed",
  "subscription.onboarded",
];
const noteKind = "subscription.note_added";

/** The entries of a kind, as a condition. */
function ofKind(kind: TimelineKind): SQL | undefined {
  switch (kind) {
    case "notes":
      return sql`${a.kind} = ${noteKind}`;
    case "desk":
      return sql`(${inArray(a.kind, deskKinds)} or ${a.kind} like 'need.%')`;
    case "operations":
      return sql`(${a.kind} like 'operation.%' or ${a.kind} like 'cancellation.%')`;
    case "changes":
      return and(sql`${a.kind} like 'subscription.%'`, sql`not ${inArray(a.kind, [...deskKinds, noteKind])}`);
  }
}

/**
 * One page, newest first, with the operations of its entries.
 * @throws AppError `Invalid`
 */
export async function listTimeline(
  db: Database,
  subscriptionId: string,
  { who, what, cursor }: TimelineFilters,
): Promise<TimelineView> {
  const page = await listActivity(
    db,
    { subscription: subscriptionId, actor: who, cursor },
    pageSize,
    what && ofKind(what),
  );
  const ids = [...new Set(page.rows.flatMap(({ operationId }) => operationId ?? []))];
  return { ...page, causes: ids.length === 0 ? [] : await causesOf(db, ids) };
}

/** Deliveries listed per operation; its own page shows further duplicates. */
const deliveriesNamed = 5;

async function causesOf(db: Database, ids: string[]): Promise<CauseView[]> {
  const [operations, deliveries, calls] = await Promise.all([
    db
      .select({ operation: o, offerId: subscriptions.offerId })
      .from(o)
      .leftJoin(subscriptions, eq(subscriptions.id, o.subscriptionId))
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

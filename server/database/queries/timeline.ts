/** Timelines of subscriptions and customers: their audit entries, and the operations behind them. */
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { pageSize, type TimelineFilters, type TimelineKind } from "../../../shared/filters.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { ActivityView, CauseView, TimelineView } from "../../../shared/views/history.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { listActivity } from "./history.ts";
import { customerKeys, isOfCustomer } from "../statements/customer-key.ts";
import { olderThan } from "../statements/keyset.ts";
import { activity as a, isAboutCustomer } from "../schema/activity.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

const deskKinds = [
  "subscription.owner_changed",
  "subscription.tags_changed",
  "subscription.follow_up_changed",
  "subscription.onboarded",
];
const noteKinds = ["subscription.note_added", "customer.note_added"];

/** The entries of a kind, as a condition. */
function ofKind(kind: TimelineKind): SQL | undefined {
  switch (kind) {
    case "notes":
      return inArray(a.kind, noteKinds);
    case "desk":
      return sql`(${inArray(a.kind, deskKinds)} or ${a.kind} like 'need.%' or ${a.kind} like 'mail.%' or (${isAboutCustomer(a)} and ${a.kind} <> 'customer.note_added'))`;
    case "operations":
      return sql`(${a.kind} like 'operation.%' or ${a.kind} like 'cancellation.%' or ${a.kind} like 'planned_change.%')`;
    case "changes":
      return and(sql`${a.kind} like 'subscription.%'`, sql`not ${inArray(a.kind, [...deskKinds, ...noteKinds])}`);
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
  return withCauses(db, page);
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
  { who, what, cursor }: TimelineFilters,
): Promise<TimelineView> {
  const others = and(who && eq(a.actorKind, who), what && ofKind(what), olderThan(cursor, sql`${a.id}`), sql`true`);
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
  return withCauses(db, await listActivity(db, { cursor }, pageSize, sql`${a.id} = any(${ids})`));
}

async function withCauses(db: Database, page: Page<ActivityView>): Promise<TimelineView> {
  const ids = [...new Set(page.rows.flatMap(({ operationId }) => operationId ?? []))];
  return { ...page, causes: ids.length === 0 ? [] : await causesOf(db, ids) };
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

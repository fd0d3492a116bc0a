/** Reads operations. */
import { and, desc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import type { OperationFilters } from "../../../shared/filters.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import type { Page } from "../../../shared/views/page.ts";
import { marksOf, planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { olderThan, pageOf, sizeOfPage, within } from "../statements/keyset.ts";
import { cancelRequests } from "../schema/cancellations.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions } from "../schema/subscriptions.ts";
import { subscriptionsNamed } from "./subscription-words.ts";

const columns = {
  operation: o,
  subscriptionName: subscriptions.name,
  offerId: subscriptions.offerId,
  approvedByName: sql<string | null>`(
    select decided_by_name from ${cancelRequests} where ${cancelRequests.operationId} = ${o.id})`,
};

function view({
  operation,
  subscriptionName,
  offerId,
  approvedByName,
}: {
  operation: typeof o.$inferSelect;
  subscriptionName: string | null;
  offerId: string | null;
  approvedByName: string | null;
}): OperationView {
  const planId = operation.action === "ChangePlan" || operation.action === "Activate" ? operation.planId : null;
  return {
    id: operation.id,
    marketplaceId: operation.marketplaceId ?? operation.reusedId,
    subscriptionId: operation.subscriptionId,
    subscriptionName: subscriptionName || operation.subscriptionId,
    action: operation.action,
    source: operation.source,
    stage: operation.stage,
    status: operation.status,
    outcome: operation.outcome,
    planId,
    planName: planId && planMark(planId, offerId),
    quantity: operation.action === "ChangeQuantity" || operation.action === "Activate" ? operation.quantity : null,
    decision: operation.decision,
    decisionReason: operation.decisionReason && marksOf(offerId, operation.decisionReason),
    decisionRuleVersion: operation.decisionRuleVersion,
    answerDueAt: operation.answerDueAt?.toISOString() ?? null,
    acknowledgedAt: operation.acknowledgedAt?.toISOString() ?? null,
    actor: { kind: operation.actorKind, name: operation.actorName },
    approvedByName,
    reason: operation.reason,
    attempts: operation.attempts,
    lastError: operation.lastError && marksOf(offerId, operation.lastError),
    isStuck: operation.stuckAt !== null,
    createdAt: operation.createdAt.toISOString(),
    updatedAt: operation.updatedAt.toISOString(),
    settledAt: operation.settledAt?.toISOString() ?? null,
  };
}

/** Matches an operation's id or its subscription's text. */
function named(text: string | undefined): SQL | undefined {
  const ofThese = subscriptionsNamed(text);
  return ofThese && sql`(${o.subscriptionId} = any(${ofThese}) or ${o.marketplaceId} = ${text})`;
}

/** The current state of these operations. */
export async function operationsById(db: Database, ids: string[]): Promise<OperationView[]> {
  const rows = await db
    .select(columns)
    .from(o)
    .leftJoin(subscriptions, eq(subscriptions.id, o.subscriptionId))
    .where(inArray(o.id, ids));
  return rows.map(view);
}

/**
 * Operations, newest first, because ids are ordered by time. Expects the result of `resolveOwnerMe`.
 * @throws AppError `Invalid`
 */
export async function listOperations(
  db: Database,
  filters: OperationFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<OperationView>> {
  const rows = await db
    .select(columns)
    .from(o)
    .leftJoin(subscriptions, eq(subscriptions.id, o.subscriptionId))
    .where(
      and(
        filters.state === "open"
          ? ne(o.stage, "settled")
          : filters.state === "settled"
            ? eq(o.stage, "settled")
            : undefined,
        filters.action && eq(o.action, filters.action),
        filters.source && eq(o.source, filters.source),
        filters.stage && eq(o.stage, filters.stage),
        filters.outcome && eq(o.outcome, filters.outcome),
        filters.person ? eq(o.actorId, filters.person) : undefined,
        within(filters, sql`${o.id}`, sql`${o.createdAt}`),
        named(filters.q),
        filters.subscription ? eq(o.subscriptionId, filters.subscription) : undefined,
        olderThan(filters.cursor, sql`${o.id}`),
      ),
    )
    .orderBy(desc(o.id))
    .limit(size + 1);
  return pageOf(rows, view, (row) => ({ value: null, id: row.operation.id }), size);
}

const operationsOfSubscription = oncePerDatabase((db) => {
  const subscriptionId = sql.placeholder("subscriptionId");
  return (
    db
      .select(columns)
      .from(o)
      .leftJoin(subscriptions, eq(subscriptions.id, o.subscriptionId))
      // Each part by its own index, because a subscription may have very many.
      .where(
        sql`${o.id} in (
        (select id from operations where subscription_id = ${subscriptionId} and stage <> 'settled' order by id desc limit 20)
        union (select id from operations where subscription_id = ${subscriptionId} order by id desc limit 20))`,
      )
      .orderBy(sql`(${o.stage} = 'settled')`, desc(o.id))
      .limit(20)
      .prepare("operations_of_subscription")
  );
});

/** A subscription's operations: open ones first, then the newest, at most 20. */
export async function operationsOf(db: Database, subscriptionId: string): Promise<OperationView[]> {
  const rows = await operationsOfSubscription(db).execute({ subscriptionId });
  return rows.map(view);
}

/** One operation; null when there is none. */
export async function findOperation(db: Database, id: string): Promise<OperationView | null> {
  const [row] = await db
    .select(columns)
    .from(o)
    .leftJoin(subscriptions, eq(subscriptions.id, o.subscriptionId))
    .where(eq(o.id, id));
  return row ? view(row) : null;
}

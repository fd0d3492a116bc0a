/** Makes a case of a delivery: its redacted body, what applied then, and what was decided. Changes nothing. */
import { and, desc, eq, inArray, isNull, lte, or } from "drizzle-orm";
import type { PinnedCase } from "../../../shared/cases.ts";
import { isLifecycleAction, lifecycle } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import type { Database } from "../../database/connection/database.ts";
import { activity } from "../../database/schema/activity.ts";
import { changeRules } from "../../database/schema/change-rules.ts";
import { webhookDeliveries } from "../../database/schema/deliveries.ts";
import { operations } from "../../database/schema/operations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { redactAction, redactBody } from "../../domain/redaction.ts";
import { AppError } from "../../errors.ts";
import type { Operation } from "../operations/operation-run.ts";

type Facts = NonNullable<PinnedCase["before"]>;

/** @throws AppError `NotFound`; `NotAllowedNow` while its operation has not ended or has lost its subscription */
export async function pinCase({ db }: Pick<Context, "db">, deliveryId: string): Promise<PinnedCase> {
  const [delivery] = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, deliveryId));
  if (!delivery) throw new AppError("NotFound", "There is no delivery with this ID.");
  const { receivedAt, operationId } = delivery;
  const base = {
    format: 1 as const,
    name: `${redactAction(delivery.action) ?? "Unreadable"}, ${receivedAt.toISOString().slice(0, 10)}`,
    receivedAt: receivedAt.toISOString(),
    body: redactBody(delivery.body.toString("utf8")),
  };
  if (operationId === null) {
    return {
      ...base,
      rules: [],
      before: null,
      microsoft: { isKnown: false, status: null },
      staffAnswer: null,
      recorded: { isReadable: false, decision: null, outcome: null, after: null },
    };
  }
  const [found] = await db
    .select({ operation: operations, subscription: subscriptions })
    .from(operations)
    .leftJoin(subscriptions, eq(subscriptions.id, operations.subscriptionId))
    .where(eq(operations.id, operationId));
  if (!found || found.operation.outcome === null)
    throw new AppError("NotAllowedNow", "This operation has not ended yet. Save the case once it has.");
  if (!found.subscription)
    throw new AppError("NotAllowedNow", "Marketdesk has no copy of this subscription, so there is nothing to replay.");
  const { operation, subscription } = found;
  const before = factsBefore(operation, subscription);
  return {
    ...base,
    rules: await rulesThen(db, before.offerId, receivedAt),
    before,
    microsoft: { isKnown: operation.outcome !== "quarantined", status: operation.status },
    staffAnswer: (await isAnsweredByStaff(db, operation.id)) ? operation.decision : null,
    recorded: {
      isReadable: true,
      decision: operation.decision,
      outcome: operation.outcome,
      after: operation.outcome === "succeeded" ? factsAfter(operation, before) : before,
    },
  };
}

function factsBefore(operation: Operation, subscription: typeof subscriptions.$inferSelect): Facts {
  const { action, previousPlanId, previousQuantity } = operation;
  const [status = "Subscribed"] = isLifecycleAction(action) ? lifecycle[action].from.toReversed() : [];
  return {
    offerId: subscription.offerId,
    planId: previousPlanId ?? subscription.planId,
    quantity: previousPlanId === null ? subscription.quantity : previousQuantity,
    // What ends can be pending, subscribed or suspended; most often it was subscribed.
    status: action === "Unsubscribe" ? "Subscribed" : status,
  };
}

/** What a subscription has once an operation took effect. */
export function factsAfter(
  { action, planId, quantity }: Pick<Operation, "action" | "planId" | "quantity">,
  before: Facts,
): Facts {
  return {
    ...before,
    planId: action === "ChangePlan" ? (planId ?? before.planId) : before.planId,
    quantity: action === "ChangeQuantity" ? (quantity ?? before.quantity) : before.quantity,
    status: isLifecycleAction(action) ? lifecycle[action].to : before.status,
  };
}

async function rulesThen(db: Database, offerId: string, at: Date): Promise<PinnedCase["rules"]> {
  const r = changeRules;
  return db
    .selectDistinctOn([r.offerId, r.planId], {
      offerId: r.offerId,
      planId: r.planId,
      followsWider: r.followsWider,
      allowedPlans: r.allowedPlans,
      minQuantity: r.minQuantity,
      maxQuantity: r.maxQuantity,
      asksStaff: r.asksStaff,
    })
    .from(r)
    .where(and(or(isNull(r.offerId), eq(r.offerId, offerId)), lte(r.createdAt, at)))
    .orderBy(r.offerId, r.planId, desc(r.version));
}

async function isAnsweredByStaff(db: Database, operationId: string): Promise<boolean> {
  const kinds = ["operation.accepted_by_staff", "operation.refused_by_staff"] as const;
  const rows = await db
    .select({ id: activity.id })
    .from(activity)
    .where(and(eq(activity.operationId, operationId), inArray(activity.kind, [...kinds])))
    .limit(1);
  return rows.length > 0;
}

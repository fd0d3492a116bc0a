/** The product confirms what it has provisioned for a subscription. */
import { and, desc, eq, gt, inArray } from "drizzle-orm";
import { accessOf } from "../../../shared/lifecycle.ts";
import { isProvisioned, type Provisioned } from "../../../shared/product.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { listPlanIds } from "../../database/queries/plans.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { confirmations } from "../../database/schema/product.ts";
import { provisionedInWords } from "../../domain/product.ts";
import { AppError } from "../../errors.ts";
import { endOnboarding } from "../subscriptions/mark-onboarded.ts";
import {
  lockSubscription,
  openActionsOf,
  requestChangeIn,
  type SubscriptionRecord,
} from "../subscriptions/request-change.ts";

export type Confirmation = Provisioned & {
  subscriptionId: string;
  /** The product's own id of what it provisioned. */
  reference: string | null;
  /** Proof given by the product. */
  evidence: string | null;
};

/**
 * Stores the confirmation, and requests an activation that waited only for it. Repeating it updates only its time.
 * @returns whether the confirmation contained anything new
 * @throws AppError `NotFound`; `Unprocessable` for a plan that its offer does not have
 */
export async function confirmProvisioning(ctx: Context, input: Confirmation): Promise<{ isAnnounced: boolean }> {
  return ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    await refuseUnknownPlan(tx, row, input.planId);
    const now = ctx.now();
    const [former] = await tx.select().from(confirmations).where(eq(confirmations.subscriptionId, row.id));
    const isAnnounced = !former || onRecordKeys.some((key) => former[key] !== input[key]);
    const { actorId, actorName } = actorColumns(ctx.actor);
    const said = {
      ...input,
      keyId: actorId ?? "",
      keyName: actorName,
      confirmedAt: former && former.confirmedAt > now ? former.confirmedAt : now,
      changedAt: isAnnounced ? now : former.changedAt,
    };
    await tx.insert(confirmations).values(said).onConflictDoUpdate({ target: confirmations.subscriptionId, set: said });
    if (isAnnounced) {
      await record(tx, ctx.actor, now, [
        {
          subscriptionId: row.id,
          operationId: await operationBehind(tx, row.id, former?.changedAt ?? null),
          kind: "subscription.confirmed",
          summary: `The product confirmed: ${provisionedInWords(input)}`,
          before: former ? onRecord(former) : null,
          after: onRecord(input),
          reason: input.evidence,
        },
      ]);
    }
    if (isProvisioned({ ...row, access: accessOf(row.status, row.holdAt !== null) }, input)) {
      await endOnboarding(tx, row.id);
    }
    await activateIfReady(ctx, tx, row, input, isAnnounced);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
    return { isAnnounced };
  });
}

/** What the product provisions by. */
const provisionedActions = [
  "Activate",
  "Subscribe",
  "ChangePlan",
  "ChangeQuantity",
  "Suspend",
  "Reinstate",
  "Unsubscribe",
];

/** The operation that the product has followed: the last one that succeeded since its former confirmation. */
async function operationBehind(tx: Executor, subscriptionId: string, formerAt: Date | null): Promise<string | null> {
  const [operation] = await tx
    .select({ id: operations.id })
    .from(operations)
    .where(
      and(
        eq(operations.subscriptionId, subscriptionId),
        eq(operations.outcome, "succeeded"),
        inArray(operations.action, provisionedActions),
        formerAt === null ? undefined : gt(operations.settledAt, formerAt),
      ),
    )
    .orderBy(desc(operations.settledAt))
    .limit(1);
  return operation?.id ?? null;
}

/** A plan is known if Microsoft has described it, or if a subscription has it. */
async function refuseUnknownPlan(tx: Executor, row: SubscriptionRecord, planId: string): Promise<void> {
  if (planId === row.planId) return;
  const { offerId } = row;
  const known = [...new Set([row.planId, ...(await listPlanIds(tx, offerId, planId))])].toSorted();
  if (known.includes(planId)) return;
  const message = `The offer ${offerId} has no plan "${planId}". Its plans are ${known.join(", ")}.`;
  throw new AppError("Unprocessable", message, { fields: { planId: [message] } });
}

const onRecordKeys = ["planId", "quantity", "access", "reference"] as const;

function onRecord(said: Omit<Confirmation, "subscriptionId" | "evidence">): Record<string, unknown> {
  return Object.fromEntries(onRecordKeys.map((key) => [key, said[key]]));
}

/**
 * Continues an activation that only the product kept waiting. A failed one is requested again only if something
 * changed.
 */
async function activateIfReady(
  ctx: Context,
  tx: Executor,
  row: SubscriptionRecord,
  said: Provisioned,
  isAnnounced: boolean,
): Promise<void> {
  const entitled = { ...row, access: accessOf(row.status, row.holdAt !== null) };
  const waits = row.status === "PendingFulfillmentStart" && row.activationWaitsFor === "product";
  if (!waits || !isProvisioned(entitled, said)) return;
  if ((await openActionsOf(tx, row.id)).length > 0) return;
  if (!isAnnounced && (await wasAskedForBefore(tx, row.id))) return;
  await requestChangeIn(ctx, tx, {
    subscriptionId: row.id,
    action: "activate",
    reason: "The product confirmed that it is ready.",
  });
}

async function wasAskedForBefore(tx: Executor, subscriptionId: string): Promise<boolean> {
  const found = await tx
    .select({ id: operations.id })
    .from(operations)
    .where(and(eq(operations.subscriptionId, subscriptionId), eq(operations.action, "Activate")))
    .limit(1);
  return found.length > 0;
}

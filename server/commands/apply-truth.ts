/** Makes our copy of a subscription equal to what Microsoft says, with a line on the timeline for each change. */
import { eq } from "drizzle-orm";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import type { Context } from "../context.ts";
import type { Executor } from "../database/connection.ts";
import { announce, record } from "../database/record.ts";
import { subscriptions } from "../database/schema.ts";
import { type Change, changesBetween, differingFacts, type SubscriptionFacts } from "../domain/subscription.ts";
import type { MarketplaceSubscription } from "../marketplace/types.ts";

export type FirstSeenBy = "landing" | "webhook" | "reconcile";

export type Applied = {
  isNew: boolean;
  /** Names of the facts that changed; empty when our copy was equal. */
  changed: string[];
  status: SubscriptionStatus;
  planId: string;
  quantity: number | null;
};

/** The version of our copy before Microsoft was asked; null when we had none. */
export async function readVersion(db: Executor, subscriptionId: string): Promise<number | null> {
  const rows = await db
    .select({ version: subscriptions.version })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  return rows[0]?.version ?? null;
}

/**
 * Applies Microsoft's answer inside the caller's transaction, under the row's lock.
 *
 * @param seenVersion what `readVersion` said before Microsoft was asked: an answer that is older than a change made
 *   meanwhile is refused
 * @returns null when the answer is stale; ask again
 */
export async function applyTruth(
  ctx: Pick<Context, "actor" | "now">,
  tx: Executor,
  input: {
    truth: MarketplaceSubscription;
    seenVersion: number | null;
    firstSeenBy: FirstSeenBy;
    operationId?: string | null;
    reason?: string | null;
  },
): Promise<Applied | null> {
  const { truth } = input;
  const [held] = await tx.select().from(subscriptions).where(eq(subscriptions.id, truth.id)).for("update");
  if ((held?.version ?? null) !== input.seenVersion) return null;
  const now = ctx.now();
  const facts = factsOf(truth, held ?? null);
  const changed = held ? differingFacts(held, facts) : [];
  const common = { ...facts, raw: truth.raw, syncedAt: now };
  if (!held) {
    const inserted = await tx
      .insert(subscriptions)
      .values({ id: truth.id, ...common, firstSeenBy: input.firstSeenBy, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning({ id: subscriptions.id });
    if (inserted.length === 0) return null;
  } else if (changed.length > 0) {
    await tx
      .update(subscriptions)
      .set({ ...common, version: held.version + 1, updatedAt: now })
      .where(eq(subscriptions.id, truth.id));
  } else {
    await tx.update(subscriptions).set({ raw: truth.raw, syncedAt: now }).where(eq(subscriptions.id, truth.id));
  }
  if (!held || changed.length > 0) {
    const entries: Change[] = changesBetween(held ?? null, facts);
    const cause = { subscriptionId: truth.id, operationId: input.operationId, reason: input.reason };
    await record(
      tx,
      ctx.actor,
      now,
      entries.map((entry) => ({ ...entry, ...cause })),
    );
    await announce(tx, [{ topic: "subscription", subscriptionId: truth.id }]);
  }
  return {
    isNew: !held,
    changed,
    status: facts.status,
    planId: facts.planId,
    quantity: facts.quantity,
  };
}

/** Microsoft's answer as facts. What it left out or said in words we do not know stays as we hold it. */
export function factsOf(truth: MarketplaceSubscription, held: SubscriptionFacts | null): SubscriptionFacts {
  return {
    name: truth.name ?? held?.name ?? "",
    publisherId: truth.publisherId ?? held?.publisherId ?? null,
    offerId: truth.offerId ?? held?.offerId ?? "",
    planId: truth.planId ?? held?.planId ?? "",
    // The property vanishes when a subscription ends; the seats it had stay known.
    quantity: truth.quantity ?? (truth.status === "Unsubscribed" ? (held?.quantity ?? null) : null),
    status: truth.status ?? held?.status ?? "PendingFulfillmentStart",
    unrecognisedStatus: truth.status === null ? truth.rawStatus : null,
    beneficiaryEmail: truth.beneficiary.email,
    beneficiaryObjectId: truth.beneficiary.objectId,
    beneficiaryTenantId: truth.beneficiary.tenantId,
    purchaserEmail: truth.purchaser.email,
    purchaserObjectId: truth.purchaser.objectId,
    purchaserTenantId: truth.purchaser.tenantId,
    termUnit: truth.term.unit ?? held?.termUnit ?? null,
    termStartsAt: truth.term.startsAt ?? held?.termStartsAt ?? null,
    termEndsAt: truth.term.endsAt ?? held?.termEndsAt ?? null,
    autoRenews: truth.autoRenew ?? held?.autoRenews ?? null,
    isFreeTrial: truth.isFreeTrial,
    isTest: truth.isTest,
    allowedCustomerOperations: truth.allowedCustomerOperations,
    purchasedAt: truth.createdAt ?? held?.purchasedAt ?? null,
  };
}

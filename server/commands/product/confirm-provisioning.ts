/** The publisher's product says what it has provisioned for a subscription. */
import { and, eq } from "drizzle-orm";
import { accessOf } from "../../../shared/lifecycle.ts";
import { isProvisioned, type Provisioned } from "../../../shared/product.ts";
import { actorColumns, type Context } from "../../context.ts";
import type { Executor } from "../../database/connection.ts";
import { announce, record } from "../../database/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { confirmations } from "../../database/schema/product.ts";
import { provisionedInWords } from "../../domain/product.ts";
import { endOnboarding } from "../subscriptions/mark-onboarded.ts";
import {
  lockSubscription,
  openActionsOf,
  requestChangeIn,
  type SubscriptionRecord,
} from "../subscriptions/request-change.ts";

export type Confirmation = Provisioned & {
  subscriptionId: string;
  /** The product's own name for what it provisioned. */
  reference: string | null;
  /** What the product gives as proof. */
  evidence: string | null;
};

/**
 * Keeps what the product says, and asks for the activation where it waited for that alone. Saying the same again changes
 * nothing but the time of the confirmation.
 *
 * @returns whether something was said that was not known
 * @throws AppError `NotFound`
 */
export async function confirmProvisioning(ctx: Context, input: Confirmation): Promise<{ isNews: boolean }> {
  return ctx.db.transaction(async (tx) => {
    const held = await lockSubscription(tx, input.subscriptionId);
    const now = ctx.now();
    const [former] = await tx.select().from(confirmations).where(eq(confirmations.subscriptionId, held.id));
    const isNews = !former || onRecordKeys.some((key) => former[key] !== input[key]);
    const { actorId, actorName } = actorColumns(ctx.actor);
    const said = {
      ...input,
      keyId: actorId ?? "",
      keyName: actorName,
      confirmedAt: former && former.confirmedAt > now ? former.confirmedAt : now,
      changedAt: isNews ? now : former.changedAt,
    };
    await tx.insert(confirmations).values(said).onConflictDoUpdate({ target: confirmations.subscriptionId, set: said });
    if (isNews) {
      await record(tx, ctx.actor, now, [
        {
          subscriptionId: held.id,
          kind: "subscription.confirmed",
          summary: `The product confirmed: ${provisionedInWords(input)}`,
          before: former ? onRecord(former) : null,
          after: onRecord(input),
          reason: input.evidence,
        },
      ]);
    }
    if (isProvisioned({ ...held, access: accessOf(held.status, held.holdAt !== null) }, input)) {
      await endOnboarding(tx, held.id);
    }
    await activateIfReady(ctx, tx, held, input, isNews);
    await announce(tx, [{ topic: "subscription", subscriptionId: held.id }]);
    return { isNews };
  });
}

const onRecordKeys = ["planId", "quantity", "access", "reference"] as const;

function onRecord(said: Omit<Confirmation, "subscriptionId" | "evidence">): Record<string, unknown> {
  return Object.fromEntries(onRecordKeys.map((key) => [key, said[key]]));
}

/** What the purchaser asked for and only the product kept waiting goes on. One that failed is asked for anew by news only. */
async function activateIfReady(
  ctx: Context,
  tx: Executor,
  held: SubscriptionRecord,
  said: Provisioned,
  isNews: boolean,
): Promise<void> {
  const entitled = { ...held, access: accessOf(held.status, held.holdAt !== null) };
  const waits = held.status === "PendingFulfillmentStart" && held.activationWaitsFor === "product";
  if (!waits || !isProvisioned(entitled, said)) return;
  if ((await openActionsOf(tx, held.id)).length > 0) return;
  if (!isNews && (await wasAskedForBefore(tx, held.id))) return;
  await requestChangeIn(ctx, tx, {
    subscriptionId: held.id,
    action: "activate",
    reason: "The product says that it is provisioned.",
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

/** Staff undo that they marked a customer as onboarded. */
import { and, desc, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import type { undoOnboardedInput } from "../../../shared/inputs/subscriptions.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import { isProvisioned } from "../../../shared/product.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { activity } from "../../database/schema/activity.ts";
import { onboardings } from "../../database/schema/onboardings.ts";
import { confirmations } from "../../database/schema/product.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription, type SubscriptionRecord } from "./request-change.ts";

/** @throws AppError `NotFound`; `Conflict` if something else has ended the onboarding, or a colleague has changed it since */
export async function undoOnboarded(ctx: Context, input: z.infer<typeof undoOnboardedInput>): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    const mark = await findMark(tx, row.id);
    const blockedReason =
      mark === null ? "This customer is not marked as onboarded." : await changedSince(ctx, tx, row, mark);
    if (mark === null || blockedReason !== null)
      throw new AppError("Conflict", `${blockedReason} Nothing was changed.`);
    await tx.insert(onboardings).values({ subscriptionId: row.id, since: mark.waitingSince });
    await record(tx, ctx.actor, ctx.now(), [
      {
        subscriptionId: row.id,
        kind: "subscription.onboarding_reopened",
        summary: "Customer waits for onboarding again",
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
}

type Mark = { actorId: string | null; actorName: string; waitingSince: Date };

/** Who marked the customer, and since when the customer had waited; null if not marked. */
async function findMark(tx: Executor, id: string): Promise<Mark | null> {
  const { subscriptionId, kind, at, after, actorId, actorName } = activity;
  const [last] = await tx
    .select({ kind, at, after, actorId, actorName })
    .from(activity)
    .where(and(eq(subscriptionId, id), inArray(kind, ["subscription.onboarded", "subscription.onboarding_reopened"])))
    .orderBy(desc(activity.id))
    .limit(1);
  if (last?.kind !== "subscription.onboarded") return null;
  const since = last.after?.["waitingSince"];
  // Earlier versions did not record it.
  return { ...last, waitingSince: typeof since === "string" ? new Date(since) : last.at };
}

/** What has happened since the caller marked the customer; null if nothing that matters. */
async function changedSince(ctx: Context, tx: Executor, row: SubscriptionRecord, mark: Mark): Promise<string | null> {
  if (mark.actorId !== actorColumns(ctx.actor).actorId) {
    return `${mark.actorName} has marked this customer as onboarded since.`;
  }
  if (row.status !== "Subscribed" && row.status !== "Suspended") return "The subscription has ended since.";
  if (row.contactEmail !== null) return "A contact has been provided since.";
  const [confirmed] = await tx.select().from(confirmations).where(eq(confirmations.subscriptionId, row.id));
  const entitled = { ...row, access: accessOf(row.status, row.holdAt !== null) };
  if (isProvisioned(entitled, confirmed ?? null)) return "Your product has confirmed the subscription since.";
  return null;
}

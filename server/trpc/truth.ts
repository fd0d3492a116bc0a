/** What Microsoft, Marketdesk and the product each hold of a subscription. */
import { z } from "zod";
import type { Day } from "../../shared/day.ts";
import { askProductInput } from "../../shared/inputs.ts";
import { accessOf } from "../../shared/lifecycle.ts";
import { productDifferences } from "../../shared/product.ts";
import type { MicrosoftFact, MicrosoftTruth, TruthView } from "../../shared/views/truth.ts";
import { askProduct } from "../commands/product/ask-product.ts";
import { findSubscription } from "../database/queries/subscriptions.ts";
import { findTruth } from "../database/queries/truth.ts";
import { planMark } from "../domain/name-marks.ts";
import { AppError } from "../errors.ts";
import { readSubscription } from "../marketplace/parse-payload.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

type SubscriptionRecord = NonNullable<Awaited<ReturnType<typeof findSubscription>>>["record"];

export const truthRouter = router({
  get: viewerProcedure
    .input(z.strictObject({ id: z.string().min(1).max(200) }))
    .query(async ({ ctx, input }): Promise<TruthView> => {
      const found = await findSubscription(ctx.db, input.id);
      if (!found) throw new AppError("NotFound", "There is no subscription with this ID.");
      const row = found.record;
      const { contact, confirmation, missingSince, askedAt } = await findTruth(ctx.db, row.id, row.syncedAt);
      const entitled = { ...row, access: accessOf(row.status, row.holdAt !== null) };
      const isWaiting = row.status === "PendingFulfillmentStart" && row.activationWaitsFor === "product";
      const isUnheardOf = confirmation === null && !contact.hasKey && contact.lastUsedAt === null;
      return {
        microsoft: { ...microsoftTruth(row), missingSince: missingSince?.toISOString() ?? null },
        product: isUnheardOf
          ? null
          : {
              hasKey: contact.hasKey,
              lastCalledAt: contact.lastUsedAt?.toISOString() ?? null,
              confirmation: confirmation && {
                planId: confirmation.planId,
                planName: planMark(confirmation.planId, row.offerId),
                quantity: confirmation.quantity,
                access: confirmation.access,
                reference: confirmation.reference,
                evidence: confirmation.evidence,
                byName: confirmation.keyName,
                confirmedAt: confirmation.confirmedAt.toISOString(),
                changedAt: confirmation.changedAt.toISOString(),
                differences: productDifferences(entitled, confirmation),
                differsSince: confirmation.differsSince?.toISOString() ?? null,
              },
              askedAt: askedAt?.toISOString() ?? null,
            },
        waitsForProductSince: isWaiting ? (row.activationAskedAt?.toISOString() ?? null) : null,
      };
    }),

  askProduct: operatorProcedure.input(askProductInput).mutation(async ({ ctx, input }) => {
    await askProduct(ctx.command, input);
    return { ok: true as const };
  }),
});

/** Microsoft's last response: what it said, and where our copy differs. */
function microsoftTruth(row: SubscriptionRecord): Omit<MicrosoftTruth, "missingSince"> {
  const said = readSubscription(row.raw);
  const isEnded = row.status === "Unsubscribed";
  const status = said ? (said.status ?? said.rawStatus) : null;
  const differs: Record<MicrosoftFact, boolean> = {
    status: status !== null && status !== row.status,
    planId: said?.planId !== null && said?.planId !== undefined && said.planId !== row.planId,
    // Microsoft omits the seats of an ended subscription.
    quantity: said !== null && !isEnded && said.quantity !== row.quantity,
    term: said !== null && (isOther(said.term.startsOn, row.termStartsOn) || isOther(said.term.endsOn, row.termEndsOn)),
  };
  return {
    readAt: row.syncedAt.toISOString(),
    status,
    planId: said?.planId ?? null,
    planName: said?.planId ? planMark(said.planId, row.offerId) : null,
    quantity: said?.quantity ?? null,
    termStartsOn: said?.term.startsOn ?? null,
    termEndsOn: said?.term.endsOn ?? null,
    autoRenews: said?.autoRenew ?? null,
    differences: (Object.keys(differs) as MicrosoftFact[]).filter((fact) => differs[fact]),
  };
}

/** What Microsoft omits keeps our value. */
function isOther(said: Day | null, row: Day | null): boolean {
  return said !== null && said !== row;
}

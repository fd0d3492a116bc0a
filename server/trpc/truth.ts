/** The values of a subscription at Microsoft, in Marketdesk and in the product. */
import { z } from "zod";
import { askProductInput } from "../../shared/inputs/subscriptions.ts";
import { accessOf } from "../../shared/lifecycle.ts";
import { productDifferences } from "../../shared/product.ts";
import type { MicrosoftFact, MicrosoftTruth, TruthView } from "../../shared/views/truth.ts";
import { factsOf } from "../commands/operations/facts-of.ts";
import { askProduct } from "../commands/product/ask-product.ts";
import { findSubscription } from "../database/queries/subscriptions.ts";
import { findTruth } from "../database/queries/truth.ts";
import { planMark } from "../domain/name-marks.ts";
import { differingFacts } from "../domain/subscription.ts";
import { AppError } from "../errors.ts";
import { readSubscription } from "../marketplace/read-subscription.ts";
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
      const hasNoProduct = confirmation === null && !contact.hasKey && contact.lastUsedAt === null;
      return {
        microsoft: { ...microsoftTruth(row), missingSince: missingSince?.toISOString() ?? null },
        product: hasNoProduct
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

/** The values of Microsoft's last response, and where our copy differs from them, by the rules of a reconciliation. */
function microsoftTruth(row: SubscriptionRecord): Omit<MicrosoftTruth, "missingSince"> {
  const incoming = readSubscription(row.raw);
  const status = incoming ? (incoming.status ?? incoming.rawStatus) : null;
  // A value that Microsoft omits, such as the seats of a flat-rate plan, or only spells differently is not a difference.
  const changed = new Set(incoming ? differingFacts(row, factsOf(incoming, row)) : []);
  const differs: Record<MicrosoftFact, boolean> = {
    status: status !== null && status !== row.status,
    planId: changed.has("planId"),
    quantity: changed.has("quantity"),
    term: changed.has("termStartsOn") || changed.has("termEndsOn"),
  };
  return {
    readAt: row.syncedAt.toISOString(),
    status,
    planId: incoming?.planId ?? null,
    planName: incoming?.planId ? planMark(incoming.planId, row.offerId) : null,
    quantity: incoming?.quantity ?? null,
    termStartsOn: incoming?.term.startsOn ?? null,
    termEndsOn: incoming?.term.endsOn ?? null,
    autoRenews: incoming?.autoRenew ?? null,
    differences: (Object.keys(differs) as MicrosoftFact[]).filter((fact) => differs[fact]),
  };
}

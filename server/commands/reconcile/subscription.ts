/** Compares one subscription with what Microsoft says of it now, and repairs our copy by the same way as everything else. */
import type { Context } from "../../context.ts";
import { heldOf, ownEvidence, sharedEvidence } from "../../database/reconcile-record.ts";
import { causeOf, type Evidence, isExplained } from "../../domain/difference.ts";
import { differingFacts, type FactName } from "../../domain/subscription.ts";
import { AppError } from "../../errors.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { type Applied, applyTruth, factsOf } from "../operations/apply-truth.ts";
import { type Finding, recordDifferences } from "./difference.ts";

export type SharedEvidence = Awaited<ReturnType<typeof sharedEvidence>>;

/** Somebody else may change our copy while Microsoft answers; after so many times in a row a person has to look. */
const triesForFreshness = 5;

/**
 * @param input.run null: staff asked for this subscription. A run leaves what an operation under way explains to it.
 * @param input.shared what the run knows already
 * @returns what was applied; null when it was left to an operation
 * @throws MarketplaceError when Microsoft does not answer or does not know the subscription
 * @throws AppError `Conflict` when our copy kept changing meanwhile
 */
export async function compareSubscription(
  ctx: Context,
  input: { subscriptionId: string; run: { id: string } | null; shared?: SharedEvidence },
): Promise<Applied | null> {
  const { subscriptionId: id, run } = input;
  const shared = input.shared ?? (await sharedEvidence(ctx.db, null));
  for (let tries = 0; tries < triesForFreshness; tries += 1) {
    const held = (await heldOf(ctx.db, [id])).get(id) ?? null;
    const truth = await ctx.marketplace.getSubscription(id);
    const changed = held ? differingFacts(held, factsOf(truth, held)) : null;
    const isEqual = changed?.length === 0;
    const found = isEqual ? null : await findCause(ctx, { truth, changed, lastEqualAt: held?.lastEqualAt, shared });
    if (found?.isExplained && run !== null) return null;
    const cause = found === null || found.isExplained ? null : found.cause;
    const applied = await ctx.db.transaction(async (tx) => {
      const seenVersion = held?.version ?? null;
      const reason = reasonOf(cause, run !== null);
      const result = await applyTruth(ctx, tx, { truth, seenVersion, firstSeenBy: "reconcile", reason });
      if (result !== null && cause !== null) {
        await recordDifferences(tx, ctx.now(), run?.id ?? null, [findingOf(id, result, cause)]);
      }
      return result;
    });
    if (applied) return applied;
  }
  throw new AppError("Conflict", "The subscription kept changing while Microsoft was asked. Try again in a moment.");
}

/** What the timeline says of a repair: who found it, and the same cause as the list of differences. */
export function reasonOf(cause: string | null, isByRun: boolean): string {
  const found = isByRun ? "Found by comparison with Microsoft" : "Asked Microsoft again";
  return cause === null ? found : `${found}. ${cause}`;
}

export function findingOf(subscriptionId: string, applied: Applied, cause: string): Finding {
  if (applied.isNew) {
    return { subscriptionId, kind: "unknown", held: null, truth: applied.after, cause, done: "added" };
  }
  const isUnrecognised = applied.after["unrecognisedStatus"] != null;
  return {
    subscriptionId,
    kind: isUnrecognised ? "unrecognised" : "drift",
    held: applied.before,
    truth: applied.after,
    cause,
    done: isUnrecognised ? "raised" : "repaired",
  };
}

async function findCause(
  ctx: Context,
  input: {
    truth: MarketplaceSubscription;
    changed: FactName[] | null;
    lastEqualAt: Date | undefined;
    shared: SharedEvidence;
  },
): Promise<{ isExplained: boolean; cause: string }> {
  const { truth } = input;
  const since = input.lastEqualAt ?? truth.createdAt ?? new Date(0);
  const own = (await ownEvidence(ctx.db, [truth.id], since)).get(truth.id) ?? { operation: null, delivery: null };
  return explain({ ...input, since, own, now: ctx.now() });
}

/** What the evidence says of a difference, with everything left out that happened before the two were last equal. */
export function explain(input: {
  truth: MarketplaceSubscription;
  changed: FactName[] | null;
  lastEqualAt: Date | undefined;
  since: Date;
  own: Pick<Evidence, "operation" | "delivery">;
  shared: SharedEvidence;
  now: Date;
}): { isExplained: boolean; cause: string } {
  const { truth, changed, since, own, shared, now } = input;
  const { refusal, outage, isFirstComparison } = shared;
  const evidence: Evidence = {
    operation: own.operation && (own.operation.isOpen || own.operation.updatedAt >= since) ? own.operation : null,
    delivery: own.delivery && own.delivery.at >= since ? own.delivery : null,
    refusal: refusal && refusal.at >= since ? refusal : null,
    outage: outage && outage.to >= since ? outage : null,
  };
  const { status, rawStatus } = truth;
  const facts = {
    changed,
    status: status ?? "",
    unrecognisedStatus: status === null ? rawStatus : null,
    lastEqualAt: input.lastEqualAt ?? null,
    isFirstComparison,
    now,
  };
  return { isExplained: isExplained(evidence.operation, changed, now), cause: causeOf(facts, evidence) };
}

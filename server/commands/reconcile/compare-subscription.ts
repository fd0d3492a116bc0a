/** Compares one subscription with Microsoft's current record and repairs our copy. */
import type { Context } from "../../context.ts";
import { readRecorded, ownEvidence, sharedEvidence } from "../../database/writes/reconcile-record.ts";
import { causeOf, type Evidence, isExplained } from "../../domain/difference.ts";
import { differingFacts, type FactName } from "../../domain/subscription.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { type Applied, applyTruth } from "../operations/apply-truth.ts";
import { factsOf } from "../operations/facts-of.ts";
import { withFreshTruth } from "../operations/fresh-truth.ts";
import { type Finding, recordDifferences } from "./record-differences.ts";

export type SharedEvidence = Awaited<ReturnType<typeof sharedEvidence>>;

/**
 * @param input.run null if staff requested it. A run leaves differences to the operation that explains them.
 * `input.shared`: what the run already knows
 * @returns what was applied; null if left to an operation
 * @throws MarketplaceError if Microsoft does not respond or does not know the subscription
 * @throws AppError `Conflict` if another reader keeps the subscription reserved
 */
export async function compareSubscription(
  ctx: Context,
  input: { subscriptionId: string; run: { id: string } | null; shared?: SharedEvidence },
): Promise<Applied | null> {
  const { subscriptionId: id, run } = input;
  const shared = input.shared ?? (await sharedEvidence(ctx.db, null));
  const { applied } = await withFreshTruth(ctx, id, async (readerId) => {
    const recorded = (await readRecorded(ctx.db, [id])).get(id) ?? null;
    const truth = await ctx.marketplace.getSubscription(id);
    const changed = recorded ? differingFacts(recorded, factsOf(truth, recorded)) : null;
    const isEqual = changed?.length === 0;
    const found = isEqual ? null : await findCause(ctx, { truth, changed, lastEqualAt: recorded?.lastEqualAt, shared });
    if (found?.isExplained && run !== null) return { applied: null };
    const cause = found === null || found.isExplained ? null : found.cause;
    const result = await ctx.db.transaction(async (tx) => {
      const seenVersion = recorded?.version ?? null;
      const reason = reasonOf(cause, run !== null);
      const repaired = await applyTruth(ctx, tx, { truth, seenVersion, readerId, firstSeenBy: "reconcile", reason });
      if (repaired !== null && cause !== null) {
        await recordDifferences(tx, ctx.now(), run?.id ?? null, [findingOf(id, repaired, cause)]);
      }
      return repaired;
    });
    return result && { applied: result };
  });
  return applied;
}

/** The reason that the timeline gives for a repair, with the cause shown in the list of differences. */
export function reasonOf(cause: string | null, isByRun: boolean): string {
  const found = isByRun ? "Found by reconciliation" : "Refreshed from Microsoft";
  return cause === null ? found : `${found}. ${cause}`;
}

export function findingOf(subscriptionId: string, applied: Applied, cause: string): Finding {
  if (applied.isNew) {
    return { subscriptionId, kind: "unknown", recorded: null, truth: applied.after, cause, done: "added" };
  }
  const isUnrecognized = applied.after["unrecognisedStatus"] != null;
  return {
    subscriptionId,
    kind: isUnrecognized ? "unrecognised" : "drift",
    recorded: applied.before,
    truth: applied.after,
    cause,
    done: isUnrecognized ? "raised" : "repaired",
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

/** What the evidence says about a difference, ignoring everything before the two were last in sync. */
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

/** What to do while Microsoft's record of a subscription does not show the effect of an operation. */
import type { OperationAttention, OperationOutcome } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { firstBodyOf, isSuperseded } from "../../database/queries/effects.ts";
import type { SubscriptionRow } from "../../database/writes/settlement.ts";
import {
  delayBeforeCheck,
  effectTimeoutMs,
  type ExpectedEffect,
  missingWords,
  traceOfEffect,
  undoneBy,
  watchingWords,
} from "../../domain/effect.ts";
import { describeOperation, happenedAt, isEnded, outcomeOf, dropFuture } from "../../domain/operation.ts";
import { changesBetween, type SubscriptionFacts } from "../../domain/subscription.ts";
import { readTermEndOfWebhook } from "../../marketplace/read-webhook-body.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { applyTruth } from "./apply-truth.ts";
import { fetchOperation, mismatchOf, namedId } from "./fetch-operation.ts";
import { actorOf } from "./operation-ending.ts";
import { RetryLater, type Run } from "./operation-run.ts";

/** How an operation appears to have ended. `isProved`: Get Operation returned this outcome. */
export type Claim = { outcome: OperationOutcome; isProved: boolean };
/** How an operation ends. `note`: sentences for staff on why. */
export type Ending = { outcome: OperationOutcome; note: string | null; attention: OperationAttention | null };

/** Most records show the effect within seconds. Staff see that the record lags only after this many checks. */
const quietChecks = 4;

/** What the record has to show. Only the webhook of a renewal states its new term. */
export async function effectOf(ctx: Context, run: Run): Promise<ExpectedEffect> {
  const { operation } = run;
  const { action, planId, quantity } = operation;
  let { termEndsOn } = operation;
  if (action === "Renew" && termEndsOn === null) {
    const body = await firstBodyOf(ctx.db, operation.id);
    termEndsOn = body && readTermEndOfWebhook(body);
    if (termEndsOn !== null) {
      run.patch.termEndsOn = termEndsOn;
      run.operation = { ...operation, termEndsOn };
    }
  }
  return { action, planId, quantity, termEndsOn, at: happenedAt(operation) };
}

/**
 * The record shows the state before the operation: it lags, a later operation undid the effect, or the operation did nothing.
 *
 * @throws RetryLater to check again
 */
export async function handleMissingEffect(
  ctx: Context,
  run: Run,
  seen: {
    claim: Claim;
    effect: ExpectedEffect;
    facts: SubscriptionFacts;
    current: SubscriptionRow | null;
    truth: MarketplaceSubscription;
  },
): Promise<Ending> {
  const { operation } = run;
  const { effect, facts } = seen;
  const asClaimed = { outcome: seen.claim.outcome, note: null, attention: null };
  const isUndone = () => isSuperseded(ctx.db, run.operation, undoneBy[operation.action] ?? [], traceOfEffect(effect));
  if (await isUndone()) return asClaimed;
  let { isProved } = seen.claim;
  if (!isProved && namedId(operation) !== null) {
    const { incoming } = await fetchOperation(ctx, operation);
    const mismatch = incoming && mismatchOf(operation, incoming);
    if (mismatch) return { outcome: "quarantined", note: mismatch, attention: null };
    isProved = incoming !== null && isEnded(incoming.status);
    const outcome = incoming && outcomeOf(incoming.status);
    if (outcome && outcome !== "succeeded") return { ...asClaimed, outcome };
    const occurredAt = dropFuture(incoming?.at ?? null, ctx.now());
    if (operation.occurredAt === null && occurredAt !== null) {
      run.patch.occurredAt = occurredAt;
      run.operation = { ...operation, occurredAt };
      if (await isUndone()) return asClaimed;
    }
  }
  if (!continueWaiting(ctx, run)) {
    const note = missingWords(effect, facts);
    return isProved
      ? { outcome: "succeeded", note, attention: "effect_missing" }
      : { outcome: "quarantined", note, attention: null };
  }
  await applyOtherChanges(ctx, run, seen);
  throw new RetryLater(
    operation.attempts < quietChecks ? "" : watchingWords(effect),
    null,
    pauseBeforeNextCheck(ctx, run),
  );
}

/** Whether to keep watching the record; sets when watching began. */
export function continueWaiting(ctx: Context, run: Run): boolean {
  const now = ctx.now();
  const since = run.operation.effectAwaitedSince ?? now;
  run.patch.effectAwaitedSince = since;
  run.operation = { ...run.operation, effectAwaitedSince: since };
  return now.getTime() - since.getTime() < effectTimeoutMs;
}

/** Milliseconds until the next check. The last one is at the end of the time for which the record is watched. */
export function pauseBeforeNextCheck(ctx: Context, run: Run): number {
  const { attempts, effectAwaitedSince } = run.operation;
  const leftMs = (effectAwaitedSince ?? ctx.now()).getTime() + effectTimeoutMs - ctx.now().getTime();
  return Math.min(delayBeforeCheck(attempts), Math.max(leftMs, 0));
}

/** Applies other changes that the record shows while the operation waits, unless our copy has changed since it was read. */
async function applyOtherChanges(
  ctx: Context,
  run: Run,
  {
    current,
    truth,
    facts,
  }: { current: SubscriptionRow | null; truth: MarketplaceSubscription; facts: SubscriptionFacts },
): Promise<void> {
  if (current !== null && changesBetween(current, facts).length === 0) return;
  const { operation } = run;
  await ctx.db.transaction((tx) =>
    applyTruth({ now: ctx.now, actor: actorOf(operation) }, tx, {
      truth,
      seenVersion: current?.version ?? null,
      firstSeenBy: "webhook",
      reason: `Read from Microsoft while waiting for: ${describeOperation(operation)}.`,
    }),
  );
  run.current = undefined;
}

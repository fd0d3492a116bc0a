/** Ends an operation by Microsoft's record of the subscription, and waits for a record that lags behind. */
import type { OperationAttention, OperationOutcome } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { firstBodyOf, isSuperseded } from "../../database/queries/effects.ts";
import { activityRows } from "../../database/record/record.ts";
import { type SettlementResult, type SubscriptionRow, writeSettlement } from "../../database/writes/settlement.ts";
import { releaseTruth, reserveTruth } from "../../database/writes/truth-reservation.ts";
import {
  effectTimeoutMs,
  type ExpectedEffect,
  isKnownAction,
  missingWords,
  delayBeforeCheck,
  showsEffect,
  traceOfEffect,
  undoneBy,
  watchingWords,
} from "../../domain/effect.ts";
import { describeOperation, isEnded, outcomeOf } from "../../domain/operation.ts";
import { changesBetween, type SubscriptionFacts } from "../../domain/subscription.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { readTermEndOfWebhook } from "../../marketplace/parse-payload.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { noticePlan } from "../subscriptions/learn-plans.ts";
import { applyTruth, columnsOfNew, differenceFrom } from "./apply-truth.ts";
import { fetchOperation, mismatchOf } from "./fetch-operation.ts";
import { maxLostRaces } from "./fresh-truth.ts";
import { actorOf, endingOf } from "./operation-ending.ts";
import { end, LostRace, readCurrent, RetryLater, type Run } from "./operation-run.ts";
import { stepRows } from "./step-trace.ts";

/** How an operation is thought to have ended. `isProved`: Microsoft said so of the operation itself. */
type Claim = { outcome: OperationOutcome; isProved: boolean };
type Ending = { outcome: OperationOutcome; words: string | null; attention: OperationAttention | null };

/** Looks in which the record may lag without a word to staff: most of them show the effect within seconds. */
const quietChecks = 4;
/** Microsoft may know an operation and a new subscription slightly later than its webhook names them. */
const maxUnknownChecks = 4;

/**
 * Reads the subscription and, in one statement, applies it and ends the operation.
 *
 * @throws RetryLater while the record does not show what the operation is said to have done; LostRace
 */
export async function settle(ctx: Context, run: Run, claim: Claim): Promise<void> {
  await race(ctx, run, () => settleOnce(ctx, run, claim, "wait"));
}

/** The same, but nothing happens while the record does not show the effect. Returns whether the operation has ended. */
export async function settleIfVisible(ctx: Context, run: Run): Promise<boolean> {
  const claim: Claim = { outcome: "succeeded", isProved: true };
  return race(ctx, run, () => settleOnce(ctx, run, claim, "leave"));
}

/** Others may write our copy while Microsoft is asked. After three lost races it is reserved for this run (decision 0017). */
async function race(ctx: Context, run: Run, attempt: () => Promise<SettlementResult | "not-shown">): Promise<boolean> {
  const { id, subscriptionId } = run.operation;
  let isReserved = false;
  try {
    for (let races = 0; races <= maxLostRaces; races += 1) {
      if (races === maxLostRaces) {
        isReserved = await reserveTruth(ctx.db, subscriptionId, id);
        if (!isReserved) throw new RetryLater("");
      }
      const result = await attempt();
      if (result === "settled" || result === "not-shown") return result === "settled";
      if (result === "overtaken") throw new LostRace();
      if (result === "locked") throw new RetryLater("");
      run.current = undefined;
    }
  } finally {
    if (isReserved) await releaseTruth(ctx.db, subscriptionId, id);
  }
  throw new RetryLater("");
}

async function settleOnce(
  ctx: Context,
  run: Run,
  claim: Claim,
  whenMissing: "wait" | "leave",
): Promise<SettlementResult | "not-shown"> {
  const current = await readCurrent(ctx, run);
  const truth = await readRecord(ctx, run, current);
  if (truth === null) return "settled";
  const { operation } = run;
  if (operation.action === "Activate" && truth.status === "PendingFulfillmentStart") {
    throw new RetryLater("Microsoft accepted the activation and is still working on it.");
  }
  const now = ctx.now();
  const { facts, changed, columns } = current
    ? differenceFrom(current, truth, now)
    : { ...columnsOfNew(truth, "webhook", now), changed: [] };
  let ended: Ending = { outcome: claim.outcome, words: null, attention: null };
  if (operation.action === "Activate" && truth.status === "Unsubscribed") {
    ended = { ...ended, outcome: "failed", words: "Microsoft ended the purchase instead of activating it." };
  } else if (claim.outcome === "succeeded") {
    const effect = await effectOf(ctx, run);
    if (!showsEffect(effect, facts, current)) {
      if (whenMissing === "leave") return "not-shown";
      ended = await handleMissingEffect(ctx, run, { claim, effect, facts, current, truth });
    } else if (operation.lastError === watchingWords(effect)) {
      run.operation = { ...operation, lastError: null };
    }
  }
  const isUnchanged = current !== null && changed.length === 0;
  const closing = endingOf(run.operation, ended.outcome, ended.words, now);
  const cause = { subscriptionId: truth.id, operationId: operation.id, reason: operation.reason };
  const changes = isUnchanged ? [] : changesBetween(current, facts).map((change) => ({ ...change, ...cause }));
  // Before it, because nothing is lost when only this is written.
  if (current?.planId !== facts.planId) await noticePlan(ctx.db, { ...facts, id: truth.id });
  const attention = ended.attention ?? (isKnownAction(operation.action) ? null : "unknown_action");
  const settled = { ...closing.columns, attention };
  const result = await writeSettlement(ctx.db, {
    from: run.from,
    subscriptionId: truth.id,
    seenVersion: current?.version ?? null,
    subscription: columns,
    isNews: !isUnchanged,
    patch: { ...run.patch, ...settled },
    steps: [...run.steps, ...stepRows(operation.id, { stage: "settled", note: ended.words, endedAt: now })],
    activity: activityRows(actorOf(operation), now, [...changes, closing.entry]),
  });
  if (result === "settled") run.operation = { ...run.operation, ...settled };
  return result;
}

/** Get Subscription. Null: Microsoft does not know it, and the operation was set aside. */
async function readRecord(
  ctx: Context,
  run: Run,
  current: SubscriptionRow | null,
): Promise<MarketplaceSubscription | null> {
  const { operation } = run;
  try {
    return await ctx.marketplace.getSubscription(operation.subscriptionId, { correlationId: operation.id });
  } catch (error) {
    if (!(error instanceof MarketplaceError) || !error.isNotFound || operation.source === "Partner") throw error;
  }
  const isKnown = current !== null || (await fetchOperation(ctx, operation)).said !== null;
  if (!isKnown && operation.attempts >= maxUnknownChecks - 1) {
    await end(
      ctx,
      run,
      "quarantined",
      "Microsoft knows neither this operation nor its subscription; nothing was applied.",
    );
    return null;
  }
  const words = "Microsoft does not know the subscription of this operation";
  if (!continueWaiting(ctx, run)) {
    await end(ctx, run, "quarantined", `${words}; nothing was applied.`);
    return null;
  }
  throw new RetryLater(`${words} yet.`, null, pauseOf(ctx, run));
}

/** What the record has to show. The term of a renewal stands in its webhook alone. */
async function effectOf(ctx: Context, run: Run): Promise<ExpectedEffect> {
  const { operation } = run;
  const { action, planId, quantity, occurredAt, createdAt } = operation;
  let { termEndsOn } = operation;
  if (action === "Renew" && termEndsOn === null) {
    const body = await firstBodyOf(ctx.db, operation.id);
    termEndsOn = body && readTermEndOfWebhook(body);
    if (termEndsOn !== null) {
      run.patch.termEndsOn = termEndsOn;
      run.operation = { ...operation, termEndsOn };
    }
  }
  return { action, planId, quantity, termEndsOn, at: occurredAt ?? createdAt };
}

/**
 * The record still shows the state before the operation: it lags, something later undid the effect, or the operation did nothing.
 *
 * @throws RetryLater to look again
 */
async function handleMissingEffect(
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
  const asEnded = { outcome: seen.claim.outcome, words: null, attention: null };
  const supersedingActions = undoneBy[operation.action] ?? [];
  if (await isSuperseded(ctx.db, operation, supersedingActions, traceOfEffect(effect))) return asEnded;
  let { isProved } = seen.claim;
  if (!isProved && operation.marketplaceId !== null) {
    const { said } = await fetchOperation(ctx, operation);
    const mismatch = said && mismatchOf(operation, said);
    if (mismatch) return { outcome: "quarantined", words: mismatch, attention: null };
    isProved = said !== null && isEnded(said.status);
    const outcome = said && outcomeOf(said.status);
    if (outcome && outcome !== "succeeded") return { ...asEnded, outcome };
  }
  if (!continueWaiting(ctx, run)) {
    const words = missingWords(effect, facts);
    return isProved
      ? { outcome: "succeeded", words, attention: "effect_missing" }
      : { outcome: "quarantined", words, attention: null };
  }
  await applyOtherChanges(ctx, run, seen);
  throw new RetryLater(operation.attempts < quietChecks ? "" : watchingWords(effect), null, pauseOf(ctx, run));
}

/** False once the record has been watched for long enough. Notes since when it is watched. */
function continueWaiting(ctx: Context, run: Run): boolean {
  const now = ctx.now();
  const since = run.operation.effectAwaitedSince ?? now;
  run.patch.effectAwaitedSince = since;
  run.operation = { ...run.operation, effectAwaitedSince: since };
  return now.getTime() - since.getTime() < effectTimeoutMs;
}

/** The last look is at the end of our patience. */
function pauseOf(ctx: Context, run: Run): number {
  const { attempts, effectAwaitedSince } = run.operation;
  const leftMs = (effectAwaitedSince ?? ctx.now()).getTime() + effectTimeoutMs - ctx.now().getTime();
  return Math.min(delayBeforeCheck(attempts), Math.max(leftMs, 0));
}

/** What else Microsoft's record says is applied although the operation waits; when others are faster it is theirs. */
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
      reason: `Read from Microsoft while waiting for this to show: ${describeOperation(operation)}.`,
    }),
  );
  run.current = undefined;
}

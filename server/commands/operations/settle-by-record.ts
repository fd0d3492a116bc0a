/** Ends an operation by what Get Subscription shows, and waits while Microsoft's record lags behind its own operation. */
import type { OperationAttention } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { activityRows } from "../../database/record/record.ts";
import { type SettlementResult, type SubscriptionRow, writeSettlement } from "../../database/writes/settlement.ts";
import { releaseTruth, reserveTruth } from "../../database/writes/truth-reservation.ts";
import { isKnownAction, showsEffect, watchingWords } from "../../domain/effect.ts";
import { changesBetween } from "../../domain/subscription.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { requestUnknownPlan } from "../subscriptions/learn-plans.ts";
import { columnsOfNew, differenceFrom } from "./apply-truth.ts";
import { fetchOperation } from "./fetch-operation.ts";
import { maxLostRaces } from "./fresh-truth.ts";
import {
  type Claim,
  effectOf,
  type Ending,
  handleMissingEffect,
  continueWaiting,
  pauseBeforeNextCheck,
} from "./missing-effect.ts";
import { actorOf, endingOf } from "./operation-ending.ts";
import { end, LostRace, type Operation, readCurrent, RetryLater, type Run } from "./operation-run.ts";
import { stepRows } from "./step-trace.ts";

/** The webhook can arrive before Microsoft's API knows the operation and its subscription. Quarantine it after this many checks. */
const maxUnknownChecks = 4;

/**
 * Reads the subscription, then applies it and ends the operation in one statement.
 *
 * @throws RetryLater while the record does not show the effect of the operation; LostRace
 */
export async function settle(ctx: Context, run: Run, claim: Claim): Promise<void> {
  await retryLostRaces(ctx, run, () => settleOnce(ctx, run, claim, "wait"));
}

/**
 * The same, but changes nothing while the record does not show the effect.
 * @returns whether the operation has ended
 */
export async function settleIfVisible(ctx: Context, run: Run): Promise<boolean> {
  const claim: Claim = { outcome: "succeeded", isProved: true };
  return retryLostRaces(ctx, run, () => settleOnce(ctx, run, claim, "leave"));
}

/**
 * Repeats an attempt while others change our copy during the call to Microsoft. After three lost races the subscription is
 * reserved for this run (decision 0017).
 * @returns whether the operation has ended
 */
async function retryLostRaces(
  ctx: Context,
  run: Run,
  attempt: () => Promise<SettlementResult | "not-visible">,
): Promise<boolean> {
  const { id, subscriptionId } = run.operation;
  let isReserved = false;
  try {
    for (let races = 0; races <= maxLostRaces; races += 1) {
      if (races === maxLostRaces) {
        isReserved = await reserveTruth(ctx.db, subscriptionId, id);
        if (!isReserved) throw new RetryLater("");
      }
      const result = await attempt();
      if (result === "settled" || result === "not-visible") return result === "settled";
      if (result === "lost-race") throw new LostRace();
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
): Promise<SettlementResult | "not-visible"> {
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
  let ended: Ending = { outcome: claim.outcome, note: null, attention: null };
  if (operation.action === "Activate" && truth.status === "Unsubscribed") {
    ended = { ...ended, outcome: "failed", note: "Microsoft ended the purchase instead of activating it." };
  } else if (claim.outcome === "succeeded") {
    const effect = await effectOf(ctx, run);
    if (!showsEffect(effect, facts, current)) {
      if (whenMissing === "leave") return "not-visible";
      ended = await handleMissingEffect(ctx, run, { claim, effect, facts, current, truth });
    } else if (operation.lastError === watchingWords(effect)) {
      run.operation = { ...operation, lastError: null };
    }
  }
  const isUnchanged = current !== null && changed.length === 0;
  const ending = endingOf(run.operation, ended.outcome, ended.note, now);
  const cause = { subscriptionId: truth.id, operationId: operation.id, reason: operation.reason };
  const changes = isUnchanged ? [] : changesBetween(current, facts).map((change) => ({ ...change, ...cause }));
  // Before the settlement, so that a crash in between loses nothing.
  if (current?.planId !== facts.planId) await requestUnknownPlan(ctx.db, { ...facts, id: truth.id });
  const attention = ended.attention ?? attentionOf(operation);
  const settled = { ...ending.columns, attention };
  const result = await writeSettlement(ctx.db, {
    from: run.from,
    subscriptionId: truth.id,
    seenVersion: current?.version ?? null,
    subscription: columns,
    isAnnounced: !isUnchanged,
    patch: { ...run.patch, ...settled },
    steps: [...run.steps, ...stepRows(operation.id, { stage: "settled", note: ended.note, endedAt: now })],
    activity: activityRows(actorOf(operation), now, [...changes, ending.entry]),
  });
  if (result === "settled") run.operation = { ...run.operation, ...settled };
  return result;
}

function attentionOf({ action, reusedId }: Operation): OperationAttention | null {
  if (!isKnownAction(action)) return "unknown_action";
  return reusedId === null ? null : "reused_id";
}

/** Get Subscription. Null: Microsoft does not know the subscription, and the operation was quarantined. */
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
  const isKnown = current !== null || (await fetchOperation(ctx, operation)).incoming !== null;
  if (!isKnown && operation.attempts >= maxUnknownChecks - 1) {
    await end(
      ctx,
      run,
      "quarantined",
      "Microsoft knows neither this operation nor its subscription. Nothing was changed.",
    );
    return null;
  }
  const problem = "Microsoft does not know the subscription of this operation";
  if (!continueWaiting(ctx, run)) {
    await end(ctx, run, "quarantined", `${problem}. Nothing was changed.`);
    return null;
  }
  throw new RetryLater(`${problem} yet.`, null, pauseBeforeNextCheck(ctx, run));
}

/** Sends sealed usage to Microsoft, in batches of which each item is checked on its own. */
import { randomUUID } from "node:crypto";
import { inArray } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { usageSlots } from "../../database/schema/usage.ts";
import { type ActivityEntry, record } from "../../database/record/record.ts";
import { hasDueUsage, sealNow } from "../../database/writes/usage-sealing.ts";
import {
  claimUsage,
  type ClaimedSlot,
  expireUsage,
  type SlotResult,
  writeUsageResults,
} from "../../database/writes/usage-sending.ts";
import {
  differentDuplicate,
  type ItemAnswer,
  isRefusalOfSuspended,
  retryTime,
  stepAfter,
  type UsageStep,
} from "../../domain/usage/answer.ts";
import { sentTime } from "../../domain/usage/hours.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { UsageCall } from "../../marketplace/types.ts";
import { sealUsage } from "./seal-usage.ts";

/** Microsoft refuses larger batches as a whole. */
const maxBatchSize = 25;
/** Shorter than a claim. */
const deadlineMs = 20_000;
/** With it, a claim still lasts. */
const statusDeadlineMs = 5_000;
/** How long a change waits for its usage to be sealed, and to be sent. */
const maxSealWaitMs = 3_000;
const maxSendMs = 5_000;
const expireBatchSize = 500;

type SendOptions = { only?: string | null; deadlineMs?: number; signal?: AbortSignal };

/**
 * Sends one batch of what is due, the oldest first.
 * @returns how many items it had, and how long to wait if Microsoft could not take it
 */
export async function sendUsage(
  ctx: Context,
  options: SendOptions = {},
): Promise<{ count: number; pauseMs: number | null }> {
  const callId = randomUUID();
  const claimed = await claimUsage(ctx.db, {
    callId,
    limit: maxBatchSize,
    now: ctx.now(),
    only: options.only ?? null,
  });
  if (claimed.length === 0) return { count: 0, pauseMs: null };
  try {
    const call = await send(ctx, callId, claimed, options);
    await storeAnswers(ctx, callId, claimed, call);
    return { count: claimed.length, pauseMs: null };
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    // A single item that Microsoft cannot read refuses the batch: sent alone, each gets its own answer.
    if (error.status === 400 && !error.isForeign && claimed.length > 1) {
      let isAnswered = false;
      for (const slot of claimed) {
        if (performance.now() >= slot.claimEndsAt) break;
        isAnswered = (await sendAlone(ctx, callId, slot, options)) || isAnswered;
      }
      return { count: claimed.length, pauseMs: isAnswered ? null : pauseAfter(claimed) };
    }
    await store(
      ctx,
      callId,
      claimed.map((slot) => failedResult(ctx, slot, error)),
    );
    return { count: claimed.length, pauseMs: error.retryAfterMs ?? pauseAfter(claimed) };
  }
}

/** The longer the oldest one fails, the longer the pause of the sender, up to 30 seconds. */
function pauseAfter(claimed: ClaimedSlot[]): number {
  const attempts = Math.max(...claimed.map((slot) => slot.attempts));
  return Math.min(30_000, 1_000 * 2 ** Math.min(attempts, 6));
}

function send(ctx: Context, callId: string, slots: ClaimedSlot[], options: SendOptions): Promise<UsageCall> {
  const items = slots.map((slot) => ({
    resourceId: slot.subscriptionId,
    planId: slot.planId,
    dimension: slot.dimension,
    quantity: Number(slot.billable),
    effectiveStartTime: sentTime(slot.effectiveAt, ctx.now()),
  }));
  // Nothing is sent after the deadline, so not after the claim either, even if this process stands still.
  const claimLeftMs = Math.min(...slots.map(({ claimEndsAt }) => claimEndsAt)) - performance.now();
  return ctx.marketplace.sendUsage(items, {
    correlationId: callId,
    deadlineMs: Math.min(options.deadlineMs ?? deadlineMs, claimLeftMs),
    ...(options.signal && { signal: options.signal }),
  });
}

/** @returns whether Microsoft answered */
async function sendAlone(ctx: Context, callId: string, slot: ClaimedSlot, options: SendOptions): Promise<boolean> {
  try {
    const call = await send(ctx, callId, [slot], options);
    await storeAnswers(ctx, callId, [slot], call);
    return true;
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    await store(ctx, callId, [failedResult(ctx, slot, error)]);
    return false;
  }
}

async function storeAnswers(ctx: Context, callId: string, slots: ClaimedSlot[], call: UsageCall): Promise<void> {
  const suspended = await findSuspended(ctx, slots, call.answers);
  const results = slots.map((slot, index) => {
    const sent = { quantity: quantityOf(slot.billable), hour: slot.hour };
    const answer = call.answers[index] ?? null;
    return resultOf(ctx, slot, call, answer, stepAfter(sent, answer, suspended.has(slot.subscriptionId)));
  });
  await store(ctx, callId, results);
}

/**
 * The refused subscriptions that are active in our copy and may be suspended at Microsoft, because the webhook is late: their usage
 * waits for the reinstatement.
 */
async function findSuspended(
  ctx: Context,
  slots: ClaimedSlot[],
  answers: (ItemAnswer | null)[],
): Promise<ReadonlySet<string>> {
  const refused = slots.filter(({ isActive }, index) => isActive && isRefusalOfSuspended(answers[index] ?? null));
  const ids = [...new Set(refused.map(({ subscriptionId }) => subscriptionId))];
  const found = await Promise.all(ids.map((id) => mayBeSuspended(ctx, id)));
  return new Set(ids.filter((_, index) => found[index]));
}

/** Also true if Microsoft does not say now: usage that waits is sent again, a refusal would be left to staff. */
function mayBeSuspended(ctx: Context, id: string): Promise<boolean> {
  return ctx.marketplace.getSubscription(id, { deadlineMs: statusDeadlineMs }).then(
    ({ status }) => status === "Suspended",
    (error: unknown) => !(error instanceof MarketplaceError && error.isRefusal),
  );
}

function resultOf(
  ctx: Context,
  slot: ClaimedSlot,
  call: UsageCall,
  answer: ItemAnswer | null,
  step: UsageStep,
): SlotResult {
  const isDuplicate = answer?.status === "Duplicate";
  const common = {
    slotId: slot.id,
    accepted: null,
    usageEventId: answer?.usageEventId ?? null,
    problem: null,
    detail: null,
    dueAt: null,
    answer: {
      httpStatus: call.status,
      requestId: call.requestId,
      status: answer?.status ?? null,
      message: answer?.message ?? null,
      earlierQuantity: isDuplicate ? answer.quantity : null,
    },
  };
  switch (step.next) {
    case "accepted":
      return { ...common, state: "accepted", accepted: inDigits(step.quantity) };
    case "reject":
      return { ...common, state: "rejected", problem: step.problem, detail: step.detail };
    case "retry":
      return { ...common, state: "waiting", problem: "Error", detail: step.detail, dueAt: nextTry(ctx, slot) };
  }
}

function nextTry(ctx: Context, slot: ClaimedSlot): Date {
  return retryTime(ctx.now(), slot, Math.random());
}

function failedResult(ctx: Context, slot: ClaimedSlot, error: MarketplaceError): SlotResult {
  const { status: httpStatus, requestId, code, message } = error;
  return {
    slotId: slot.id,
    state: "waiting",
    accepted: null,
    usageEventId: null,
    problem: "Error",
    detail: message,
    dueAt: nextTry(ctx, slot),
    answer: { httpStatus, requestId, status: code, message, earlierQuantity: null },
  };
}

/** What Microsoft refuses is an event for the product and a need for staff. */
async function store(ctx: Context, callId: string, results: SlotResult[]): Promise<void> {
  const now = ctx.now();
  const rejected = results.filter(({ state }) => state === "rejected");
  if (rejected.length === 0) return writeUsageResults(ctx.db, callId, results, now);
  const slots = new Map((await slotsOf(ctx, rejected)).map((slot) => [slot.id, slot]));
  const entries = rejected.flatMap(({ slotId, problem, detail }): ActivityEntry[] => {
    const slot = slots.get(slotId);
    if (!slot) return [];
    return [
      {
        subscriptionId: slot.subscriptionId,
        kind: "usage.rejected",
        summary:
          problem === differentDuplicate
            ? "Microsoft accepted a different quantity for this hour"
            : `Microsoft refused usage: ${problem}`,
        after: {
          dimension: slot.dimension,
          hour: slot.hour.toISOString(),
          quantity: slot.billable ?? "0",
          ...(detail === null ? {} : { answer: detail }),
        },
      },
    ];
  });
  await ctx.db.transaction(async (tx) => {
    await writeUsageResults(tx, callId, results, now);
    await record(tx, ctx.actor, now, entries);
  });
}

function slotsOf({ db }: Context, results: SlotResult[]) {
  const { id, subscriptionId, dimension, hour, billable } = usageSlots;
  const ids = results.map(({ slotId }) => slotId);
  return db.select({ id, subscriptionId, dimension, hour, billable }).from(usageSlots).where(inArray(id, ids));
}

/** Gives up what Microsoft no longer accepts. @returns how many */
export function giveUpOldUsage(ctx: Context): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const lost = await expireUsage(tx, now, expireBatchSize);
    await record(
      tx,
      ctx.actor,
      now,
      lost.map((slot) => ({
        subscriptionId: slot.subscription_id,
        kind: "usage.lost",
        summary: "Usage could not be sent within 24 hours",
        after: { dimension: slot.dimension, hour: new Date(slot.hour).toISOString(), quantity: slot.billable },
      })),
    );
    return lost.length;
  });
}

/**
 * Called before a change of ours after which Microsoft may not accept earlier usage. Does what it can within a few seconds,
 * however much there is: what could not be sent is tried again afterwards.
 * @param change a plan change also seals open hours, which the new plan would bill. At an end they stay open for the grace,
 *   so that the product can report its last usage; Microsoft accepts usage from before the end.
 */
export async function sendUsageBeforeChange(
  given: Context,
  subscriptionId: string,
  change: "ChangePlan" | "Unsubscribe",
  sendForMs: number = maxSendMs,
): Promise<void> {
  const ctx = { ...given, now: given.marketplaceNow ?? given.now };
  try {
    if (change === "ChangePlan") await sealNow(ctx.db, subscriptionId, ctx.now());
    if (!(await hasDueUsage(ctx.db, subscriptionId, ctx.now()))) return;
    await sealUsage(ctx, subscriptionId, maxSealWaitMs);
    const end = performance.now() + sendForMs;
    for (let left = sendForMs; left > 0; left = end - performance.now()) {
      const { count, pauseMs } = await sendUsage(ctx, { only: subscriptionId, deadlineMs: Math.ceil(left) });
      if (count < maxBatchSize || pauseMs !== null) return;
    }
  } catch (error) {
    ctx.log.warn({ err: error, subscriptionId }, "usage could not be sent before a change; it is tried again");
  }
}

/** Staff decide about usage that is held, or that Microsoft rejected. */
import type { DecideUsageInput, UsageDecision } from "../../../shared/inputs/usage.ts";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type ActivityEntry, announce, record } from "../../database/record/record.ts";
import { newId } from "../../database/statements/new-id.ts";
import {
  addCorrection,
  decidableSlot,
  type DecidableSlot,
  writeCounted,
  writeDecision,
} from "../../database/writes/usage-decisions.ts";
import { lockLedger } from "../../database/writes/usage-sealing.ts";
import { actorColumns } from "../../domain/actor.ts";
import { differentDuplicate } from "../../domain/usage/answer.ts";
import { isTooOld } from "../../domain/usage/hours.ts";
import { addUsage } from "../../domain/usage/ledger.ts";
import { inDigits, maxBillable, type Quantity, quantityOf } from "../../domain/usage/quantity.ts";
import { tooLarge } from "../../domain/usage/sealing.ts";
import { AppError } from "../../errors.ts";
import { thresholdEntries } from "./threshold-entries.ts";

const kinds: Record<UsageDecision, { kind: ActivityKind; summary: string }> = {
  send: { kind: "usage.released", summary: "Usage released to be sent to Microsoft" },
  correct: { kind: "usage.corrected", summary: "Usage corrected before it is sent" },
  adopt: { kind: "usage.adopted", summary: "Microsoft's earlier quantity adopted" },
  drop: { kind: "usage.dropped", summary: "Usage dropped; it is not billed" },
};

/**
 * Carries out the decision. Corrections are possible only before the usage was sent.
 * @throws AppError `NotFound`; `NotAllowedNow` if the usage is in another state or too old
 */
export async function decideUsage(given: Context, input: DecideUsageInput): Promise<void> {
  const ctx = { ...given, now: given.marketplaceNow ?? given.now };
  await ctx.db.transaction(async (tx) => {
    await lockLedger(tx);
    const slot = await decidableSlot(tx, input.id);
    if (!slot) throw new AppError("NotFound", "There is no usage with this ID.");
    refuseUnlessPossible(slot, input.decision, ctx.now());
    const { after, events = [] } = await carryOut(ctx, tx, slot, input);
    const { kind, summary } = kinds[input.decision];
    const hour = slot.hour.toISOString();
    await record(tx, ctx.actor, ctx.now(), [
      {
        subscriptionId: slot.subscriptionId,
        kind,
        summary,
        before: { dimension: slot.dimension, hour, quantity: inDigits(slot.usage), billable: inDigits(slot.billable) },
        after: { dimension: slot.dimension, hour, ...after },
        reason: input.reason,
      },
      ...events,
    ]);
    await announce(tx, [{ topic: "usage", subscriptionId: slot.subscriptionId }]);
  });
}

function refuseUnlessPossible(slot: DecidableSlot, decision: UsageDecision, now: Date): void {
  if (slot.state !== "held" && slot.state !== "rejected")
    throw new AppError("NotAllowedNow", "This usage no longer waits for a decision. Nothing was changed.");
  if (decision === "correct" && slot.isCounted)
    throw new AppError(
      "NotAllowedNow",
      "Usage that was sent to Microsoft cannot be corrected. Send it again, or drop it.",
    );
  if (decision === "adopt" && (slot.problem !== differentDuplicate || slot.earlierQuantity === null))
    throw new AppError("NotAllowedNow", "Microsoft has not accepted another quantity for this hour.");
  if (decision === "send" && slot.problem === differentDuplicate)
    throw new AppError("NotAllowedNow", "Microsoft accepts an hour once. Adopt its quantity, or drop this usage.");
  if (decision === "send" && slot.problem === tooLarge)
    throw new AppError("NotAllowedNow", "This quantity is too large to be sent exactly. Correct it, or drop it.");
  if (decision !== "drop" && decision !== "adopt" && isTooOld(slot.effectiveAt, now))
    throw new AppError("NotAllowedNow", "Microsoft accepts usage for 24 hours, and they have passed.");
}

type CarriedOut = { after: Record<string, string>; events?: ActivityEntry[] };

async function carryOut(ctx: Context, tx: Executor, slot: DecidableSlot, input: DecideUsageInput): Promise<CarriedOut> {
  const now = ctx.now();
  switch (input.decision) {
    case "send":
      if (!slot.isCounted) return count(tx, slot, slot.usage, now);
      await writeDecision(tx, slot, { state: "waiting" }, now);
      return { after: { billable: inDigits(slot.billable) } };
    case "drop":
      await writeDecision(tx, slot, { state: "dropped" }, now);
      return { after: { billable: "0" } };
    case "adopt": {
      const accepted = slot.earlierQuantity ?? "0";
      await writeDecision(tx, slot, { state: "accepted", accepted }, now);
      return { after: { accepted } };
    }
    case "correct":
      return correct(ctx, tx, slot, quantityOf(input.quantity), input.reason);
  }
}

async function correct(
  ctx: Context,
  tx: Executor,
  slot: DecidableSlot,
  corrected: Quantity,
  reason: string,
): Promise<CarriedOut> {
  if (corrected.lt(slot.carried))
    throw new AppError(
      "NotAllowedNow",
      `${inDigits(slot.carried)} of this hour are late usage of other hours. Enter at least that quantity.`,
    );
  const id = newId(ctx.now());
  await addCorrection(tx, slot, {
    id,
    eventId: `correction ${id}`,
    change: inDigits(corrected.minus(slot.usage)),
    reason,
    ...actorColumns(ctx.actor),
    at: ctx.now(),
  });
  const { after, ...others } = await count(tx, slot, corrected, ctx.now());
  return { ...others, after: { quantity: inDigits(corrected), ...after } };
}

/** Adds an hour that was not counted so far to its account, as the account is now, and releases it. */
async function count(tx: Executor, slot: DecidableSlot, usage: Quantity, now: Date): Promise<CarriedOut> {
  const { account, billable } = addUsage(slot.account, usage, slot.included);
  if (billable.gt(maxBillable))
    throw new AppError("NotAllowedNow", "This quantity is too large to be sent exactly. Enter less, or drop it.");
  const { entries, notified } = thresholdEntries(slot, { used: account.used, ...slot });
  await writeCounted(tx, slot, billable, { ...account, notified });
  await writeDecision(tx, slot, { state: billable.eq(0) ? "included" : "waiting" }, now);
  return { after: { billable: inDigits(billable) }, events: entries };
}

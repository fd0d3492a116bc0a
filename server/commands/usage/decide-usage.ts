/** What staff decide about usage that is held, or that Microsoft rejected. */
import type { DecideUsageInput, UsageDecision } from "../../../shared/usage-inputs.ts";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { newId } from "../../database/statements/new-id.ts";
import {
  addCorrection,
  decidableSlot,
  type DecidableSlot,
  writeAccount,
  writeDecision,
} from "../../database/writes/usage-decisions.ts";
import { lockLedger } from "../../database/writes/usage-sealing.ts";
import { actorColumns } from "../../domain/actor.ts";
import { differentDuplicate } from "../../domain/usage/answer.ts";
import { isTooOld } from "../../domain/usage/hours.ts";
import { correctUsage, removeUsage } from "../../domain/usage/ledger.ts";
import { inDigits, maxBillable, type Quantity, quantityOf } from "../../domain/usage/quantity.ts";
import { tooLarge, unsentProblems } from "../../domain/usage/sealing.ts";
import { AppError } from "../../errors.ts";
import { unlimited } from "../../../shared/usage.ts";

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
    const after = await carryOut(ctx, tx, slot, input);
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
    ]);
    await announce(tx, [{ topic: "usage", subscriptionId: slot.subscriptionId }]);
  });
}

function refuseUnlessPossible(slot: DecidableSlot, decision: UsageDecision, now: Date): void {
  if (slot.state !== "held" && slot.state !== "rejected")
    throw new AppError("NotAllowedNow", "This usage no longer waits for a decision. Nothing was changed.");
  if (decision === "correct" && slot.state !== "held" && slot.problem !== tooLarge)
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
    throw new AppError("NotAllowedNow", "Microsoft accepts usage for 24 hours, and these are over.");
}

async function carryOut(
  ctx: Context,
  tx: Executor,
  slot: DecidableSlot,
  input: DecideUsageInput,
): Promise<Record<string, string>> {
  const now = ctx.now();
  switch (input.decision) {
    case "send":
      await writeDecision(tx, slot, { state: "waiting" }, now);
      return { billable: inDigits(slot.billable) };
    case "drop":
      if (unsentProblems.includes(slot.problem ?? "")) await writeAccount(tx, slot, removeUsage(slot.account, slot));
      await writeDecision(tx, slot, { state: "dropped" }, now);
      return { billable: "0" };
    case "adopt": {
      const accepted = slot.earlierQuantity ?? "0";
      await writeDecision(tx, slot, { state: "accepted", accepted }, now);
      return { accepted };
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
): Promise<Record<string, string>> {
  if (corrected.lt(slot.carried))
    throw new AppError(
      "NotAllowedNow",
      `${inDigits(slot.carried)} of this hour are late usage of other hours. Enter at least that much.`,
    );
  const { account, billable } = correctUsage(
    slot.account,
    { usage: slot.usage, billable: slot.billable, corrected },
    slot.included === null ? unlimited : quantityOf(slot.included),
  );
  if (billable.gt(maxBillable))
    throw new AppError("NotAllowedNow", "This quantity is too large to be sent exactly. Enter less, or drop it.");
  const id = newId(ctx.now());
  await addCorrection(tx, slot, {
    id,
    eventId: `correction ${id}`,
    change: inDigits(corrected.minus(slot.usage)),
    reason,
    ...actorColumns(ctx.actor),
    at: ctx.now(),
  });
  await writeAccount(tx, slot, account);
  const state = billable.eq(0) ? "included" : "waiting";
  await writeDecision(tx, slot, { state, billable: inDigits(billable) }, ctx.now());
  return { quantity: inDigits(corrected), billable: inDigits(billable) };
}

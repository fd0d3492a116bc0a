/** Carries usage that was reported after its hour was sealed to an hour that can still be billed. */
import type { Executor } from "../../database/connection/database.ts";
import { record, type ActivityEntry } from "../../database/record/record.ts";
import { listDimensions, type PlanDimension } from "../../database/queries/usage-dimensions.ts";
import { meteredSubscriptions } from "../../database/queries/usage-subscriptions.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import {
  carryTo,
  type LateSlot,
  type SettledLate,
  settleLate,
  takeLateSlots,
} from "../../database/writes/usage-carrying.ts";
import { lockLedger } from "../../database/writes/usage-sealing.ts";
import { hoursOfPlan, type LatePart, lateParts } from "../../domain/usage/former-plan.ts";
import { hourOf, isTooOld, nextHour, sealTime } from "../../domain/usage/hours.ts";
import { inDigits, quantityOf, zero } from "../../domain/usage/quantity.ts";
import { isAfterTrial } from "../../domain/usage/term.ts";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { UsageContext } from "./seal-usage.ts";

const carryBatchSize = 200;

/** The current hour can be sealed already, after a change of plan; later ones collect. */
const maxCarryHours = 3;

/**
 * Carries usage that was reported after its hour was sealed to an open hour, or to a free hour of its plan if the
 * subscription has another plan now; at most 200 hours.
 * @returns how many were looked at
 */
export function carryLateUsage(ctx: UsageContext): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    await lockLedger(tx);
    const now = ctx.now();
    const late = await takeLateSlots(tx, new Date(now.getTime() - usageWindowMs - 3_600_000), carryBatchSize);
    if (late.length === 0) return 0;
    const { graceMinutes } = await currentUsageSettings(tx);
    const carrier: Carrier = { tx, now, graceMs: graceMinutes * 60_000, dimensions: await listDimensions(tx) };
    const entries: ActivityEntry[] = [];
    const settled: SettledLate[] = [];
    for (const slot of late) {
      let [moved, lost, lostOfFormerPlan] = [zero, zero, zero];
      for (const part of lateParts(slot.hour_plan_id, quantityOf(slot.late), slot.late_other)) {
        const result = await carryPart(carrier, slot, part);
        if (result === "carried") {
          moved = moved.plus(part.quantity);
          continue;
        }
        lost = lost.plus(part.quantity);
        if (result === "no free hour") lostOfFormerPlan = lostOfFormerPlan.plus(part.quantity);
        entries.push(lostEntry(slot, part, result));
      }
      settled.push({
        id: slot.id,
        moved: inDigits(moved),
        lost: inDigits(lost),
        lostOfFormerPlan: inDigits(lostOfFormerPlan),
      });
    }
    await settleLate(tx, settled);
    await record(tx, ctx.actor, now, entries);
    return late.length;
  });
}

type Carrier = { tx: Executor; now: Date; graceMs: number; dimensions: PlanDimension[] };

function lostEntry(slot: LateSlot, { planId, quantity }: LatePart, result: "lost" | "no free hour"): ActivityEntry {
  const { subscription_id: subscriptionId, dimension, hour } = slot;
  return {
    subscriptionId,
    kind: "usage.lost",
    summary:
      result === "lost"
        ? "Late usage could not be billed in a later hour"
        : "Late usage of a former plan could not be billed: no hour of the plan is free",
    after: { dimension, hour: new Date(hour).toISOString(), quantity: inDigits(quantity), planId },
  };
}

async function carryPart(
  carrier: Carrier,
  slot: LateSlot,
  part: LatePart,
): Promise<"carried" | "lost" | "no free hour"> {
  const { now, dimensions } = carrier;
  // An hour after the trial would bill what belongs to the trial.
  const isOfEndedTrial = slot.is_trial && !(slot.is_free_trial && !isAfterTrial(hourOf(now), slot.term_ends_on));
  if (slot.status !== "Subscribed" || isOfEndedTrial || isTooOld(nextHour(new Date(slot.hour)), now)) return "lost";
  if (part.planId !== slot.plan_id) return (await carryWithinPlan(carrier, slot, part)) ? "carried" : "no free hour";
  const isKnown = dimensions.some(
    (one) => one.offerId === slot.offer_id && one.planId === slot.plan_id && one.dimension === slot.dimension,
  );
  return isKnown && (await carryToOpenHour(carrier, slot, part)) ? "carried" : "lost";
}

/** As usage of now: earlier in the hour, another plan may have been active. */
async function carryToOpenHour({ tx, now, graceMs }: Carrier, slot: LateSlot, part: LatePart): Promise<boolean> {
  let hour = hourOf(now);
  for (let tried = 0; tried < maxCarryHours; tried += 1) {
    const effectiveAt = new Date(Math.max(hour.getTime(), now.getTime()));
    const isTrial = slot.is_free_trial && !isAfterTrial(hour, slot.term_ends_on);
    if (slot.is_trial && !isTrial) return false;
    const target = { planId: part.planId, hour, effectiveAt, sealAt: sealTime(hour, now, graceMs), isTrial };
    if ((await carryTo(tx, slot, inDigits(part.quantity), target, now)) !== null) return true;
    hour = nextHour(hour);
  }
  return false;
}

async function carryWithinPlan({ tx, now, graceMs }: Carrier, slot: LateSlot, part: LatePart): Promise<boolean> {
  const subject = { subscriptionId: slot.subscription_id };
  const [subscription] = (await meteredSubscriptions(tx, [subject], now))(subject);
  const span = { after: new Date(slot.hour), now };
  for (const { hour, effectiveAt } of hoursOfPlan(part.planId, subscription?.plans ?? [], span)) {
    const isTrial = slot.is_free_trial && !isAfterTrial(hour, slot.term_ends_on);
    if (slot.is_trial && !isTrial) continue;
    const target = { planId: part.planId, hour, effectiveAt, sealAt: sealTime(hour, now, graceMs), isTrial };
    if ((await carryTo(tx, slot, inDigits(part.quantity), target, now)) !== null) return true;
  }
  return false;
}

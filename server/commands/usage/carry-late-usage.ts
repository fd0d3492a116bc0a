/** Carries usage that was reported after its hour was sealed to an hour that can still be billed. */
import { usageWindowMs } from "../../../shared/usage.ts";
import type { Executor } from "../../database/connection/database.ts";
import { listDimensions, type PlanDimension } from "../../database/queries/usage-dimensions.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import { meteredSubscriptions } from "../../database/queries/usage-subscriptions.ts";
import { type ActivityEntry, record } from "../../database/record/record.ts";
import { carryTo, type LateSlot, settleLate, slotsFrom, takeLateSlots } from "../../database/writes/usage-carrying.ts";
import { lockLedger } from "../../database/writes/usage-sealing.ts";
import { type CarryTarget, chooseTargets, slotKey } from "../../domain/usage/carry-targets.ts";
import { hoursOfPlan, type LatePart, lateParts, type PlanSpan } from "../../domain/usage/former-plan.ts";
import { hourOf, isTooOld, nextHour, sealTime } from "../../domain/usage/hours.ts";
import { inDigits, quantityOf, sumOf } from "../../domain/usage/quantity.ts";
import { isAfterTrial } from "../../domain/usage/term.ts";
import type { UsageContext } from "./seal-usage.ts";

const carryBatchSize = 200;

/** The current hour can be sealed already, after a change of plan; later ones collect. */
const maxCarryHours = 3;

/**
 * Carries usage that was reported after its hour was sealed to an open hour, or to a free hour of its plan if the
 * subscription has another plan now.
 * @param batchSize how many hours at most
 * @returns how many hours had late usage
 */
export function carryLateUsage(ctx: UsageContext, batchSize = carryBatchSize): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    await lockLedger(tx);
    const now = ctx.now();
    const late = await takeLateSlots(tx, new Date(now.getTime() - usageWindowMs - 3_600_000), batchSize);
    if (late.length === 0) return 0;
    const { graceMinutes } = await currentUsageSettings(tx);
    const rules: Rules = {
      now,
      graceMs: graceMinutes * 60_000,
      dimensions: await listDimensions(tx),
      plansOf: await formerPlans(tx, late, now),
    };
    const parts = late.flatMap((slot) =>
      lateParts(slot.hour_plan_id, quantityOf(slot.late), slot.late_other).map((part) => latePart(rules, slot, part)),
    );
    const carried = await carryParts(tx, parts, now);
    const lost = parts.filter((part) => !carried.has(part));
    const sumIn = (list: Iterable<Part>, id: string) =>
      inDigits(sumOf([...list].filter(({ slot }) => slot.id === id).map(({ quantity }) => quantity)));
    const lostOfFormerPlan = lost.filter(({ isLostAs }) => isLostAs === "no free hour");
    await settleLate(
      tx,
      late.map(({ id }) => ({
        id,
        moved: sumIn(carried, id),
        lost: sumIn(lost, id),
        lostOfFormerPlan: sumIn(lostOfFormerPlan, id),
      })),
    );
    await record(tx, ctx.actor, now, lost.map(lostEntry));
    return late.length;
  });
}

type Rules = {
  now: Date;
  graceMs: number;
  dimensions: PlanDimension[];
  /** The plans of a subscription in Microsoft's window, newest first. */
  plansOf: (subscriptionId: string) => readonly PlanSpan[];
};

/** Late usage of an hour and a plan. */
type Part = LatePart & {
  slot: LateSlot;
  /** The best hour first. */
  targets: CarryTarget[];
  /** How it is lost if no hour can take it. */
  isLostAs: "late" | "no free hour";
};

function lostEntry({ slot, planId, quantity, isLostAs }: Part): ActivityEntry {
  const { subscription_id: subscriptionId, dimension, hour } = slot;
  return {
    subscriptionId,
    kind: "usage.lost",
    summary:
      isLostAs === "late"
        ? "Late usage could not be billed in a later hour"
        : "Late usage of a former plan could not be billed: no hour of the plan is free",
    after: { dimension, hour: new Date(hour).toISOString(), quantity: inDigits(quantity), planId },
  };
}

/** Reads the plans of the subscriptions that have late usage of a former plan. */
async function formerPlans(tx: Executor, late: readonly LateSlot[], now: Date): Promise<Rules["plansOf"]> {
  const subjects = late
    .filter((slot) => slot.hour_plan_id !== slot.plan_id || slot.late_other !== null)
    .map((slot) => ({ subscriptionId: slot.subscription_id }));
  if (subjects.length === 0) return () => [];
  const find = await meteredSubscriptions(tx, subjects, now);
  return (subscriptionId) => find({ subscriptionId })[0]?.plans ?? [];
}

function latePart(rules: Rules, slot: LateSlot, part: LatePart): Part {
  const { now, dimensions } = rules;
  // An hour after the trial would bill what belongs to the trial.
  const isOfEndedTrial = slot.is_trial && !(slot.is_free_trial && !isAfterTrial(hourOf(now), slot.term_ends_on));
  if (slot.status !== "Subscribed" || isOfEndedTrial || isTooOld(nextHour(new Date(slot.hour)), now))
    return { ...part, slot, targets: [], isLostAs: "late" };
  if (part.planId !== slot.plan_id)
    return { ...part, slot, targets: hoursWithinPlan(rules, slot, part), isLostAs: "no free hour" };
  const isKnown = dimensions.some(
    (one) => one.offerId === slot.offer_id && one.planId === slot.plan_id && one.dimension === slot.dimension,
  );
  return { ...part, slot, targets: isKnown ? openHours(rules, slot, part) : [], isLostAs: "late" };
}

/** As usage of now: earlier in the hour, another plan may have been active. */
function openHours(rules: Rules, slot: LateSlot, { planId }: LatePart): CarryTarget[] {
  const targets: CarryTarget[] = [];
  let hour = hourOf(rules.now);
  while (targets.length < maxCarryHours) {
    const effectiveAt = new Date(Math.max(hour.getTime(), rules.now.getTime()));
    const target = targetIn(rules, slot, { planId, hour, effectiveAt });
    if (target === null) break;
    targets.push(target);
    hour = nextHour(hour);
  }
  return targets;
}

function hoursWithinPlan(rules: Rules, slot: LateSlot, { planId }: LatePart): CarryTarget[] {
  const span = { after: new Date(slot.hour), now: rules.now };
  return hoursOfPlan(planId, rules.plansOf(slot.subscription_id), span).flatMap(
    (hour) => targetIn(rules, slot, { planId, ...hour }) ?? [],
  );
}

/** Null: the hour is after the trial, and the usage is the trial's. */
function targetIn(
  { now, graceMs }: Rules,
  slot: LateSlot,
  given: { planId: string; hour: Date; effectiveAt: Date },
): CarryTarget | null {
  const isTrial = slot.is_free_trial && !isAfterTrial(given.hour, slot.term_ends_on);
  if (slot.is_trial && !isTrial) return null;
  return { ...given, sealAt: sealTime(given.hour, now, graceMs), isTrial };
}

/** @returns the parts that were carried */
async function carryParts(tx: Executor, parts: readonly Part[], now: Date): Promise<Set<Part>> {
  const carried = new Set<Part>();
  let open = parts.map((part) => ({ part, targets: part.targets })).filter(({ targets }) => targets.length > 0);
  // Each round settles a part or removes one of its targets, so it ends.
  while (open.length > 0) {
    const wanted = open.map(({ part, targets }) => ({ ...placeOf(part), targets }));
    const from = new Date(Math.min(...wanted.flatMap(({ targets }) => targets.map(({ hour }) => hour.getTime()))));
    const chosen = chooseTargets(wanted, await slotsFrom(tx, wanted, from));
    const carries = open.flatMap(({ part, targets }, index) => {
      const target = chosen[index];
      return target ? [{ part, targets, target }] : [];
    });
    const taken = await carryTo(
      tx,
      carries.map(({ part, target }) => ({
        ...placeOf(part),
        fromSlotId: part.slot.id,
        quantity: inDigits(part.quantity),
        target,
      })),
      now,
    );
    open = carries.flatMap(({ part, targets, target }) => {
      const { subscriptionId, dimension } = placeOf(part);
      if (taken.has(slotKey(subscriptionId, dimension, target.hour))) {
        carried.add(part);
        return [];
      }
      // A report has created the slot for another plan since it was read.
      const others = targets.filter((one) => one !== target);
      return others.length > 0 ? [{ part, targets: others }] : [];
    });
  }
  return carried;
}

function placeOf({ slot }: Part) {
  return { subscriptionId: slot.subscription_id, dimension: slot.dimension };
}

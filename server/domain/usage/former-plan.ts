/**
 * Late usage of a plan that the subscription no longer has. Microsoft bills usage by the plan at the reported time, so it is sent
 * for an hour of the former plan; in an hour that is still open, the new plan would bill it.
 */
import { usageWindowMs } from "../../../shared/usage.ts";
import { hourOf, nextHour } from "./hours.ts";
import { type Quantity, quantityOf, sumOf } from "./quantity.ts";

/** The time that is left to seal and send an hour before Microsoft refuses it. */
const leadMs = 10 * 60_000;

export type PlanSpan = { planId: string; since: Date | null };

/**
 * The hours after another one in which usage of a plan can still be sent, the latest first, each with the first second
 * at which the plan was active in it: a change is recorded later than it happens, so later seconds may belong to the
 * next plan. Earlier hours are left out, because the subscription may not have been active.
 * @param plans newest first; the last one has no `since`
 */
export function hoursOfPlan(
  planId: string,
  plans: readonly PlanSpan[],
  { after, now }: { after: Date; now: Date },
): { hour: Date; effectiveAt: Date }[] {
  const from = Math.max(nextHour(after).getTime(), now.getTime() - usageWindowMs + leadMs);
  const hours = new Map<number, { hour: Date; effectiveAt: Date }>();
  for (const [index, plan] of plans.entries()) {
    if (plan.planId !== planId) continue;
    const end = plans[index - 1]?.since?.getTime() ?? now.getTime();
    const start = ceilToSecond(Math.max(from, plan.since?.getTime() ?? from));
    for (let hour = hourOf(new Date(start)); hour.getTime() < end; hour = nextHour(hour)) {
      const effectiveAt = new Date(Math.max(hour.getTime(), start));
      if (effectiveAt.getTime() < Math.min(end, nextHour(hour).getTime()))
        hours.set(hour.getTime(), { hour, effectiveAt });
    }
  }
  return [...hours.values()].toSorted((one, other) => other.hour.getTime() - one.hour.getTime());
}

const ceilToSecond = (ms: number) => Math.ceil(ms / 1_000) * 1_000;

export type LatePart = { planId: string; quantity: Quantity };

/** Late usage of an hour by plan. @param others what of it was reported for other plans than the hour's */
export function lateParts(planId: string, late: Quantity, others: Readonly<Record<string, string>> | null): LatePart[] {
  const parts = Object.entries(others ?? {}).map(([other, digits]) => ({
    planId: other,
    quantity: quantityOf(digits),
  }));
  const own = late.minus(sumOf(parts.map(({ quantity }) => quantity)));
  return [{ planId, quantity: own }, ...parts].filter(({ quantity }) => quantity.gt(0));
}

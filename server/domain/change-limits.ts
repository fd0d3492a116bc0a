/** Whether a plan or a number of seats fits a subscription. */
import { planMark } from "./name-marks.ts";

type Seats = { planId: string; quantity: number | null };
type Limits = { minQuantity: number | null; maxQuantity: number | null };

/**
 * Why the subscription cannot change to this plan, as a sentence; null if it can.
 * @param target the plan as Microsoft offers it for this subscription; undefined if it is not offered
 */
export function planProblem(planId: string, current: Seats, target: Limits | undefined): string | null {
  if (planId === current.planId) return "The subscription already has this plan. Choose another plan.";
  if (!target) return "Microsoft does not offer this plan for this subscription. Choose a plan from the list.";
  const { quantity } = current;
  if (quantity === null) return null;
  if (target.maxQuantity !== null && quantity > target.maxQuantity)
    return `This plan allows at most ${target.maxQuantity} seats; the subscription has ${quantity}. Reduce the seats first.`;
  if (target.minQuantity !== null && quantity < target.minQuantity)
    return `This plan requires at least ${target.minQuantity} seats; the subscription has ${quantity}. Add seats first.`;
  return null;
}

export const flatRate = "This plan is flat-rate and has no seats.";

/** Microsoft sometimes reports one seat for a plan without seats. */
export function isFlatRate(quantity: number | null, plan: { isPricePerSeat: boolean }): boolean {
  return !plan.isPricePerSeat && (quantity ?? 1) === 1;
}

/**
 * Why the subscription cannot have this number of seats, as a sentence; null if it can.
 * @param limits of its plan; undefined if Microsoft was never asked for them
 */
export function quantityProblem(
  quantity: number,
  current: Seats,
  limits: (Limits & { isPricePerSeat: boolean }) | undefined,
): string | null {
  if (limits && isFlatRate(current.quantity, limits)) return flatRate;
  if (quantity === current.quantity) return `The subscription already has ${quantity} seats.`;
  if (!limits) return null;
  if (limits.maxQuantity !== null && quantity > limits.maxQuantity)
    return `The plan ${planMark(current.planId)} allows at most ${limits.maxQuantity} seats. For more seats, change the plan first.`;
  if (limits.minQuantity !== null && quantity < limits.minQuantity)
    return `The plan ${planMark(current.planId)} requires at least ${limits.minQuantity} seats.`;
  return null;
}

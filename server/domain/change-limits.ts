/** Whether a plan or a number of seats fits a subscription. Pure. */

type Seats = { planId: string; quantity: number | null };
type Limits = { minQuantity: number | null; maxQuantity: number | null };

/**
 * Why the subscription cannot have this plan, as a sentence; null when it can.
 *
 * @param target the plan as Microsoft offers it for this subscription; undefined: it does not
 */
export function whyNotPlan(planId: string, current: Seats, target: Limits | undefined): string | null {
  if (planId === current.planId) return "The subscription already has this plan. Choose another one.";
  if (!target) return "Microsoft does not offer this plan for this subscription. Choose one of the list.";
  const { quantity } = current;
  if (quantity === null) return null;
  if (target.maxQuantity !== null && quantity > target.maxQuantity)
    return `This plan takes at most ${target.maxQuantity} seats; the subscription has ${quantity}. Lower the seats first.`;
  if (target.minQuantity !== null && quantity < target.minQuantity)
    return `This plan takes at least ${target.minQuantity} seats; the subscription has ${quantity}. Raise the seats first.`;
  return null;
}

export const flatRate = "This plan is flat-rate: it has no seats.";

/** Microsoft at times tells one seat of a plan that has none. */
export function isFlatRate(quantity: number | null, plan: { isPricePerSeat: boolean }): boolean {
  return !plan.isPricePerSeat && (quantity ?? 1) === 1;
}

/**
 * Why the subscription cannot have so many seats, as a sentence; null when it can.
 *
 * @param limits those of its plan; undefined: Microsoft was never asked for them
 */
export function whyNotQuantity(
  quantity: number,
  current: Seats,
  limits: (Limits & { isPricePerSeat: boolean }) | undefined,
): string | null {
  if (limits && isFlatRate(current.quantity, limits)) return flatRate;
  if (quantity === current.quantity) return `The subscription already has ${quantity} seats.`;
  if (!limits) return null;
  if (limits.maxQuantity !== null && quantity > limits.maxQuantity)
    return `The plan ${current.planId} takes at most ${limits.maxQuantity} seats. For more, change the plan first.`;
  if (limits.minQuantity !== null && quantity < limits.minQuantity)
    return `The plan ${current.planId} takes at least ${limits.minQuantity} seats.`;
  return null;
}

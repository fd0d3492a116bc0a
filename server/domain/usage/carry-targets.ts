/** The hours to which late usage is carried. */

/** An hour that may take late usage, and what its slot is like if it has none yet. */
export type CarryTarget = { planId: string; hour: Date; effectiveAt: Date; sealAt: Date; isTrial: boolean };

/** `targets`: the hours that are possible by the rules, the best first. */
export type LateUsage = { subscriptionId: string; dimension: string; targets: readonly CarryTarget[] };

export type ExistingSlot = { planId: string; isCollecting: boolean };

/** Names the slot of a subscription, dimension and hour. */
export function slotKey(subscriptionId: string, dimension: string, hour: Date): string {
  return JSON.stringify([subscriptionId, dimension, hour.getTime()]);
}

/**
 * Chooses an hour for each part, one part after the other: the first one in an hour without a slot decides
 * the plan of that hour.
 * @param slots by `slotKey`; hours without an entry have no slot
 * @returns in the order of `parts`; null if none of a part's hours can take it
 */
export function chooseTargets(
  parts: readonly LateUsage[],
  slots: ReadonlyMap<string, ExistingSlot>,
): (CarryTarget | null)[] {
  const created = new Map<string, ExistingSlot>();
  return parts.map(({ subscriptionId, dimension, targets }) => {
    for (const target of targets) {
      const key = slotKey(subscriptionId, dimension, target.hour);
      const slot = slots.get(key) ?? created.get(key);
      if (slot === undefined) created.set(key, { planId: target.planId, isCollecting: true });
      else if (!slot.isCollecting || slot.planId !== target.planId) continue;
      return target;
    }
    return null;
  });
}

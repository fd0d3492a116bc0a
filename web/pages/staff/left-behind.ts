import type { StaffView } from "../../../shared/views/staff.ts";
import { countOf, formatNumber } from "../../text/format.ts";

/** The things that a staff member without access owns: `3 subscriptions (1 with a follow-up), 1 customer and 1 shared view`. */
export function describeLeftBehind({
  subscriptions,
  followUps,
  customers,
  sharedViews,
}: NonNullable<StaffView["leaves"]>): string {
  const due = followUps === 0 ? "" : ` (${formatNumber(followUps)} with a follow-up)`;
  const parts = [
    subscriptions > 0 && `${countOf(subscriptions, "subscription")}${due}`,
    customers > 0 && countOf(customers, "customer"),
    sharedViews > 0 && countOf(sharedViews, "shared view"),
  ].filter((part) => part !== false);
  const [last = "nothing", ...others] = parts.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
}

import type { StaffView } from "../../../shared/views/staff.ts";
import { countOf, formatNumber } from "../../text/format.ts";

/** The things that a staff member without access owns: `3 subscriptions (1 with a follow-up) and 1 shared view`. */
export function describeLeftBehind({
  subscriptions,
  followUps,
  sharedViews,
}: NonNullable<StaffView["leaves"]>): string {
  const owned = countOf(subscriptions, "subscription", "subscriptions");
  const due = followUps === 0 ? "" : ` (${formatNumber(followUps)} with a follow-up)`;
  const views = countOf(sharedViews, "shared view", "shared views");
  return [subscriptions > 0 && `${owned}${due}`, sharedViews > 0 && views].filter(Boolean).join(" and ") || "nothing";
}

/**
 * How old Entra's confirmation of a person's account and role may be when Marketdesk acts for them while they are away. People who
 * are signed in are checked continually; people who left the company after their last session are not checked again.
 */
import { recheckLimits, sessionLimits } from "../../shared/session-limits.ts";

const hourMs = 3_600_000;

const maxAgeMs = {
  policyChange: recheckLimits.unconfirmedMs,
  bulkRun: sessionLimits.absoluteMs,
  /** Over weekends and holidays. */
  plannedChange: 7 * 24 * hourMs,
};

/** Whether the confirmation is recent enough to act on it. */
export function isConfirmedFor(what: keyof typeof maxAgeMs, confirmedAt: Date, now: Date): boolean {
  return now.getTime() - confirmedAt.getTime() <= maxAgeMs[what];
}

/** A due policy change waits this long for its requester to sign in. */
const maxPolicyWaitMs = 7 * 24 * hourMs;

/** `act`: it takes effect now. `wait`: once the requester signs in. `end`: they have not for too long. */
export function dueWithoutSecondAdmin(
  { appliesAt, confirmedAt }: { appliesAt: Date; confirmedAt: Date | null },
  now: Date,
): "act" | "wait" | "end" {
  if (confirmedAt !== null && isConfirmedFor("policyChange", confirmedAt, now)) return "act";
  return now.getTime() - appliesAt.getTime() > maxPolicyWaitMs ? "end" : "wait";
}

/** The toast after a policy change. */
import type { PolicyOutcome } from "../../shared/views/policy-changes.ts";
import { formatAppointment } from "./format.ts";

/** @param applied what to say when the change was applied immediately */
export function policyOutcomeMessage({ waitsUntil }: PolicyOutcome, applied: string): string {
  if (waitsUntil === null) return applied;
  return `Approval requested from another admin, because this weakens the policy. Without a decision it is applied ${formatAppointment(Date.parse(waitsUntil))}.`;
}

/** What is said after a policy was changed. */
import type { PolicyOutcome } from "../../shared/views/policy-changes.ts";
import { formatAppointment } from "./format.ts";

/** @param applied what to say when the change was applied immediately */
export function policyOutcomeMessage({ waitsUntil }: PolicyOutcome, applied: string): string {
  if (waitsUntil === null) return applied;
  return `Requested. This weakens the policy, so it waits for another admin; without a decision it is applied ${formatAppointment(Date.parse(waitsUntil))}.`;
}

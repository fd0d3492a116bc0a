/** A second admin, for changes that weaken a protective policy. */
import type { PolicyOutcome } from "../../shared/views/policy-changes.ts";
import type { TestApp } from "./app.ts";

const secondAdmin = { id: "tenant:second-admin", name: "Second admin", email: null, role: "admin" } as const;

/** The outcome of a policy change; if it waits for a second admin, that admin approves it first. */
export async function approved(app: Pick<TestApp, "as">, change: Promise<PolicyOutcome>): Promise<PolicyOutcome> {
  const outcome = await change;
  if (outcome.waitsUntil === null) return outcome;
  const second = app.as("admin", { staff: secondAdmin });
  for (const { id, state } of await second.policyChanges.list()) {
    if (state === "waiting") await second.policyChanges.approve({ id });
  }
  return outcome;
}

/** Ends a waiting change of a protective policy, with its audit entry. */
import { and, eq } from "drizzle-orm";
import type { PolicyChangeState } from "../../../shared/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { policyChanges } from "../../database/schema/policy-changes.ts";

export type PolicyChange = typeof policyChanges.$inferSelect;

export type Decision = { state: Exclude<PolicyChangeState, "waiting">; verb: string; reason?: string };

/** Withdraws the requests of a person who lost access (`why`). */
export async function withdrawPolicyChangesOf(tx: Executor, ctx: Context, staffId: string, why: string): Promise<void> {
  const waiting = await tx
    .select()
    .from(policyChanges)
    .where(and(eq(policyChanges.state, "waiting"), eq(policyChanges.requestedById, staffId)))
    .for("update");
  for (const change of waiting) {
    const reason = `${change.requestedByName} ${why}.`;
    await endPolicyChange(tx, ctx, change, { state: "withdrawn", verb: "Withdrawn", reason });
  }
}

export async function endPolicyChange(
  tx: Executor,
  ctx: Context,
  change: PolicyChange,
  decision: Decision,
): Promise<void> {
  const now = ctx.now();
  const { actorId, actorName } = actorColumns(ctx.actor);
  await tx
    .update(policyChanges)
    .set({
      state: decision.state,
      decidedAt: now,
      decidedById: actorId,
      decidedByName: actorName,
      decisionReason: decision.reason ?? null,
    })
    .where(eq(policyChanges.id, change.id));
  await record(tx, ctx.actor, now, [
    {
      kind: `policy_change.${decision.state}`,
      summary: `${decision.verb}: ${change.summary}`,
      after: { requestedBy: change.requestedByName },
      reason: decision.reason ?? null,
    },
  ]);
  await announce(tx, [{ topic: "policy_change", subscriptionId: null }]);
}

/** Whether a cancellation needs a second person's approval. */
import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { setCancelPolicyInput } from "../../../shared/inputs/policies.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import { announce, record } from "../../database/record/record.ts";
import { cancelPolicy } from "../../database/schema/cancellations.ts";
import { AppError } from "../../errors.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";

type Input = z.infer<typeof setCancelPolicyInput>;

/**
 * Waiting requests stay and can still be approved. Removing the second person is a weakening.
 * @throws AppError `Conflict` if someone else changed the policy in the meantime; others as `changePolicy`
 */
export function setCancelPolicy(ctx: Context, input: Input): Promise<PolicyOutcome> {
  return changePolicy(ctx, "cancellation", planCancelPolicy, input);
}

export const planCancelPolicy: Planner<Input> = async (tx, _, { seenVersion, reason, ...wanted }) => {
  await tx.execute(sql`lock table ${cancelPolicy} in share row exclusive mode`);
  const current = await readCancelPolicy(tx);
  if (current.version !== seenVersion) {
    throw new AppError(
      "Conflict",
      `${current.updated?.byName ?? "A colleague"} has changed this policy. Review it, then make your change again.`,
    );
  }
  const summary = wanted.needsSecondPerson
    ? `Cancellations need a colleague's approval within ${wanted.waitsHours} hours`
    : "Cancellations need no approval";
  return {
    scope: "",
    version: seenVersion,
    summary,
    isWeaker: current.needsSecondPerson && !wanted.needsSecondPerson,
    async apply(ctx) {
      const now = ctx.now();
      const updatedByName = actorColumns(ctx.actor).actorName;
      const values = { ...wanted, version: seenVersion + 1, updatedAt: now, updatedByName };
      await tx.insert(cancelPolicy).values(values).onConflictDoUpdate({ target: cancelPolicy.isOnlyRow, set: values });
      const { needsSecondPerson, waitsHours } = current;
      await record(tx, ctx.actor, now, [
        {
          kind: "setting.cancel_policy_changed",
          summary,
          before: { needsSecondPerson, waitsHours },
          after: wanted,
          reason: reason || null,
        },
      ]);
      await announce(tx, [{ topic: "setting", subscriptionId: null }]);
      return values.version;
    },
  };
};

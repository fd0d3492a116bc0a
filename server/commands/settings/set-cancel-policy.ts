/** Whether a cancellation needs a second person. */
import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { setCancelPolicyInput } from "../../../shared/inputs.ts";
import { actorColumns, type Context } from "../../context.ts";
import { readCancelPolicy } from "../../database/queries/cancellations.ts";
import { announce, record } from "../../database/record.ts";
import { cancelPolicy } from "../../database/schema/cancellations.ts";
import { AppError } from "../../errors.ts";

/** What waits already goes on to wait, and can be approved. @throws AppError `Conflict` when it was changed meanwhile */
export async function setCancelPolicy(ctx: Context, input: z.infer<typeof setCancelPolicyInput>): Promise<void> {
  const { seenVersion, ...wanted } = input;
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${cancelPolicy} in share row exclusive mode`);
    const former = await readCancelPolicy(tx);
    if (former.version !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former.updated?.byName ?? "Somebody"} changed this meanwhile. Look at it, then set yours again.`,
      );
    }
    const now = ctx.now();
    const updatedByName = actorColumns(ctx.actor).actorName;
    const values = { ...wanted, version: seenVersion + 1, updatedAt: now, updatedByName };
    await tx.insert(cancelPolicy).values(values).onConflictDoUpdate({ target: cancelPolicy.isOnlyRow, set: values });
    const { needsSecondPerson, waitsHours } = former;
    await record(tx, ctx.actor, now, [
      {
        kind: "setting.cancel_policy_changed",
        summary: wanted.needsSecondPerson
          ? `Cancellations need a second person, who has ${wanted.waitsHours} hours`
          : "Cancellations need no second person",
        before: { needsSecondPerson, waitsHours },
        after: wanted,
      },
    ]);
    await announce(tx, [{ topic: "setting", subscriptionId: null }]);
  });
}

/** Sets how long after it was made a purchase needs attention. */
import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { setPurchaseGraceInput } from "../../../shared/inputs/policies.ts";
import { graceInWords } from "../../../shared/purchase-grace.ts";
import type { Context } from "../../context.ts";
import { readPurchaseGrace } from "../../database/queries/purchase-grace.ts";
import { announce, record } from "../../database/record/record.ts";
import { purchaseGrace } from "../../database/schema/purchase-grace.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";

/** @throws AppError `Conflict` if someone else changed it in the meantime */
export async function setPurchaseGrace(ctx: Context, input: z.infer<typeof setPurchaseGraceInput>): Promise<void> {
  const { minutes, seenVersion } = input;
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${purchaseGrace} in share row exclusive mode`);
    const current = await readPurchaseGrace(tx);
    if (current.version !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${current.updated?.byName ?? "A colleague"} has changed this setting. Review it, then make your change again.`,
      );
    }
    if (current.minutes === minutes) return;
    const now = ctx.now();
    const updatedByName = actorColumns(ctx.actor).actorName;
    const values = { minutes, version: seenVersion + 1, updatedAt: now, updatedByName };
    await tx.insert(purchaseGrace).values(values).onConflictDoUpdate({ target: purchaseGrace.isOnlyRow, set: values });
    await record(tx, ctx.actor, now, [
      {
        kind: "setting.purchase_grace_changed",
        summary: `Purchases need attention after ${graceInWords(minutes)}`,
        before: { minutes: current.minutes },
        after: { minutes },
        reason: null,
      },
    ]);
    await announce(tx, [
      { topic: "setting", subscriptionId: null },
      { topic: "need", subscriptionId: null },
    ]);
  });
}

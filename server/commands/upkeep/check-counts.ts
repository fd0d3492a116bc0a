/** Compares the totals that are kept with the rows, and repairs them where they differ. */
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { repairDayCounts } from "../../database/queries/day-counts.ts";
import { repairCounts } from "../../database/queries/subscription-counts.ts";
import { recordUpkeep } from "../../database/queries/upkeep.ts";
import { sql } from "drizzle-orm";

/** @returns how many kinds had a wrong total; each is in the log, all together on record */
export async function checkCounts(ctx: Context): Promise<{ repaired: number }> {
  const startedAt = ctx.now();
  return ctx.db.transaction(async (tx) => {
    // It reads every subscription.
    await tx.execute(sql`set local statement_timeout = '10min'`);
    const repairs = await repairCounts(tx);
    const days = await repairDayCounts(tx);
    const off = repairs.reduce((sum, { subscriptions }) => sum + Math.abs(subscriptions), 0);
    if (repairs.length > 0) {
      ctx.log.error({ repairs: repairs.slice(0, 20), count: repairs.length }, "totals of subscriptions were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        {
          kind: "counts.repaired",
          summary: `Totals of subscriptions were wrong for ${repairs.length} kinds of them, and are right again`,
          after: Object.fromEntries(
            repairs
              .slice(0, 20)
              .map((one) => [
                `${one.offerId} ${one.planId} ${one.status}`,
                `${one.subscriptions} subscriptions, ${one.seats} seats added`,
              ]),
          ),
        },
      ]);
    }
    if (days > 0) {
      ctx.log.error({ count: days }, "totals of purchases and terms by day were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        {
          kind: "counts.repaired",
          summary: `Totals of purchases and terms were wrong for ${days} days of an offer, and are right again`,
        },
      ]);
    }
    await recordUpkeep(tx, {
      kind: "counts",
      startedAt,
      at: ctx.now(),
      result: { repaired: repairs.length + days, off },
    });
    return { repaired: repairs.length + days };
  });
}

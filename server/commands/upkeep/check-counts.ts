/** Compares the stored totals with the rows, and corrects differences; also corrects listings of customers that an earlier version stored. */
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { repairListings } from "../../database/writes/customer-listings.ts";
import { repairDayCounts } from "../../database/writes/day-count-rollup.ts";
import { repairUsageMonths } from "../../database/writes/usage-month-rollup.ts";
import { repairMoney } from "../../database/writes/money.ts";
import { repairCounts } from "../../database/writes/subscription-count-rollup.ts";
import { recordUpkeep } from "../../database/writes/upkeep.ts";

/**
 * Its statements read all subscriptions and hours of usage, so the database of the context must give them minutes.
 * @returns how many kinds had a wrong total; each is logged, all together are recorded
 */
export async function checkCounts(ctx: Context): Promise<{ repaired: number }> {
  const startedAt = ctx.now();
  return ctx.db.transaction(async (tx) => {
    const repairs = await repairCounts(tx);
    const days = await repairDayCounts(tx);
    const usage = await repairUsageMonths(tx);
    const money = await repairMoney(tx, ctx.now());
    await repairListings(tx);
    const off = repairs.reduce((sum, { subscriptions }) => sum + Math.abs(subscriptions), 0);
    if (repairs.length > 0) {
      ctx.log.error({ repairs: repairs.slice(0, 20), count: repairs.length }, "totals of subscriptions were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        {
          kind: "counts.repaired",
          summary: `Corrected totals of ${repairs.length} kinds of subscriptions`,
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
      ctx.log.error({ count: days }, "daily totals of purchases and terms were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        {
          kind: "counts.repaired",
          summary: `Corrected daily totals of purchases and terms for ${days} days of an offer`,
        },
      ]);
    }
    if (money > 0) {
      ctx.log.error({ count: money }, "totals of recurring revenue were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        { kind: "counts.repaired", summary: `Corrected the recurring revenue of ${money} plans` },
      ]);
    }
    if (usage > 0) {
      ctx.log.error({ count: usage }, "totals of billed usage were wrong");
      await record(tx, ctx.actor, ctx.now(), [
        { kind: "counts.repaired", summary: `Corrected ${usage} monthly totals of billed usage` },
      ]);
    }
    const repaired = repairs.length + days + money + usage;
    await recordUpkeep(tx, {
      kind: "counts",
      startedAt,
      at: ctx.now(),
      result: { repaired, off },
    });
    return { repaired };
  });
}

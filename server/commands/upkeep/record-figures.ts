/** Writes down the days and hours of the overview. */
import type { Context } from "../../context.ts";
import {
  daysToCount,
  recordDailyFlows,
  recordDailyStates,
  recordWebhookHours,
} from "../../database/writes/figure-record.ts";
import { lastUpkeep, recordUpkeep } from "../../database/queries/upkeep.ts";

/**
 * Writes what there is now as the end of today, counts the flows of the last days again, and those of any day to which a
 * subscription was added late. The first run counts every day since the first purchase. It may run at any time, twice too.
 */
export async function recordFigures(ctx: Context): Promise<{ days: number }> {
  const startedAt = ctx.now();
  const last = await lastUpkeep(ctx.db, "figures");
  await recordDailyStates(ctx.db, startedAt);
  const days = await daysToCount(ctx.db, last?.finishedAt ?? null, startedAt);
  await recordDailyFlows(ctx.db, days);
  const hours = await recordWebhookHours(ctx.db, last?.finishedAt ?? null, startedAt);
  await recordUpkeep(ctx.db, { kind: "figures", startedAt, at: ctx.now(), result: { days: days.length, hours } });
  return { days: days.length };
}

/** Stores the daily and hourly metrics of the overview. */
import type { Context } from "../../context.ts";
import {
  daysToCount,
  recordDailyFlows,
  recordDailyStates,
  recordWebhookHours,
} from "../../database/writes/figure-record.ts";
import { lastUpkeep } from "../../database/queries/upkeep.ts";
import { recordUpkeep } from "../../database/writes/upkeep.ts";

/**
 * Stores the current counts as the end of today, and recounts the flows of recent days and of days with
 * subscriptions added late. The first run counts all days since the first purchase. Safe to repeat.
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

/** Writes down the days and hours of the overview. */
import type { Context } from "../../context.ts";
import { daysToCount, keepFlows, keepStates, keepWebhookHours } from "../../database/figure-record.ts";
import { lastUpkeep, noteUpkeep } from "../../database/queries/upkeep.ts";

/**
 * Writes what there is now as the end of today, counts the flows of the last days again, and those of any day to which a
 * subscription was added late. The first run counts every day since the first purchase. It may run at any time, twice too.
 */
export async function keepFigures(ctx: Context): Promise<{ days: number }> {
  const startedAt = ctx.now();
  const last = await lastUpkeep(ctx.db, "figures");
  await keepStates(ctx.db, startedAt);
  const days = await daysToCount(ctx.db, last?.finishedAt ?? null, startedAt);
  await keepFlows(ctx.db, days);
  const hours = await keepWebhookHours(ctx.db, last?.finishedAt ?? null, startedAt);
  await noteUpkeep(ctx.db, { kind: "figures", startedAt, at: ctx.now(), result: { days: days.length, hours } });
  return { days: days.length };
}

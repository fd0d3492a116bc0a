/** Compares the ledger with Microsoft's list of usage. Nothing is corrected: Microsoft changes no usage. */
import { utcDayOf } from "../../../shared/day.ts";
import { usageDifferenceWords } from "../../../shared/usage.ts";
import type { Context } from "../../context.ts";
import { type ActivityEntry, announce, record } from "../../database/record/record.ts";
import {
  claimComparison,
  ledgerOfDay,
  ownIdsOf,
  postponeComparison,
  writeComparison,
} from "../../database/writes/usage-comparisons.ts";
import { compareDay } from "../../domain/usage/comparison.ts";
import { listDay, UsageListTooLong } from "./list-day.ts";

/** A statement has at most 65,535 parameters. */
const recordBatchSize = 500;
/** How long Microsoft may need to list what it has accepted. */
const listedWithinMs = 60 * 60_000;

/**
 * Compares the oldest day that was not compared today.
 * @param ctx its `now` is Microsoft's time
 * @returns whether there was one
 * @throws MarketplaceError if Microsoft cannot be read; the day is compared again in ten minutes
 * @throws UsageListTooLong if the list is too long; the day is compared again in six hours
 */
export async function compareUsage(ctx: Context, signal?: AbortSignal): Promise<boolean> {
  const day = await claimComparison(ctx.db, utcDayOf(ctx.now()));
  if (day === null) return false;
  const settledBefore = new Date(ctx.now().getTime() - listedWithinMs);
  const listed = await listDay(ctx, day, signal).catch(async (error: unknown) => {
    if (error instanceof UsageListTooLong) await postponeComparison(ctx.db, day);
    throw error;
  });
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const ownIds = await ownIdsOf(tx, [...new Set(listed.map(({ subscriptionId }) => subscriptionId))]);
    const withOwnIds = listed.map((row) => ({
      ...row,
      subscriptionId: ownIds.get(row.subscriptionId) ?? row.subscriptionId,
    }));
    const found = await writeComparison(
      tx,
      day,
      compareDay(await ledgerOfDay(tx, day, settledBefore), withOwnIds),
      now,
    );
    const entries = found.map(({ subscriptionId, dimension, cause }): ActivityEntry => ({
      subscriptionId,
      kind: "usage.differs",
      summary: usageDifferenceWords[cause].name,
      after: { dimension, day, cause },
    }));
    for (let from = 0; from < entries.length; from += recordBatchSize)
      await record(tx, ctx.actor, now, entries.slice(from, from + recordBatchSize));
    await announce(tx, [{ topic: "usage", subscriptionId: null }]);
  });
  return true;
}

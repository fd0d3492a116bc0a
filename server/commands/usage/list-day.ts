/** Reads Microsoft's list of the usage of a day: whole, or plan by plan if that is too long for one answer. */
import { addDays, type Day, startInUtc, utcDayOf } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import { listDimensions } from "../../database/queries/usage-dimensions.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { DailyUsage, UsageFilter } from "../../marketplace/types.ts";

const maxCallMs = 60_000;
/** Shorter than the claim of a day. */
const maxReadingMs = 8 * 60_000;
/** About 150 MB of memory. */
const maxRows = 300_000;

/** The list is longer than what is read. */
export class UsageListTooLong extends Error {
  override readonly name = "UsageListTooLong";
}

/**
 * Usage of plans and dimensions that Marketdesk does not know is only in the whole list.
 * @throws UsageListTooLong if one dimension of a plan is too long for an answer, or all of them for the memory
 * @throws MarketplaceError if Microsoft cannot be read
 */
export async function listDay(
  ctx: Pick<Context, "db" | "marketplace">,
  day: Day,
  signal?: AbortSignal,
): Promise<DailyUsage[]> {
  const endsAt = performance.now() + maxReadingMs;
  const all: DailyUsage[] = [];

  /** @returns false if the answer is too long */
  async function read(filter?: UsageFilter): Promise<boolean> {
    const listed = await ctx.marketplace
      .listUsage(startInUtc(day), startInUtc(addDays(day, 1)), {
        deadlineMs: Math.min(maxCallMs, endsAt - performance.now()),
        ...(signal && { signal }),
        ...(filter && { filter }),
      })
      .catch((error: unknown) => {
        if (error instanceof MarketplaceError && error.code === "TooLarge") return null;
        throw error;
      });
    if (listed === null) return false;
    // Microsoft does not say whether the last day is included.
    for (const row of listed) if (utcDayOf(row.day) === day && isAsked(row, filter)) all.push(row);
    if (all.length > maxRows)
      throw new UsageListTooLong(`Microsoft lists more than ${maxRows} rows of usage of ${day}.`);
    return true;
  }

  if (await read()) return all;
  const dimensionsByPlan = Map.groupBy(await listDimensions(ctx.db), ({ offerId, planId }) =>
    JSON.stringify([offerId, planId]),
  );
  for (const dimensions of dimensionsByPlan.values()) {
    const [first] = dimensions;
    if (!first) continue;
    const { offerId, planId } = first;
    if (await read({ offerId, planId })) continue;
    for (const { dimension } of dimensions)
      if (!(await read({ offerId, planId, dimension })))
        throw new UsageListTooLong(`Microsoft's list of ${dimension} of ${planId} on ${day} is too long.`);
  }
  return all;
}

/** So that no row counts twice if Microsoft ignores a filter. */
function isAsked(row: DailyUsage, filter: UsageFilter | undefined): boolean {
  if (filter === undefined) return true;
  const { offerId, planId, dimension } = filter;
  return (
    (row.offerId ?? offerId) === offerId &&
    (row.planId ?? planId) === planId &&
    (dimension === undefined || row.dimension === dimension)
  );
}

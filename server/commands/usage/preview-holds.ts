/** What holding unusual usage would have held in the last 90 days. Changes nothing. */
import { holdPreviewDays } from "../../../shared/usage.ts";
import type { HoldPreviewView } from "../../../shared/views/usage.ts";
import type { Database } from "../../database/connection/database.ts";
import {
  countSeries,
  listSeries,
  nameHours,
  recordedHours,
  type Series,
} from "../../database/queries/usage-history.ts";
import { baselineDays } from "../../domain/usage/baseline.ts";
import { type UnusualHour, wouldHold } from "../../domain/usage/hold-preview.ts";
import { inDigits } from "../../domain/usage/quantity.ts";

const dayMs = 24 * 60 * 60_000;
/** A series that is used around the clock has 2,880 hours in 120 days. */
const pageSize = 10;
/** Read in about two seconds. Subscription IDs are random, so a part of them is a sample. */
const maxHours = 200_000;
const examplesShown = 20;

/**
 * Decides the stored hours again, series by series.
 * @param db for long reads
 * @param maxRead hours, after which the preview is cut
 */
export async function previewHolds(
  db: Database,
  factor: number,
  now: Date,
  maxRead: number = maxHours,
): Promise<HoldPreviewView> {
  const since = new Date(now.getTime() - holdPreviewDays * dayMs);
  const baselineSince = new Date(since.getTime() - baselineDays * dayMs);
  const held: (UnusualHour & Series)[] = [];
  let [series, read, hours] = [0, 0, 0];
  let last: Series | null = null;
  let isCut = false;
  for (;;) {
    const page: Series[] = await listSeries(db, baselineSince, last, pageSize);
    if (page.length === 0) break;
    isCut = read >= maxRead;
    if (isCut) break;
    for (const [index, recorded] of (await recordedHours(db, page, baselineSince)).entries()) {
      const of = page[index];
      if (!of) continue;
      read += recorded.length;
      hours += recorded.filter(({ hour }) => hour >= since).length;
      for (const one of wouldHold(recorded, factor, since)) held.push({ ...one, ...of });
    }
    series += page.length;
    last = page.at(-1) ?? null;
  }
  const latest = held.toSorted((one, other) => other.hour.getTime() - one.hour.getTime()).slice(0, examplesShown);
  const named = await nameHours(
    db,
    latest.map(({ id }) => id),
  );
  return {
    days: holdPreviewDays,
    hours,
    held: held.length,
    subscriptions: new Set(held.map(({ subscriptionId }) => subscriptionId)).size,
    cut: isCut ? { checked: series, of: await countSeries(db, baselineSince) } : null,
    examples: latest.flatMap(({ id, hour, usage, highest }) => {
      const names = named.get(id);
      if (!names) return [];
      return [{ ...names, hour: hour.toISOString(), usage: inDigits(usage), highest: inDigits(highest) }];
    }),
  };
}

/** Deletes data whose retention has ended. */
import { type RetentionKind, retentionKinds, retentionRules } from "../../../shared/retention.ts";
import type { RetentionPreview } from "../../../shared/views/settings.ts";
import { utcDayOf } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { countDue, removeDue } from "../../database/writes/retention-sweep.ts";
import { daysOf, latestRetention } from "../../database/queries/settings.ts";
import { recordErasure } from "../people/record-erasure.ts";
import { recordUpkeep } from "../../database/writes/upkeep.ts";
import type { RetentionDays } from "../../../shared/retention.ts";

const dayMs = 24 * 60 * 60_000;
/** The rest is deleted the next night. */
const maxRunMs = 20 * 60_000;
/** Higher counts are shown as "more than". */
const maxCounted = 100_000;

const cutoffOf = (days: number, now: Date) => new Date(now.getTime() - days * dayMs);

/**
 * Deletes in small steps, each committed, so it can be killed and run again at any time.
 * @throws AggregateError after all other kinds were deleted, if kinds failed
 */
export async function applyRetention(
  ctx: Context,
  signal?: AbortSignal,
): Promise<Partial<Record<RetentionKind, number>>> {
  const startedAt = ctx.now();
  const days = daysOf(await latestRetention(ctx.db));
  const endsAt = performance.now() + maxRunMs;
  const deleted: Partial<Record<RetentionKind, number>> = {};
  const failures = new Map<RetentionKind, unknown>();
  for (const kind of retentionKinds) {
    const kept = days[kind];
    if (kept === null) continue;
    try {
      if (kind === "usage") await recordDeletion(ctx, cutoffOf(kept, startedAt));
      let isMore = true;
      while (isMore && performance.now() < endsAt && !signal?.aborted) {
        const removed = await removeDue(ctx.db, kind, cutoffOf(kept, startedAt), (tx, id, entries, rows) =>
          recordErasure(tx, ctx, { id, entries, rows, reason: "Contacts deleted after their retention" }),
        );
        deleted[kind] = (deleted[kind] ?? 0) + removed.count;
        ({ isMore } = removed);
      }
    } catch (error) {
      ctx.log.error({ err: error, kind }, "data could not be deleted after its retention");
      failures.set(kind, error);
    }
  }
  const total = Object.values(deleted).reduce((sum, count) => sum + count, 0);
  await ctx.db.transaction(async (tx) => {
    await recordUpkeep(tx, { kind: "retention", startedAt, at: ctx.now(), result: deleted });
    if (total === 0) return;
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "retention.swept",
        summary: "Data deleted after its retention",
        after: Object.fromEntries(
          Object.entries(deleted).map(([kind, count]) => [retentionRules[kind as RetentionKind].name, count]),
        ),
      },
    ]);
  });
  if (failures.size > 0) {
    const names = [...failures.keys()].map((kind) => retentionRules[kind].name);
    throw new AggregateError(failures.values(), `Not deleted after their retention: ${names.join(", ")}`);
  }
  return deleted;
}

/** Before the deletion, so that `npm run verify-record` accepts it wherever the run ends. */
async function recordDeletion(ctx: Context, cutoff: Date): Promise<void> {
  const { count } = await countDue(ctx.db, "usage", cutoff, 1);
  if (count === 0) return;
  const entry = { kind: "usage.deleted", summary: "Usage of terms that ended before a day is deleted" } as const;
  await ctx.db.transaction((tx) =>
    record(tx, ctx.actor, ctx.now(), [{ ...entry, after: { before: utcDayOf(cutoff) } }]),
  );
}

/** How many rows of each kind this retention would delete tonight. Reads only. */
export async function previewRetention(ctx: Context, days: RetentionDays): Promise<RetentionPreview> {
  const counted = await Promise.all(
    retentionKinds.map(async (kind) => {
      const kept = days[kind];
      return [
        kind,
        kept === null
          ? { count: 0, isMore: false }
          : await countDue(ctx.db, kind, cutoffOf(kept, ctx.now()), maxCounted),
      ] as const;
    }),
  );
  return Object.fromEntries(counted) as RetentionPreview;
}

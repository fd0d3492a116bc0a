/** Verifies the activity record, raises the alarm when it was changed from outside, and takes its anchor once a day. */
import type { Context } from "../../context.ts";
import { setAlarm } from "../../database/queries/alarms.ts";
import { anchorOfDay, anchorTime, recordAnchorComparison, readAnchor } from "../../database/record/record-anchor.ts";
import { readVerification, verifyRecord } from "../../database/record/record-check.ts";
import { recordAlarm } from "../../domain/alarm.ts";
import { type AnchorFile, differsFrom } from "./anchor-file.ts";

/** The job runs each minute; a longer record is continued by the next run. */
const maxRunMs = 5_000;
/** A day, and the hour that an anchor is older than the moment it is taken. */
const anchorEveryMs = 25 * 60 * 60_000;

export async function verifyRecordForAWhile(
  ctx: Omit<Context, "actor">,
  options: { anchors?: AnchorFile | null; signal?: AbortSignal } = {},
): Promise<void> {
  const { anchors = null, signal } = options;
  const endsAt = performance.now() + maxRunMs;
  await saveAnchors(ctx, anchors);
  await verifyRecord(ctx.db, ctx.now, () => signal?.aborted === true || performance.now() > endsAt);
  const { found } = await readVerification(ctx.db);
  if (found.length > 0) ctx.log.error({ found }, "the record of activity was changed from outside");
  await setAlarm(ctx.db, "record", "all", found.length > 0 ? { ...recordAlarm(found), since: ctx.now() } : null);
}

/** Puts the day's anchor into the log and, where there is a file for them, compares the last one and adds the next. */
async function saveAnchors(ctx: Omit<Context, "actor">, file: AnchorFile | null): Promise<void> {
  const anchor = await anchorOfDay(ctx.db, ctx.now());
  if (anchor) ctx.log.info({ anchor }, "the anchor of the activity record for today");
  if (!file) return;
  const last = await file.readLast();
  if (last && ctx.now().getTime() - Date.parse(last.through) < anchorEveryMs) return;
  const isRewritten = last !== null && differsFrom(last, await readAnchor(ctx.db, new Date(last.through)));
  if (isRewritten) ctx.log.error({ anchor: last }, "the record of activity differs from its anchor");
  await recordAnchorComparison(ctx.db, isRewritten ? last.through : null);
  // An anchor of a record that was rewritten would hide it from the next comparison.
  if (!isRewritten) await file.append(await readAnchor(ctx.db, anchorTime(ctx.now())));
}

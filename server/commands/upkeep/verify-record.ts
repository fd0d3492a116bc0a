/** Verifies the audit trail, raises the alarm if it was changed from outside, and takes its anchor once a day. */
import type { Context } from "../../context.ts";
import { setAlarm } from "../../database/writes/alarms.ts";
import { anchorOfDay, anchorTime, recordAnchorComparison, readAnchor } from "../../database/record/record-anchor.ts";
import { readVerification, verifyRecord } from "../../database/record/record-check.ts";
import { anchorFileAlarm, recordAlarm } from "../../domain/alarm.ts";
import { type AnchorFile, differsFrom } from "./anchor-file.ts";

/** The job runs every minute; the next run continues a longer verification. */
const maxRunMs = 5_000;
/** A day, and the hour by which an anchor is older than the moment it is taken. */
const anchorEveryMs = 25 * 60 * 60_000;

export async function verifyRecordForAWhile(
  ctx: Omit<Context, "actor">,
  options: { anchors?: AnchorFile | null; signal?: AbortSignal } = {},
): Promise<void> {
  const { anchors = null, signal } = options;
  const endsAt = performance.now() + maxRunMs;
  // The audit trail is verified without its anchors too.
  const problem = await saveAnchors(ctx, anchors);
  if (problem !== null) ctx.log.error({ err: problem }, "the anchor file of the audit trail cannot be used");
  const alarm = problem === null ? null : { ...anchorFileAlarm, since: ctx.now() };
  // An instance without the file does not know whether the others can use it.
  if (anchors) await setAlarm(ctx.db, "record", "anchors", alarm);
  await verifyRecord(ctx.db, ctx.now, () => signal?.aborted === true || performance.now() > endsAt);
  const { found } = await readVerification(ctx.db);
  if (found.length > 0) ctx.log.error({ found }, "audit trail was changed from outside");
  await setAlarm(ctx.db, "record", "all", found.length > 0 ? { ...recordAlarm(found), since: ctx.now() } : null);
}

/**
 * Logs the day's anchor and, if there is an anchor file, compares the last one and appends the next.
 * @returns the error of the file; null if there was none
 */
async function saveAnchors(ctx: Omit<Context, "actor">, file: AnchorFile | null): Promise<unknown> {
  const anchor = await anchorOfDay(ctx.db, ctx.now());
  if (anchor) ctx.log.info({ anchor }, "today's anchor of the audit trail");
  if (!file) return null;
  const { last, problem } = await file.readLast().then(
    (read) => ({ last: read, problem: null }),
    (error: unknown) => ({ last: null, problem: error }),
  );
  if (problem !== null) return problem;
  if (last && ctx.now().getTime() - Date.parse(last.through) < anchorEveryMs) return null;
  const isRewritten = last !== null && differsFrom(last, await readAnchor(ctx.db, new Date(last.through)));
  if (isRewritten) ctx.log.error({ anchor: last }, "audit trail differs from its anchor");
  await recordAnchorComparison(ctx.db, isRewritten ? last.through : null);
  // An anchor of a rewritten audit trail would hide the rewrite from the next comparison.
  if (isRewritten) return null;
  return file.append(await readAnchor(ctx.db, anchorTime(ctx.now()))).then(
    () => null,
    (error: unknown) => error,
  );
}

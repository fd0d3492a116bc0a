/** Verifies the activity record, raises the alarm when it was changed from outside, and puts its day's figure into the log. */
import type { Context } from "../../context.ts";
import { setAlarm } from "../../database/queries/alarms.ts";
import { anchorOfDay, readVerification, verifyRecord } from "../../database/record-check.ts";
import { recordAlarm } from "../../domain/alarm.ts";

/** The job runs each minute; a record that takes longer is gone on with by the next. */
const sittingMs = 5_000;

export async function verifyRecordForAWhile(ctx: Omit<Context, "actor">, signal?: AbortSignal): Promise<void> {
  const endsAt = performance.now() + sittingMs;
  await verifyRecord(ctx.db, ctx.now, () => signal?.aborted === true || performance.now() > endsAt);
  const { found } = await readVerification(ctx.db);
  if (found.length > 0) ctx.log.error({ found }, "the record of activity was changed from outside");
  await setAlarm(ctx.db, "record", "all", found.length > 0 ? { ...recordAlarm(found), since: ctx.now() } : null);
  const anchor = await anchorOfDay(ctx.db, ctx.now().toISOString().slice(0, 10));
  if (anchor) ctx.log.info({ anchor }, "the record of activity as it stands today");
}

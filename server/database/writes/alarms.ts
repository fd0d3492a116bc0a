/** Raises and ends alarms. */
import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { announce } from "../record/record.ts";
import { alarms } from "../schema/alarms.ts";
import { type AlarmKind, type Alarm, isActive } from "../queries/alarms.ts";

/** Raises or repeats an alarm; `null` ends it. */
export async function setAlarm(db: Executor, kind: AlarmKind, instance: string, alarm: Alarm | null): Promise<void> {
  const isThis = and(eq(alarms.kind, kind), eq(alarms.instance, instance));
  const former = await db.select({ what: alarms.what }).from(alarms).where(and(isThis, isActive));
  if (alarm === null) {
    if ((await db.delete(alarms).where(isThis).returning({ kind: alarms.kind })).length === 0) return;
  } else {
    const values = { ...alarm, seenAt: sql`now()` };
    await db
      .insert(alarms)
      .values({ kind, instance, ...values })
      .onConflictDoUpdate({ target: [alarms.kind, alarms.instance], set: values });
    if (former[0]?.what === alarm.what) return;
  }
  await announce(db, [{ topic: "need", subscriptionId: null }]);
}

/** Takes the digest of a day's usage once all of the day is decided, and records it: the audit trail then proves it. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { digestOf, leafOf, type DigestEntry, UsageRoot } from "../../database/record/usage-digest.ts";
import { type RunQuery, usageOfDay } from "../../database/record/usage-of-day.ts";
import { newId } from "../../database/statements/new-id.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { dayToDigest, decidedLater, digestDay, writeDigests } from "../../database/writes/usage-digests.ts";

const rowsPerInsert = 500;

/**
 * @param ctx its `now` is Microsoft's time
 * @returns whether there was one to take
 */
export function takeUsageDigest(ctx: Pick<Context, "db" | "now" | "actor">): Promise<boolean> {
  return ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "usage digests");
    const now = ctx.now();
    const first = await dayToDigest(tx, now);
    const day = first ?? (await decidedLater(tx));
    if (day === null) return false;
    const query: RunQuery = async <Row>(text: string) => (await tx.execute(sql.raw(text))).rows as Row[];
    const id = newId(now);
    const takenAt = now.toISOString();
    const root = new UsageRoot();
    let [hours, endsOn]: [number, Day] = [0, day];
    let rows: Parameters<typeof writeDigests>[2] = [];
    for await (const ofSubscription of usageOfDay(query, day, first === null ? hasDecidedLater(day) : undefined)) {
      const { subscriptionId } = ofSubscription[0] ?? {};
      if (subscriptionId === undefined) continue;
      const digest = digestOf(
        day,
        subscriptionId,
        ofSubscription.map((hour) => leafOf(hour, takenAt)),
      );
      root.add(digest);
      hours += digest.leaves.length;
      if (digest.endsOn > endsOn) ({ endsOn } = digest);
      rows.push(digest);
      if (rows.length < rowsPerInsert) continue;
      await writeDigests(tx, { id, day }, rows);
      rows = [];
    }
    await writeDigests(tx, { id, day }, rows);
    const entry: DigestEntry = { day, takenAt, subscriptions: root.subscriptions, hours, endsOn, root: root.hex() };
    await digestDay(tx, id, entry);
    await record(tx, ctx.actor, now, [
      { id, kind: "usage.digest_taken", summary: "Digest of a day's usage recorded", after: entry },
    ]);
    return true;
  });
}

/** Of subscriptions with an hour that was decided after their last digest. */
function hasDecidedLater(day: Day): string {
  return `exists (select from (
      select d.subscription_id, max(g.taken_at) as taken_at from usage_digests d join usage_digest_days g on g.id = d.entry_id
      where d.day = '${day}' and d.subscription_id = s.subscription_id group by 1) last
    join usage_slots u on u.subscription_id = last.subscription_id
    where u.hour >= '${day}'::timestamp at time zone 'UTC' and u.hour < ('${day}'::date + 1)::timestamp at time zone 'UTC' and u.ended_at > last.taken_at)`;
}

/** Escalates needs that no one picks up to the next person, and announces that announced needs were resolved. */
import { sql } from "drizzle-orm";
import { escalation as escalationSchema } from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { gatherMs } from "../../domain/notification-times.ts";
import { type PlannedNotice, readNotified } from "./plan-notices.ts";
import type { SeenNeed } from "./seen-needs.ts";
import type { Subscribers } from "./subscribers.ts";

const hourMs = 3_600_000;

export async function planEscalations(
  tx: Executor,
  { targets }: Subscribers,
  needs: SeenNeed[],
  now: Date,
): Promise<PlannedNotice[]> {
  const { rows } = await tx.execute<{ escalation: unknown; since: string }>(
    sql`select escalation, since from escalations`,
  );
  const stored = escalationSchema.safeParse(rows[0]?.escalation).data;
  if (!stored || stored.people.length === 0) return [];
  const since = new Date(rows[0]?.since ?? now);
  const waiting = needs.filter(
    ({ kind, takenById, waitsSince }) =>
      takenById === null && waitsSince >= since && (stored.kinds === null || stored.kinds.includes(kind)),
  );
  const notified = await readNotified(tx, waiting, "escalated");
  return stored.people.flatMap((person, step): PlannedNotice[] => {
    if (!targets.has(person)) return [];
    const dueBefore = now.getTime() - (step + 1) * stored.afterHours * hourMs;
    const needIds = waiting
      .filter(({ seenId, waitsSince }) => waitsSince.getTime() <= dueBefore && !notified.has(`${seenId} ${person}`))
      .map(({ seenId }) => seenId);
    return needIds.length === 0 ? [] : [{ target: person, type: "escalated", frequency: "now", needIds }];
  });
}

/**
 * Only where the announcement arrived, a deadline was ahead, and someone else ended it. Picking up or snoozing does not end it.
 */
export async function planResolved(tx: Executor, { targets }: Subscribers, now: Date): Promise<PlannedNotice[]> {
  const until = new Date(now.getTime() - gatherMs).toISOString();
  const { rows } = await tx.execute<{ target: string; need_id: number }>(sql`
    select distinct t.target, t.need_id::int from seen_needs n
    join notice_needs t on t.need_id = n.id and t.type in ('needs', 'escalated')
    left join push_browsers b on b.id::text = t.target
    join notices o on o.id = t.notice_id and o.frequency = 'now'
    join outbox_messages m on m.message_id = o.id and m.type = 'notice' and m.state = 'delivered'
    where n.ended_at > ${new Date(now.getTime() - 24 * hourMs).toISOString()}::timestamptz and n.ended_at <= ${until}::timestamptz
      and n.deadline > n.ended_at and n.taken_by_id is distinct from coalesce(b.staff_id, t.target)
      and not exists (select from notice_needs r where r.need_id = n.id and r.target = t.target and r.type = 'resolved')
      and not exists (select from activity a where a.subscription_id = n.subscription_id and a.actor_kind = 'staff'
        and a.actor_id = coalesce(b.staff_id, t.target) and a.kind not like 'need.%' and a.at between n.first_seen_at and n.ended_at)`);
  const byTarget = Map.groupBy(rows, ({ target }) => target);
  return [...byTarget].flatMap(([target, needs]): PlannedNotice[] =>
    targets.has(target)
      ? [{ target, type: "resolved", frequency: "now", needIds: needs.map((row) => row.need_id) }]
      : [],
  );
}

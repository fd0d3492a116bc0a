/** Weekly digests: one for each person and channel that chose it, on its day. */
import { sql } from "drizzle-orm";
import { noticeMessageType } from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { newId } from "../../database/statements/new-id.ts";
import { dueDigestDay } from "../../domain/notification-times.ts";
import type { Subscribers } from "./subscribers.ts";

/** What the message is about names the day, so that a week has one digest, however many instances plan it. */
export async function planDigests(tx: Executor, { list, targets }: Subscribers, now: Date): Promise<void> {
  const due = list.flatMap(({ id, settings, since }) => {
    const receiver = targets.get(id)?.receiver;
    const day = dueDigestDay(settings, since, now);
    return receiver === undefined || day === null
      ? []
      : [{ id: newId(now), target: id, receiver, about: `digest ${id} ${day}` }];
  });
  if (due.length === 0) return;
  await tx.execute(sql`
    with due as (
      select * from jsonb_to_recordset(${JSON.stringify(due)}::jsonb) as d(id uuid, target text, receiver uuid, about text)),
    message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, state, created_at)
      select receiver, target, id, about, ${noticeMessageType}, 'waiting', now() from due
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane, message_id),
    notice as (
      insert into notices (id, type, target, frequency, created_at)
      select message_id, 'digest', lane, 'weekly', ${now.toISOString()}::timestamptz from message)
    insert into outbox_lanes (receiver_id, lane, due_at) select receiver_id, lane, now() from message
    on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1`);
}

/** Claims of lanes: a sender gets the first message of each lane that is due. */
import type { ReceiverKind } from "../../../shared/outbox.ts";
import { lanesBeforeProbing } from "../../domain/message-retries.ts";
import type { Database } from "../connection/database.ts";

/** What a sender knows of a message. */
export type ClaimedMessage = {
  /** The row's id. */
  id: number;
  receiverId: string;
  receiverKind: ReceiverKind;
  lane: string;
  messageId: string;
  /** The id of the message's subject. */
  about: string;
  type: string;
  subscriptionId: string | null;
  /** Attempts before this one, since it was created or last sent again. */
  attempts: number;
  firstAttemptAt: Date | null;
  /** When the claim ends, by `performance.now()`. From then on, another sender may have sent the message. */
  claimEndsAt: number;
};

export type ClaimedLane = {
  receiverId: string;
  lane: string;
  claim: string;
  version: number;
  /** The database's time of the claim. */
  claimedAt: Date;
  /** How many people had been erased before the message was read. */
  erasures: number;
  receiver: { failingSince: Date | null; failingLanes: number };
  /** Null if no message is left, because staff stopped the last one. */
  message: ClaimedMessage | null;
};

/** How many people have been erased, in SQL. */
export const erasures = "(select count(*)::int from activity where kind = 'person.erased')";

/** A claim ends after this time: longer than any attempt, and the time until another instance replaces a dead one. */
export const claimSeconds = 30;

/**
 * Per receiver the lanes that are due the longest, as many as it has free slots. A receiver that fails gets one
 * probe, of any lane. If it has recovered since this statement's snapshot, it no longer waits for the probe.
 * The parts lock lanes before receivers, as `outbox-results.ts` does.
 */
const claim = `
with room as (
  select r.id, r.failing_lanes >= ${lanesBeforeProbing} as is_probed,
    $2::int - coalesce(($3::jsonb->>r.id::text)::int, 0) as free
  from outbox_receivers r
  where r.state = 'active' and (r.waits_until is null or r.waits_until <= now())
), due as materialized (
  select l.receiver_id, l.lane, room.is_probed from room cross join lateral (
    select receiver_id, lane from outbox_lanes
    where receiver_id = room.id and (due_at <= now() or room.is_probed) and (claimed_until is null or claimed_until <= now())
    order by due_at limit greatest(0, case when room.is_probed then least(1, room.free) else room.free end)
    for update skip locked
  ) l
), claimed as (
  update outbox_lanes l set claimed_by = $1, claimed_until = now() + interval '${claimSeconds} seconds'
  from due where l.receiver_id = due.receiver_id and l.lane = due.lane
  returning l.*
), probed as (
  update outbox_receivers set waits_until = now() + interval '${claimSeconds} seconds'
  where id in (select receiver_id from due where is_probed) and failing_lanes >= ${lanesBeforeProbing}
)
select l.receiver_id, l.lane, l.version, now() as claimed_at, ${erasures} as erasures, r.kind, r.failing_since, r.failing_lanes,
  m.id, m.message_id, m.about, m.type, m.subscription_id, m.attempts, m.first_attempt_at
from claimed l join outbox_receivers r on r.id = l.receiver_id
left join lateral (
  select * from outbox_messages m
  where m.receiver_id = l.receiver_id and m.lane = l.lane and m.state = 'waiting'
  order by m.id limit 1
) m on true
order by l.due_at`;

type Row = {
  receiver_id: string;
  lane: string;
  version: number;
  claimed_at: Date;
  erasures: number;
  kind: ReceiverKind;
  failing_since: Date | null;
  failing_lanes: number;
  id: string | null;
  message_id: string;
  about: string;
  type: string;
  subscription_id: string | null;
  attempts: number;
  first_attempt_at: Date | null;
};

/**
 * Claims lanes that are due. Two senders never get the same one.
 * @param options.slots the maximum of messages in flight to one receiver
 * @param options.inFlight how many are now, by receiver
 */
export async function claimLanes(
  db: Database,
  options: { claim: string; slots: number; inFlight: Record<string, number> },
): Promise<ClaimedLane[]> {
  const claimEndsAt = performance.now() + claimSeconds * 1_000;
  const { rows } = await db.$client.query<Row>({
    name: "claim-lanes",
    text: claim,
    values: [options.claim, options.slots, JSON.stringify(options.inFlight)],
  });
  return rows.map((row) => ({
    receiverId: row.receiver_id,
    lane: row.lane,
    claim: options.claim,
    version: row.version,
    claimedAt: row.claimed_at,
    erasures: row.erasures,
    receiver: { failingSince: row.failing_since, failingLanes: row.failing_lanes },
    message:
      row.id === null
        ? null
        : {
            id: Number(row.id),
            receiverId: row.receiver_id,
            receiverKind: row.kind,
            lane: row.lane,
            messageId: row.message_id,
            about: row.about,
            type: row.type,
            subscriptionId: row.subscription_id,
            attempts: row.attempts,
            firstAttemptAt: row.first_attempt_at,
            claimEndsAt,
          },
  }));
}

/** Stores the results of claimed lanes: attempts, messages, lanes and receivers, of many senders' runs in one statement. */
import type { AttemptOutcome } from "../../../shared/outbox.ts";
import type { SentRequest } from "../../../shared/views/messages.ts";
import { lanesBeforeProbing } from "../../domain/message-retries.ts";
import type { Database } from "../connection/database.ts";
import { createBatcher } from "../statements/batch.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { type ClaimedLane, erasures } from "./outbox-claims.ts";

export type Attempt = {
  at: Date;
  durationMs: number;
  outcome: AttemptOutcome;
  status: number | null;
  problem: string | null;
  request: SentRequest | null;
  answer: string | null;
};

export type LaneResult = {
  lane: ClaimedLane;
  /** Null if nothing was attempted. */
  attempt: Attempt | null;
  /** What the message is now. `waiting`: it is tried again. `stopped`: the message is no longer true. */
  state: "waiting" | "delivered" | "failed" | "stopped";
  /** Why it was stopped. */
  problem?: string | null;
  /** When the lane is due again, if it has not ended. */
  retryInMs: number;
  /** How long nothing else is sent to the receiver. */
  receiverPauseMs: number;
  /** Whether a failure says something about the receiver's other lanes. */
  isReceiversFailure: boolean;
};

/**
 * Returns claimed lanes. A result counts only while its claim is the lane's, except that a delivery is a fact: the
 * message is delivered even if another sender holds the lane now.
 *
 * When a receiver that was probed takes a message, its other lanes are due immediately. What another answer asked for with
 * `Retry-After` stays.
 *
 * A message that is given up says nothing about its receiver: its first failure has counted, or only its own address is wrong.
 *
 * What was sent is not kept if a person was erased since the message was read: it may name the person. Attempts that
 * were stored before are erased with the other rows.
 *
 * A lane ends with its last message. Its version decides that: it is the locked row's, so a message that was added
 * after this statement's snapshot was taken keeps the lane.
 */
const write = `
with result as materialized (
  select receiver_id, lane, claim, version, message, state, attempts, first_attempt_at, retry_ms, pause_ms, is_delivered,
    is_first_failure, at, duration_ms, outcome, status,
    case when is_kept or problem is null then problem else 'A person was erased while this was sent, so the reason was not kept.' end
      as problem,
    case when is_kept then request end as request, case when is_kept then answer end as answer
  from (select *, erasures = ${erasures} as is_kept from jsonb_to_recordset($1::jsonb) as r(receiver_id uuid, lane text, claim uuid, version int, erasures int, message bigint, state text,
    attempts int, first_attempt_at timestamptz, retry_ms float8, pause_ms float8, is_delivered boolean, is_first_failure boolean,
    at timestamptz, duration_ms int, outcome text, status int, problem text, request jsonb, answer text)) sent
), locked as materialized (
  select l.receiver_id, l.lane, l.version from outbox_lanes l
  join result r on r.receiver_id = l.receiver_id and r.lane = l.lane and r.claim = l.claimed_by
  order by l.receiver_id, l.lane for update of l
), attempted as (
  insert into outbox_attempts (message, at, duration_ms, outcome, status, problem, request, answer)
  select m.id, r.at, r.duration_ms, r.outcome, r.status, r.problem, r.request, r.answer
  from result r join outbox_messages m on m.id = r.message where r.at is not null
), updated as (
  update outbox_messages m set state = r.state, attempts = r.attempts, first_attempt_at = r.first_attempt_at, problem = r.problem,
    ended_at = case when r.state <> 'waiting' then now() end
  from result r
  where m.id = r.message and (r.at is not null or r.state = 'stopped') and (r.is_delivered or (m.state = 'waiting'
    and exists (select from locked where locked.receiver_id = r.receiver_id and locked.lane = r.lane)))
), ended as (
  delete from outbox_lanes l using locked, result r
  where locked.receiver_id = l.receiver_id and locked.lane = l.lane and r.receiver_id = l.receiver_id and r.lane = l.lane
    and (r.state <> 'waiting' or r.message is null) and locked.version = r.version
    and not exists (select from outbox_messages m where m.receiver_id = l.receiver_id and m.lane = l.lane and m.state = 'waiting'
      and m.id is distinct from r.message)
  returning l.receiver_id, l.lane
), returned as (
  update outbox_lanes l set claimed_by = null, claimed_until = null, due_at = case
    when exists (select from outbox_messages m where m.id = r.message and m.state = 'stopped') then now()
    else now() + make_interval(secs => r.retry_ms / 1000) end
  from locked, result r
  where locked.receiver_id = l.receiver_id and locked.lane = l.lane and r.receiver_id = l.receiver_id and r.lane = l.lane
    and not exists (select from ended where ended.receiver_id = l.receiver_id and ended.lane = l.lane)
), news as (
  select receiver_id, bool_or(is_delivered) as is_delivered, count(*) filter (where is_first_failure)::int as failures,
    min(at) filter (where not is_delivered) as failed_at, max(pause_ms) as pause_ms
  from result r where at is not null and state <> 'failed'
    and (is_delivered or exists (select from locked where locked.receiver_id = r.receiver_id and locked.lane = r.lane))
  group by receiver_id
), recovered as (
  update outbox_lanes l set due_at = now() from (
    select o.receiver_id, o.lane from news n join outbox_receivers r on r.id = n.receiver_id join outbox_lanes o on o.receiver_id = r.id
    where n.is_delivered and r.failing_lanes >= ${lanesBeforeProbing} and o.due_at > now()
      and not exists (select from result where result.receiver_id = o.receiver_id and result.lane = o.lane)
    for update of o skip locked) waiting
  where l.receiver_id = waiting.receiver_id and l.lane = waiting.lane
), receivers as (
  update outbox_receivers r set
    failing_lanes = case when n.is_delivered then 0 else greatest(1, r.failing_lanes + n.failures) end,
    failing_since = case when n.is_delivered then null else coalesce(r.failing_since, n.failed_at) end,
    waits_until = case when n.is_delivered and r.failing_lanes >= ${lanesBeforeProbing} then null
      when n.pause_ms > 0 and r.failing_lanes >= ${lanesBeforeProbing} then now() + make_interval(secs => n.pause_ms / 1000)
      when n.pause_ms > 0 then greatest(r.waits_until, now() + make_interval(secs => n.pause_ms / 1000))
      else r.waits_until end,
    delivered_at = case when n.is_delivered then now() else r.delivered_at end
  from (select news.* from news, (select count(*) from locked) every_lock order by receiver_id) n
  where r.id = n.receiver_id and (not n.is_delivered or n.pause_ms > 0 or r.failing_since is not null
    or coalesce(r.delivered_at < now() - interval '1 minute', true))
  returning r.id
)
select count(*)::int as receivers from receivers`;

const writerOf = oncePerDatabase((db) =>
  createBatcher<LaneResult, void>({
    run: (results) => run(db, results),
    batchSize: 64,
    concurrency: 2,
    keyOf: ({ lane }) => `${lane.receiverId} ${lane.lane}`,
  }),
);

/** Stores a result together with others. */
export function writeResult(db: Database, result: LaneResult): Promise<void> {
  return writerOf(db)(result);
}

async function run(db: Database, results: LaneResult[]): Promise<void[]> {
  const rows = results.map(({ lane, attempt, state, problem, retryInMs, receiverPauseMs, isReceiversFailure }) => ({
    receiver_id: lane.receiverId,
    lane: lane.lane,
    claim: lane.claim,
    version: lane.version,
    erasures: lane.erasures,
    message: lane.message?.id ?? null,
    state,
    attempts: (lane.message?.attempts ?? 0) + (attempt === null ? 0 : 1),
    first_attempt_at: lane.message?.firstAttemptAt ?? attempt?.at,
    retry_ms: retryInMs,
    pause_ms: receiverPauseMs,
    is_delivered: attempt?.outcome === "delivered",
    is_first_failure:
      isReceiversFailure && attempt !== null && attempt.outcome !== "delivered" && lane.message?.attempts === 0,
    at: attempt?.at,
    duration_ms: attempt?.durationMs,
    outcome: attempt?.outcome,
    status: attempt?.status,
    problem: attempt?.problem ?? problem,
    request: attempt?.request,
    answer: attempt?.answer,
  }));
  await db.$client.query({ name: "write-results", text: write, values: [JSON.stringify(rows)] });
  return [];
}

/** Claims of usage to send, and the results. */
import { sql } from "drizzle-orm";
import { usageWindowMs } from "../../../shared/usage.ts";
import { differentDuplicate } from "../../domain/usage/answer.ts";
import type { Database, Executor } from "../connection/database.ts";

export type ClaimedSlot = {
  id: string;
  subscriptionId: string;
  planId: string;
  dimension: string;
  hour: Date;
  effectiveAt: Date;
  /** Decimal digits. */
  billable: string;
  /** Whether the subscription is active in our copy; otherwise it has ended. */
  isActive: boolean;
  /** The number of attempts, including this one. */
  attempts: number;
  /** When the claim ends, by `performance.now()`. From then on, others may decide about the slot or send it. */
  claimEndsAt: number;
};

/** Longer than any call with its retries, and the time until another instance sends what a dead one had claimed. */
const claimSeconds = 60;

/**
 * Claims the oldest usage that is due, and notes the submission before the call. Two callers never get the same slot.
 * @param options.only one subscription; null: all
 */
export async function claimUsage(
  db: Database,
  options: { callId: string; limit: number; now: Date; only: string | null },
): Promise<ClaimedSlot[]> {
  const { callId, limit, only } = options;
  const now = options.now.toISOString();
  const claimEndsAt = performance.now() + claimSeconds * 1_000;
  const { rows } = await db.execute<{
    id: string;
    subscription_id: string;
    plan_id: string;
    dimension: string;
    hour: string;
    effective_at: string;
    billable: string;
    is_active: boolean;
    attempts: number;
  }>(sql`
    with due as (
      select s.id, sub.status = 'Subscribed' as is_active from usage_slots s join subscriptions sub on sub.id = s.subscription_id
      where s.state = 'waiting' and s.due_at <= ${now}::timestamptz and (s.claimed_until is null or s.claimed_until <= now())
        and sub.status in ('Subscribed', 'Unsubscribed') and s.effective_at > ${tooOld(options.now)}::timestamptz
        and (${only}::text is null or s.subscription_id = ${only})
      order by s.hour, s.id limit ${limit} for update of s skip locked
    ), claimed as (
      update usage_slots s set claimed_by = ${callId}::uuid, claimed_until = now() + make_interval(secs => ${claimSeconds}),
        attempts = s.attempts + 1
      from due where s.id = due.id returning s.*, due.is_active
    ), noted as (
      insert into usage_submissions (slot_id, call_id, sent_at, quantity) select id, ${callId}::uuid, ${now}::timestamptz, billable from claimed
    )
    select id, subscription_id, plan_id, dimension, hour, effective_at, billable::text, is_active, attempts from claimed order by hour, id`);
  return rows.map((row) => ({
    id: row.id,
    subscriptionId: row.subscription_id,
    planId: row.plan_id,
    dimension: row.dimension,
    hour: new Date(row.hour),
    effectiveAt: new Date(row.effective_at),
    billable: row.billable,
    isActive: row.is_active,
    attempts: row.attempts,
    claimEndsAt,
  }));
}

function tooOld(now: Date): string {
  return new Date(now.getTime() - usageWindowMs).toISOString();
}

export type SlotResult = {
  slotId: string;
  state: "accepted" | "rejected" | "waiting";
  accepted: string | null;
  usageEventId: string | null;
  problem: string | null;
  detail: string | null;
  dueAt: Date | null;
  /** Microsoft's answer; null if there was none. */
  answer: {
    httpStatus: number | null;
    requestId: string | null;
    status: string | null;
    message: string | null;
    earlierQuantity: string | null;
  };
};

/**
 * Acceptance is a fact and counts even if the claim has expired; other results count only with the claim. Slots are locked in
 * the order of new reports, so that the two cannot deadlock.
 */
export async function writeUsageResults(tx: Executor, callId: string, results: SlotResult[], now: Date): Promise<void> {
  const rows = results.map(({ answer, ...result }) => ({ ...result, ...answer }));
  await tx.execute(sql`
    with result as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("slotId" uuid, "state" text, "accepted" numeric,
        "usageEventId" text, "problem" text, "detail" text, "dueAt" timestamptz, "httpStatus" int, "requestId" text, "status" text,
        "message" text, "earlierQuantity" numeric)
    ), locked as materialized (
      select id from usage_slots where id in (select "slotId" from result) order by subscription_id, dimension, hour for no key update
    ), noted as (
      update usage_submissions s set answered_at = ${now.toISOString()}::timestamptz, http_status = r."httpStatus", request_id = r."requestId",
        status = r.status, usage_event_id = r."usageEventId", message = r.message, earlier_quantity = r."earlierQuantity"
      from result r where s.call_id = ${callId}::uuid and s.slot_id = r."slotId"
    )
    update usage_slots s set state = r.state, accepted = r.accepted, usage_event_id = r."usageEventId", problem = r.problem,
      problem_detail = r.detail, due_at = r."dueAt", claimed_by = null, claimed_until = null,
      ended_at = case when r.state = 'accepted' then ${now.toISOString()}::timestamptz end
    from result r join locked l on l.id = r."slotId"
    where s.id = l.id and s.state = 'waiting' and (s.claimed_by = ${callId}::uuid or r.state = 'accepted')`);
}

export type LostSlot = { id: string; subscription_id: string; dimension: string; hour: string; billable: string };

/**
 * Gives up what Microsoft no longer accepts: it was waiting, held, or rejected. Where Microsoft has accepted another
 * quantity, the decision stays open.
 */
export async function expireUsage(tx: Executor, now: Date, limit: number): Promise<LostSlot[]> {
  const { rows } = await tx.execute<LostSlot>(sql`
    with over as (
      select id from usage_slots
      where state in ('waiting', 'held', 'rejected') and effective_at <= ${tooOld(now)}::timestamptz
        and problem is distinct from ${differentDuplicate} and (claimed_until is null or claimed_until <= now())
      order by hour limit ${limit} for update skip locked)
    update usage_slots s set state = 'lost', due_at = null, claimed_by = null, claimed_until = null,
      problem = coalesce(s.problem, 'TooLate'), ended_at = ${now.toISOString()}::timestamptz
    from over where s.id = over.id
    returning s.id, s.subscription_id, s.dimension, s.hour, s.billable::text`);
  return rows;
}

export type UsageWork = { isSealing: boolean; isSending: boolean };

/** Whether there is anything to do, in one cheap statement. */
export async function hasUsageWork(db: Database, now: Date): Promise<UsageWork> {
  const at = now.toISOString();
  const { rows } = await db.execute<{ is_sealing: boolean; is_sending: boolean }>(sql`
    select exists (select from usage_slots where state = 'collecting' and seal_at <= ${at}::timestamptz)
        or exists (select from usage_slots where late > 0) as is_sealing,
      exists (select from usage_slots where state = 'waiting' and due_at <= ${at}::timestamptz)
        or exists (select from usage_slots where state in ('held', 'rejected') and effective_at <= ${tooOld(now)}::timestamptz
          and problem is distinct from ${differentDuplicate}) as is_sending`);
  const [row] = rows;
  return { isSealing: row?.is_sealing ?? false, isSending: row?.is_sending ?? false };
}

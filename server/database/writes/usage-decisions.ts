/** Decisions about usage that is held or rejected. In transactions that hold the ledger's lock. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import { unlimited, type UsageState } from "../../../shared/usage.ts";
import type { Included, UsageAccount } from "../../domain/usage/ledger.ts";
import { inDigits, type Quantity, quantityOf } from "../../domain/usage/quantity.ts";
import type { TermSpan } from "../../domain/usage/term.ts";
import type { Executor } from "../connection/database.ts";

export type DecidableSlot = {
  id: string;
  subscriptionId: string;
  planId: string;
  dimension: string;
  hour: Date;
  effectiveAt: Date;
  state: UsageState;
  problem: string | null;
  /** Whether its usage is in the account. */
  isCounted: boolean;
  usage: Quantity;
  carried: Quantity;
  billable: Quantity;
  term: TermSpan;
  account: UsageAccount;
  included: Included;
  /** The highest share of the included quantity, in percent, of which the product is notified; 0: none. */
  notified: number;
  /** What Microsoft had accepted before. */
  earlierQuantity: string | null;
};

/** Locks an hour that was sealed, with its account; null if there is none. */
export async function decidableSlot(tx: Executor, id: string): Promise<DecidableSlot | null> {
  const { rows } = await tx.execute<
    Record<string, string> & {
      state: UsageState;
      problem: string | null;
      is_counted: boolean;
      term_starts_on: Day;
      term_ends_on: Day;
      included: string | null;
      notified: number;
      earlier: string | null;
    }
  >(sql`
    select s.id, s.subscription_id, s.plan_id, s.dimension, s.hour, s.effective_at, s.state, s.problem, s.is_counted, (s.quantity + s.carried)::text as usage,
      s.carried::text as carried, coalesce(s.billable, 0)::text as billable, coalesce(a.used, 0)::text as used, coalesce(a.billed, 0)::text as billed,
      a.included::text as included, coalesce(a.notified_percent, 0) as notified, s.term_starts_on::text,
      coalesce(a.term_ends_on, s.term_starts_on)::text as term_ends_on, (select earlier_quantity::text from usage_submissions where slot_id = s.id
        and earlier_quantity is not null order by id desc limit 1) as earlier
    from usage_slots s left join usage_accounts a on a.subscription_id = s.subscription_id and a.plan_id = s.plan_id
      and a.dimension = s.dimension and a.term_starts_on = s.term_starts_on and a.is_trial = s.is_trial
    where s.id = ${id}::uuid for update of s`);
  const [row] = rows;
  if (!row) return null;
  const text = (name: string) => row[name] ?? "";
  return {
    id,
    subscriptionId: text("subscription_id"),
    planId: text("plan_id"),
    dimension: text("dimension"),
    hour: new Date(text("hour")),
    effectiveAt: new Date(text("effective_at")),
    state: row.state,
    problem: row.problem,
    isCounted: row.is_counted,
    usage: quantityOf(text("usage")),
    carried: quantityOf(text("carried")),
    billable: quantityOf(text("billable")),
    account: { used: quantityOf(text("used")), billed: quantityOf(text("billed")) },
    term: { startsOn: row.term_starts_on, endsOn: row.term_ends_on },
    included: row.included === null ? unlimited : quantityOf(row.included),
    notified: row.notified,
    earlierQuantity: row.earlier,
  };
}

type Decided = { state: "waiting" | "included" | "accepted" | "dropped"; accepted?: string };

export async function writeDecision(tx: Executor, { id }: DecidableSlot, decided: Decided, now: Date): Promise<void> {
  const at = now.toISOString();
  await tx.execute(sql`
    update usage_slots set state = ${decided.state}, accepted = ${decided.accepted ?? null}::numeric,
      attempts = 0,
      problem = case when ${decided.state} = 'dropped' then problem end, problem_detail = case when ${decided.state} = 'dropped' then problem_detail end,
      due_at = case when ${decided.state} = 'waiting' then ${at}::timestamptz end,
      ended_at = case when ${decided.state} <> 'waiting' then ${at}::timestamptz end
    where id = ${id}::uuid`);
}

export type Correction = {
  id: string;
  eventId: string;
  /** What is added to the hour; may be negative. */
  change: string;
  reason: string;
  actorKind: string;
  actorId?: string | null | undefined;
  actorName: string;
  at: Date;
};

/** The correction is a separate event, so that an hour is always the sum of its events. */
export async function addCorrection(tx: Executor, slot: DecidableSlot, correction: Correction): Promise<void> {
  const at = correction.at.toISOString();
  await tx.execute(sql`
    insert into usage_events (id, event_id, subscription_id, plan_id, dimension, quantity, occurred_at, hour, received_at, is_lost, source,
      reason, actor_kind, actor_id, actor_name)
    values (${correction.id}::uuid, ${correction.eventId}, ${slot.subscriptionId}, ${slot.planId}, ${slot.dimension}, ${correction.change}::numeric,
      ${slot.effectiveAt.toISOString()}::timestamptz, ${slot.hour.toISOString()}::timestamptz, ${at}::timestamptz, false, 'correction',
      ${correction.reason}, ${correction.actorKind}::actor_kind, ${correction.actorId ?? null}, ${correction.actorName})`);
  await tx.execute(sql`
    update usage_slots set quantity = trim_scale(quantity + ${correction.change}::numeric) where id = ${slot.id}::uuid`);
}

/** Adds an hour to the account of its term. @param account with the hour */
export async function writeCounted(
  tx: Executor,
  { id }: DecidableSlot,
  billable: Quantity,
  account: UsageAccount & { notified: number },
): Promise<void> {
  await tx.execute(sql`
    with counted as (
      update usage_slots set is_counted = true, billable = ${inDigits(billable)}::numeric where id = ${id}::uuid returning *)
    update usage_accounts a set used = ${inDigits(account.used)}::numeric, billed = ${inDigits(account.billed)}::numeric,
      notified_percent = ${account.notified} from counted s
    where a.subscription_id = s.subscription_id and a.plan_id = s.plan_id and a.dimension = s.dimension
      and a.term_starts_on = s.term_starts_on and a.is_trial = s.is_trial`);
}

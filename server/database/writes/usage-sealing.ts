/** Sealing in the database. It runs in transactions that hold the ledger's lock. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import { usageWindowMs, type UsageState } from "../../../shared/usage.ts";
import { baselineDays, baselineStates } from "../../domain/usage/baseline.ts";
import type { Database, Executor } from "../connection/database.ts";
import { lockExclusively } from "../statements/exclusive-lock.ts";
import { firstIdAt } from "../statements/keyset.ts";

/**
 * One transaction at a time changes accounts: two hours of a term must not be counted from the same total.
 * @param maxWaitMs fails if others hold the lock for longer; null: waits
 */
export async function lockLedger(tx: Executor, maxWaitMs: number | null = null): Promise<void> {
  if (maxWaitMs !== null) await tx.execute(sql`select set_config('lock_timeout', ${`${maxWaitMs}ms`}, true)`);
  await lockExclusively(tx, "usage ledger");
}

export type DueSlot = {
  id: string;
  subscription_id: string;
  offer_id: string;
  plan_id: string;
  dimension: string;
  hour: string;
  usage: string;
  effective_at: string;
  status: SubscriptionStatus;
  /** Whether the hour was reported as one of a trial. */
  is_trial: boolean;
  /** Whether the subscription is a trial now. */
  is_free_trial: boolean;
  term_unit: string | null;
  term_starts_on: Day | null;
  term_ends_on: Day | null;
  /** The subscription's term before what has changed of it since the usage; the same as its term now if nothing has. */
  former_term_unit: string | null;
  former_term_starts_on: Day | null;
  former_term_ends_on: Day | null;
};

/** Longer than an hour can wait to be sealed: a change is recorded a moment after it happened. */
const termChangesWithinMs = usageWindowMs + 60 * 60_000;

/** What a term was before the first of these changes that names it. */
const formerTerm = (name: "termUnit" | "termStartsOn" | "termEndsOn") =>
  sql`(array_agg(c.before->>${sql.raw(`'${name}'`)} order by c.id) filter (where c.before ? ${sql.raw(`'${name}'`)}))[1]`;

/** Locks hours that can be sealed, the oldest first. @param only one subscription; null: all */
export async function takeDueSlots(tx: Executor, now: Date, only: string | null, limit: number): Promise<DueSlot[]> {
  const { rows } = await tx.execute<DueSlot>(sql`
    select s.id, s.subscription_id, sub.offer_id, s.plan_id, s.dimension, s.hour, (s.quantity + s.carried)::text as usage,
      least(s.effective_at, ${now.toISOString()}::timestamptz) as effective_at, sub.status, s.is_trial, sub.is_free_trial, sub.term_unit,
      t.starts_on as term_starts_on, t.ends_on as term_ends_on, coalesce(f.unit, sub.term_unit) as former_term_unit,
      coalesce(f.starts_on, t.starts_on) as former_term_starts_on, coalesce(f.ends_on, t.ends_on) as former_term_ends_on
    from usage_slots s join subscriptions sub on sub.id = s.subscription_id
    cross join lateral (select to_char(sub.term_starts_at at time zone 'UTC', 'YYYY-MM-DD') as starts_on,
      to_char(sub.term_ends_at at time zone 'UTC', 'YYYY-MM-DD') as ends_on) t
    cross join lateral (
      select ${formerTerm("termUnit")} as unit, ${formerTerm("termStartsOn")} as starts_on, ${formerTerm("termEndsOn")} as ends_on
      from activity c
      where (s.plan_id <> sub.plan_id or s.hour < sub.term_starts_at) and c.subscription_id = s.subscription_id
        and c.id >= ${firstIdAt(now.getTime() - termChangesWithinMs)}::uuid
        and c.kind in ('subscription.renewed', 'subscription.term_changed') and c.at >= s.effective_at) f
    where s.state = 'collecting' and s.seal_at <= ${now.toISOString()}::timestamptz
      and (${only}::text is null or s.subscription_id = ${only})
    order by s.hour, s.id limit ${limit} for update of s skip locked`);
  return rows;
}

export type AccountRow = {
  subscription_id: string;
  plan_id: string;
  dimension: string;
  term_starts_on: Day;
  term_ends_on: Day;
  is_trial: boolean;
  used: string;
  billed: string;
  /** The highest share of the included quantity of which the product is notified; 0: none. */
  notified_percent: number;
};

/** The accounts of these subscriptions' dimensions, of all terms. */
export async function accountsOf(
  tx: Executor,
  slots: readonly { subscription_id: string; dimension: string }[],
): Promise<AccountRow[]> {
  const { rows } = await tx.execute<AccountRow>(sql`
    select subscription_id, plan_id, dimension, term_starts_on::text, term_ends_on::text, is_trial, used::text, billed::text,
      notified_percent
    from usage_accounts where (subscription_id, dimension) in (
      select * from unnest(${sql.param(slots.map((slot) => slot.subscription_id))}::text[], ${sql.param(slots.map((slot) => slot.dimension))}::text[]))`);
  return rows;
}

/** Hours with usage and the highest of them in the last 30 days, by slot. */
export async function baselinesOf(tx: Executor, slots: readonly DueSlot[]) {
  const { rows } = await tx.execute<{ id: string; hours: number; highest: string | null }>(sql`
    select s.id, past.hours, past.highest::text from unnest(${sql.param(slots.map(({ id }) => id))}::uuid[]) as asked(id)
    join usage_slots s on s.id = asked.id, lateral (
      select count(*)::int as hours, max(p.quantity + p.carried) as highest from usage_slots p
      where p.subscription_id = s.subscription_id and p.dimension = s.dimension and p.hour < s.hour
        and p.hour >= s.hour - make_interval(days => ${baselineDays}) and p.state = any(${sql.param(baselineStates)}::text[])) past`);
  return new Map(rows.map((row) => [row.id, row]));
}

export type SealedSlot = {
  id: string;
  state: UsageState;
  billable: string;
  effectiveAt: string;
  termStartsOn: Day;
  isTrial: boolean;
  isCounted: boolean;
  problem: string | null;
};

export async function writeSealed(tx: Executor, sealed: SealedSlot[], now: Date): Promise<void> {
  if (sealed.length === 0) return;
  await tx.execute(sql`
    update usage_slots s set state = r.state, billable = r.billable, effective_at = r."effectiveAt", term_starts_on = r."termStartsOn",
      is_trial = r."isTrial", is_counted = r."isCounted", problem = r.problem, problem_detail = null, seal_at = null, sealed_at = ${now.toISOString()}::timestamptz,
      due_at = case when r.state = 'waiting' then ${now.toISOString()}::timestamptz end,
      ended_at = case when r.state in ('included', 'lost') then ${now.toISOString()}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb) as r("id" uuid, "state" text, "billable" numeric, "effectiveAt" timestamptz,
      "termStartsOn" date, "isTrial" boolean, "isCounted" boolean, "problem" text)
    where s.id = r.id`);
}

export async function writeAccounts(
  tx: Executor,
  accounts: (AccountRow & { included: string | null })[],
): Promise<void> {
  if (accounts.length === 0) return;
  await tx.execute(sql`
    insert into usage_accounts (subscription_id, plan_id, dimension, term_starts_on, term_ends_on, is_trial, used, billed, included,
      notified_percent)
    select * from jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) as r(subscription_id text, plan_id text, dimension text,
      term_starts_on date, term_ends_on date, is_trial boolean, used numeric, billed numeric, included numeric, notified_percent int)
    on conflict (subscription_id, dimension, plan_id, term_starts_on, is_trial) do update set used = excluded.used,
      billed = excluded.billed, included = excluded.included, notified_percent = excluded.notified_percent, sweep_after = null`);
}

/** Looks at hours again later. */
export async function postpone(tx: Executor, slots: { id: string; until: string; problem: string }[]): Promise<void> {
  if (slots.length === 0) return;
  await tx.execute(sql`
    update usage_slots s set seal_at = r.until, problem = r.problem
    from jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) as r(id uuid, until timestamptz, problem text) where s.id = r.id`);
}

/** The usage itself is lost: what of it would have been billed is unknown. */
export async function giveUp(tx: Executor, slots: { id: string; problem: string }[], now: Date): Promise<void> {
  if (slots.length === 0) return;
  await tx.execute(sql`
    update usage_slots s set state = 'lost', lost = s.lost + s.quantity + s.carried, quantity = 0, carried = 0, billable = 0, problem = r.problem,
      seal_at = null, sealed_at = ${now.toISOString()}::timestamptz, ended_at = ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) as r(id uuid, problem text) where s.id = r.id`);
}

/**
 * Makes hours due whose subscription has changed its plan or has ended, or that waited for a reinstatement or the renewal of a
 * trial. After an end,
 * the grace remains, so that the product can report its last usage.
 * @param ids subscriptions that have changed; null: all
 */
export async function sealChanged(
  db: Database,
  ids: string[] | null,
  { now, graceMinutes }: { now: Date; graceMinutes: number },
): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const due = sql`(case when sub.status = 'Unsubscribed'
    then greatest(${at}, sub.status_since + make_interval(mins => ${graceMinutes}::int)) else ${at} end)`;
  await db.execute(sql`
    update usage_slots s set seal_at = ${due} from subscriptions sub
    where sub.id = s.subscription_id and s.state = 'collecting' and s.seal_at > ${due} and s.hour <= ${at}
      and (${ids === null} or s.subscription_id = any(${sql.param(ids ?? [])}::text[]))
      and (sub.status = 'Unsubscribed' or sub.plan_id <> s.plan_id or (sub.status = 'Subscribed' and s.problem = 'Suspended')
        or (not sub.is_free_trial and s.problem = 'TrialRenewal'))`);
}

/** Makes hours due that waited until someone says what the plan includes. */
export async function sealUnknown(tx: Executor, of: { planId: string; dimension: string }, now: Date): Promise<void> {
  await tx.execute(sql`
    update usage_slots set seal_at = least(seal_at, ${now.toISOString()}::timestamptz)
    where state = 'collecting' and problem = 'IncludedUnknown' and plan_id = ${of.planId} and dimension = ${of.dimension}`);
}

/** Makes all hours of a subscription due that have begun. */
export async function sealNow(db: Database, subscriptionId: string, now: Date): Promise<void> {
  await db.execute(sql`
    update usage_slots set seal_at = least(seal_at, ${now.toISOString()}::timestamptz)
    where subscription_id = ${subscriptionId} and state = 'collecting' and hour <= ${now.toISOString()}::timestamptz`);
}

/** Whether a subscription has usage to seal now, or to send. */
export async function hasDueUsage(db: Database, subscriptionId: string, now: Date): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select from usage_slots where subscription_id = ${subscriptionId}
      and (state = 'waiting' or state = 'collecting' and seal_at <= ${now.toISOString()}::timestamptz) limit 1`);
  return rows.length > 0;
}

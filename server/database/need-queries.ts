/** Reading what waits for someone. Each kind is a range of a partial index, in the order in which it is lost. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { NeedKind } from "../../shared/filters.ts";
import { activationWindowDays, suspensionWindowDays } from "../../shared/lifecycle.ts";
import { badEndingDays, missingDays, needRules, termWindowDays, trialWindowDays } from "../domain/need.ts";
import type { Executor } from "./connection.ts";

/** Of each kind so many are listed, and so many counted. */
export const listedOfKind = 100;
const countedOfKind = 1_000;
/** A term that has run out is shown for a day more: Microsoft's word on it takes a while. */
const graceHours = 24;

type Source = {
  from: SQL;
  /** With the kind it names the item. */
  id: SQL;
  idType: "text" | "uuid";
  subscriptionId: SQL;
  operationId: SQL;
  differenceId: SQL;
  /** When something is lost. */
  dueAt: SQL;
  where: SQL;
  order: SQL;
};

const none = sql`null::uuid`;
const days = (count: number) => sql.raw(`interval '${count * 24} hours'`);
/** Microsoft names the last day of a term by its beginning. */
const endOfTerm = sql`s.term_ends_at + ${days(1)}`;
const purchasedAt = sql`coalesce(s.purchased_at, s.created_at)`;

const ofSubscription = (rest: Pick<Source, "dueAt" | "where" | "order">): Source => ({
  from: sql`subscriptions s`,
  id: sql`s.id`,
  idType: "text",
  subscriptionId: sql`s.id`,
  operationId: none,
  differenceId: none,
  ...rest,
});

const ofOperation = (rest: Pick<Source, "dueAt" | "where" | "order"> & { from?: SQL }): Source => ({
  from: sql`operations o`,
  id: sql`o.id`,
  idType: "uuid",
  subscriptionId: sql`o.subscription_id`,
  operationId: sql`o.id`,
  differenceId: none,
  ...rest,
});

function sourceOf(kind: NeedKind, now: SQL): Source {
  const since = (count: number) => sql`${now} - ${days(count)}`;
  switch (kind) {
    case "answer":
      return ofOperation({
        dueAt: sql`o.answer_due_at`,
        where: sql`o.answer_due_at is not null and o.stage in ('received', 'verified', 'decided') and o.stuck_at is null`,
        order: sql`o.answer_due_at`,
      });
    case "stuck":
      return ofOperation({
        dueAt: sql`null::timestamptz`,
        where: sql`o.stuck_at is not null and o.stage <> 'settled'`,
        order: sql`o.stuck_at`,
      });
    case "quarantined":
      return ofOperation({
        dueAt: sql`null::timestamptz`,
        where: sql`o.outcome = 'quarantined' and o.settled_at >= ${since(badEndingDays)}`,
        order: sql`o.settled_at desc`,
      });
    case "activation_failed":
      return ofOperation({
        from: sql`operations o join subscriptions s on s.id = o.subscription_id`,
        dueAt: sql`${purchasedAt} + ${days(activationWindowDays)}`,
        where: sql`o.outcome = 'failed' and o.settled_at >= ${since(badEndingDays)} and o.action = 'Activate'
          and s.status = 'PendingFulfillmentStart' and not exists (
            select from operations later where later.subscription_id = o.subscription_id and later.id > o.id
              and later.action = 'Activate' and (later.stage <> 'settled' or later.outcome = 'failed'))`,
        order: sql`o.settled_at`,
      });
    case "activation":
      return ofSubscription({
        dueAt: sql`${purchasedAt} + ${days(activationWindowDays)}`,
        // One that is under way, stuck or failed is an item of its own.
        where: sql`s.status = 'PendingFulfillmentStart' and not exists (
          select from operations o where o.subscription_id = s.id and o.action = 'Activate'
            and (o.stage <> 'settled' or (o.outcome = 'failed' and o.settled_at >= ${since(badEndingDays)})))`,
        order: sql`${purchasedAt}, s.id`,
      });
    case "suspension":
      return ofSubscription({
        dueAt: sql`s.status_since + ${days(suspensionWindowDays)}`,
        where: sql`s.status = 'Suspended'`,
        order: sql`s.status_since, s.id`,
      });
    case "term_end":
      return ofSubscription({
        dueAt: endOfTerm,
        where: sql`s.status = 'Subscribed' and not s.auto_renews and not s.is_free_trial and ${endsWithin(now, termWindowDays)}`,
        order: sql`s.term_ends_at, s.id`,
      });
    case "trial_end":
      return ofSubscription({
        dueAt: endOfTerm,
        where: sql`s.status = 'Subscribed' and s.is_free_trial and ${endsWithin(now, trialWindowDays)}`,
        order: sql`s.term_ends_at, s.id`,
      });
    case "missing":
      return {
        from: sql`differences d join subscriptions s on s.id = d.subscription_id
          left join subscription_listings l on l.subscription_id = s.id`,
        id: sql`d.id`,
        idType: "uuid",
        subscriptionId: sql`s.id`,
        operationId: none,
        differenceId: sql`d.id`,
        dueAt: sql`null::timestamptz`,
        // Handled once Microsoft has named it again.
        where: sql`d.done = 'raised' and d.kind = 'missing' and d.at >= ${since(missingDays)} and s.status <> 'Unsubscribed'
          and s.synced_at < d.at and (l.listed_at is null or l.listed_at < d.at)`,
        order: sql`d.at`,
      };
    case "follow_up":
      return ofSubscription({
        dueAt: sql`(s.follow_up_on + 1)::timestamp at time zone 'UTC'`,
        where: sql`s.follow_up_on is not null and s.follow_up_on <= (${now} at time zone 'UTC')::date`,
        order: sql`s.follow_up_on, s.id`,
      });
    case "unrecognised":
      return ofSubscription({
        dueAt: sql`null::timestamptz`,
        where: sql`s.unrecognised_status is not null`,
        order: sql`s.updated_at, s.id`,
      });
  }
}

function endsWithin(now: SQL, window: number): SQL {
  return sql`s.term_ends_at <= ${now} + ${days(window)} and s.term_ends_at > ${now} - ${sql.raw(`interval '${24 + graceHours} hours'`)}`;
}

const kinds = Object.keys(needRules) as NeedKind[];

/** The snoozed ones, those that are not, or one alone, snoozed or not. */
type Wanted = { which: "snoozed" | "waiting"; limit: number } | { which: "one"; id: string };

/** The items of a kind: what each is about, when it is lost, and its snooze. */
function itemsOf(kind: NeedKind, now: SQL, wanted: Wanted): SQL {
  const source = sourceOf(kind, now);
  const { id, dueAt } = source;
  const type = sql.raw(source.idType);
  const isAbout = sql`z.deadline is not distinct from (${dueAt})`;
  const limit = wanted.which === "one" ? 1 : wanted.limit;
  // The few that are snoozed lead to what they are about; else what waits leads to its snooze, by the keys in either case.
  const joined =
    wanted.which === "snoozed"
      ? sql`join (select * from snoozes where kind = ${kind} and until > ${now} order by until limit ${limit}) z
          on z.subject_id::${type} = ${id} and ${isAbout}`
      : sql`left join snoozes z on z.kind = ${kind} and z.subject_id = ${id}::text and z.until > ${now} and ${isAbout}`;
  const isWanted =
    wanted.which === "one"
      ? sql`${id} = ${wanted.id}::${type}`
      : wanted.which === "waiting"
        ? sql`z.until is null`
        : sql`true`;
  return sql`(select ${kind}::text as kind, ${id}::text as id, ${source.subscriptionId} as subscription_id,
      ${source.operationId} as operation_id, ${source.differenceId} as difference_id, ${dueAt} as due_at,
      ${needRules[kind].windowMs}::bigint as window_ms,
      z.until, z.reason as snooze_reason, z.actor_name, z.created_at as snoozed_at
    from ${source.from} ${joined} where ${source.where} and ${isWanted} order by ${source.order} limit ${limit})`;
}

const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

type NeedRow = {
  kind: NeedKind;
  id: string;
  subscription_id: string;
  operation_id: string | null;
  due_at: string | null;
  until: string | null;
  snooze_reason: string | null;
  actor_name: string | null;
  snoozed_at: string | null;
  name: string | null;
  owner_name: string | null;
  plan_name: string | null;
  customer: string | null;
  status: string | null;
  unrecognised_status: string | null;
  auto_renews: boolean | null;
  /** The desk did not see it begin: it began then or before. */
  is_first_seen_so: boolean | null;
  action: string | null;
  plan_id: string | null;
  quantity: number | null;
  attempts: number | null;
  last_error: string | null;
  cause: string | null;
};

/** Items with what is said of them. */
async function readItems(db: Executor, items: SQL): Promise<NeedRow[]> {
  const found = await db.execute<NeedRow>(sql`
    select items.*, s.name, s.owner_name, coalesce(p.name, s.plan_id) as plan_name,
      coalesce(s.contact_company, s.beneficiary_email) as customer, s.status, s.unrecognised_status, s.auto_renews,
      s.status_since <= s.created_at as is_first_seen_so,
      o.action, o.plan_id, o.quantity, o.attempts, o.last_error, d.cause
    from (${items}) items
    left join subscriptions s on s.id = items.subscription_id
    left join plans p on p.offer_id = s.offer_id and p.plan_id = s.plan_id
    left join operations o on o.id = items.operation_id
    left join differences d on d.id = items.difference_id`);
  return found.rows;
}

function union(parts: SQL[]): SQL {
  return sql.join(parts, sql` union all `);
}

/** An item as read: instants as dates, what it is about, its snooze. */
export type Need = ReturnType<typeof needOf>;

function needOf(row: NeedRow) {
  return {
    kind: row.kind,
    id: row.id,
    subscriptionId: row.subscription_id,
    subscriptionName: row.name || null,
    ownerName: row.owner_name,
    operationId: row.operation_id,
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    isFirstSeenSo: row.is_first_seen_so ?? false,
    customer: row.customer,
    planName: row.plan_name ?? "",
    status: row.status,
    unrecognisedStatus: row.unrecognised_status,
    autoRenews: row.auto_renews,
    cause: row.cause,
    operation:
      row.action === null
        ? null
        : {
            action: row.action,
            planId: row.plan_id,
            quantity: row.quantity,
            attempts: row.attempts ?? 0,
            lastError: row.last_error,
          },
    snooze:
      row.until === null
        ? null
        : {
            until: new Date(row.until),
            reason: row.snooze_reason ?? "",
            byName: row.actor_name ?? "",
            at: new Date(row.snoozed_at ?? row.until),
          },
  };
}

/** At most 100 of each kind, those that are lost first; `isCut`: there are more of some kind. */
export async function listNeeds(
  db: Executor,
  now: Date,
  which: "snoozed" | "waiting",
): Promise<{ needs: Need[]; isCut: boolean }> {
  const limit = listedOfKind + 1;
  const rows = await readItems(db, union(kinds.map((kind) => itemsOf(kind, at(now), { which, limit }))));
  const listed = kinds.flatMap((kind) => rows.filter((row) => row.kind === kind).slice(0, listedOfKind));
  return { needs: listed.map(needOf), isCut: listed.length < rows.length };
}

/** One item; null when nothing of the kind waits for someone. */
export async function findNeed(db: Executor, now: Date, kind: NeedKind, id: string): Promise<Need | null> {
  if (sourceOf(kind, at(now)).idType === "uuid" && !z.uuid().safeParse(id).success) return null;
  const [row] = await readItems(db, itemsOf(kind, at(now), { which: "one", id }));
  return row ? needOf(row) : null;
}

/** How many items are snoozed that would wait for someone. */
export async function countSnoozed(db: Executor, now: Date): Promise<number> {
  const items = union(kinds.map((kind) => itemsOf(kind, at(now), { which: "snoozed", limit: countedOfKind })));
  const found = await db.execute<{ count: number }>(sql`select count(*)::int as count from (${items}) items`);
  return found.rows[0]?.count ?? 0;
}

/** How much waits for someone, how much of it is within a tenth of its window, and how many operations are open. */
export async function countNeeds(db: Executor, now: Date) {
  const items = union(kinds.map((kind) => itemsOf(kind, at(now), { which: "waiting", limit: countedOfKind })));
  const found = await db.execute<{ count: number; urgent: number; open: number }>(sql`
    select count(*)::int as count,
      count(*) filter (where due_at <= ${at(now)} + window_ms * interval '0.1 milliseconds')::int as urgent,
      (select count(*)::int from (select from operations where stage <> 'settled' limit ${countedOfKind}) open) as open
    from (${items}) items`);
  const [row] = found.rows;
  return { count: row?.count ?? 0, urgent: row?.urgent ?? 0, openOperations: row?.open ?? 0 };
}

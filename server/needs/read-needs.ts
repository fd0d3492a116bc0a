/** Reads needs: one statement over the index ranges of all kinds. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { addDays, type Day, utcDayOf } from "../../shared/day.ts";
import { isolated } from "../../shared/foreign-text.ts";
import type { Executor } from "../database/connection/database.ts";
import { marksOf } from "../domain/name-marks.ts";
import { isNeedKind, needKind, needKindNames, type NeedKindName } from "./kinds.ts";
import type { NeedFacts } from "./need-kind.ts";
import { noTime } from "./sources.ts";

/** The most that are listed, and counted, of one kind. */
const listedOfKind = 100;
const countedOfKind = 1_000;

/** Whose needs: of what this staff member owns, or of these subscriptions. */
type Whose = { owner?: string; subscriptions?: readonly string[] };
/** The snoozed ones, the others, all of both, or a single one in either state. */
type Wanted = ({ which: "snoozed" | "waiting" | "all"; limit: number } & Whose) | { which: "one"; id: string };

/** The items of a kind: subject, deadline and snooze. */
function itemsOf(name: NeedKindName, { now, today }: When, wanted: Wanted): SQL {
  const kind = needKind(name);
  const source = kind.source(now, today);
  const { id, dueAt } = source;
  const type = sql.raw(source.idType);
  const isAbout = sql`z.deadline is not distinct from (${dueAt})`;
  const limit = wanted.which === "one" ? 1 : wanted.limit;
  // Snoozes are few, so they are read first; otherwise they are looked up by key for each item.
  const joined =
    wanted.which === "snoozed"
      ? sql`join (select * from snoozes where kind = ${name} and until > ${now} order by until limit ${limit}) z
          on z.subject_id::${type} = ${id} and ${isAbout}`
      : sql`left join snoozes z on z.kind = ${name} and z.subject_id = ${id}::text and z.until > ${now} and ${isAbout}`;
  const isWanted =
    wanted.which === "one"
      ? sql`${id} = ${wanted.id}::${type}`
      : wanted.which === "waiting"
        ? sql`z.until is null`
        : sql`true`;
  const whose: Whose = wanted.which === "one" ? {} : wanted;
  const isOwn = whose.owner ? sql` and ${source.ownerId} = ${whose.owner}` : sql``;
  const isOfThese = whose.subscriptions
    ? sql` and ${source.subscriptionId} = any(${sql.param(whose.subscriptions)}::text[])`
    : sql``;
  return sql`(select ${name}::text as kind, ${id}::text as id, ${source.subscriptionId} as subscription_id,
      ${source.operationId} as operation_id, ${dueAt} as due_at, ${source.since ?? noTime} as since_at,
      ${source.quoted} as quoted,
      ${kind.windowMs}::bigint as window_ms, z.until, z.reason as snooze_reason, z.actor_name, z.created_at as snoozed_at
    from ${source.from} ${joined} where ${source.where} and ${isWanted}${isOwn}${isOfThese} order by ${source.order} limit ${limit})`;
}

const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

type When = { now: SQL; today: SQL };
/** @param today the reader's day */
const when = (now: Date, today: Day): When => ({ now: at(now), today: sql`${today}::date` });

function union(parts: SQL[]): SQL {
  return sql.join(parts, sql` union all `);
}

type NeedRow = {
  kind: NeedKindName;
  id: string;
  subscription_id: string | null;
  operation_id: string | null;
  due_at: string | null;
  since_at: string | null;
  quoted: string | null;
  until: string | null;
  snooze_reason: string | null;
  actor_name: string | null;
  snoozed_at: string | null;
  name: string | null;
  owner_id: string | null;
  owner_name: string | null;
  offer_id: string | null;
  offer_name: string | null;
  plan_name: string | null;
  customer: string | null;
  email: string | null;
  status: string | null;
  unrecognised_status: string | null;
  auto_renews: boolean | null;
  term_ends_at: string | null;
  is_first_seen_so: boolean | null;
  action: string | null;
  plan_id: string | null;
  quantity: number | null;
  attempts: number | null;
  last_error: string | null;
  monthly: string | null;
  currency: string | null;
};

/** Reads items with the facts that their words need. */
async function readItems(db: Executor, items: SQL): Promise<NeedRow[]> {
  const found = await db.execute<NeedRow>(sql`
    select items.*, s.name, s.owner_id, s.owner_name, s.offer_id, f.name as offer_name,
      coalesce(p.name, s.plan_id) as plan_name,
      coalesce(nullif(s.contact_company, ''), s.beneficiary_email) as customer,
      coalesce(s.contact_email, s.purchaser_email, s.beneficiary_email) as email, s.status, s.unrecognised_status,
      s.auto_renews, s.term_ends_at, s.status_since <= s.created_at as is_first_seen_so,
      o.action, o.plan_id, o.quantity, o.attempts, o.last_error, m.monthly, m.currency
    from (${items}) items
    left join subscriptions s on s.id = items.subscription_id
    left join plans p on p.offer_id = s.offer_id and p.plan_id = s.plan_id
    left join offers f on f.offer_id = s.offer_id
    left join operations o on o.id = items.operation_id
    left join subscription_money m on m.subscription_id = items.subscription_id and m.state not in ('test', 'ended')`);
  return found.rows;
}

export type Need = NeedFacts & {
  kind: NeedKindName;
  id: string;
  subscriptionId: string | null;
  operationId: string | null;
  since: Date | null;
  owner: { id: string; name: string } | null;
  /** What its subscription comes to a month; null if unknown, ended or a test purchase. */
  money: { currency: string; monthly: string } | null;
  /** The customer's contact address. */
  email: string | null;
  snooze: { until: Date; reason: string; byName: string; at: Date } | null;
};

/** `Contoso Insight (Team)`, or the plan alone if the offer has no name. */
function planInWords({ offer_name: offer, plan_name: plan }: NeedRow): string {
  return offer ? `${isolated(offer)} (${isolated(plan ?? "")})` : isolated(plan ?? "");
}

function needOf(row: NeedRow): Need {
  return {
    kind: row.kind,
    id: row.id,
    subscriptionId: row.subscription_id,
    subscriptionName: row.name ? isolated(row.name) : null,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? "" },
    operationId: row.operation_id,
    money: row.monthly === null || row.currency === null ? null : { monthly: row.monthly, currency: row.currency },
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    since: row.since_at === null ? null : new Date(row.since_at),
    isFirstSeenSo: row.is_first_seen_so ?? false,
    customer: row.customer && isolated(row.customer),
    email: row.email,
    offerId: row.offer_id,
    planName: planInWords(row),
    status: row.status,
    unrecognisedStatus: row.unrecognised_status,
    autoRenews: row.auto_renews,
    termEndsOn: row.term_ends_at === null ? null : utcDayOf(new Date(row.term_ends_at)),
    quoted: row.quoted && marksOf(row.offer_id, row.quoted),
    operation:
      row.action === null
        ? null
        : {
            action: row.action,
            planId: row.plan_id,
            quantity: row.quantity,
            attempts: row.attempts ?? 0,
            lastError: row.last_error && marksOf(row.offer_id, row.last_error),
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

/** At most 100 needs of each kind, the earliest deadline first; `isCut` if some kind has more. */
export async function listNeeds(
  db: Executor,
  now: Date,
  wanted: { which: "snoozed" | "waiting" } & Whose,
  today: Day = utcDayOf(now),
): Promise<{ needs: Need[]; isCut: boolean }> {
  const limit = listedOfKind + 1;
  const rows = await readItems(
    db,
    union(needKindNames.map((name) => itemsOf(name, when(now, today), { ...wanted, limit }))),
  );
  const listed = needKindNames.flatMap((name) => rows.filter((row) => row.kind === name).slice(0, listedOfKind));
  return { needs: listed.map(needOf), isCut: listed.length < rows.length };
}

/** A need without the facts of its words. */
export type NeedKey = {
  kind: NeedKindName;
  id: string;
  subscriptionId: string | null;
  ownerId: string | null;
  dueAt: Date | null;
  /** Null: it waits. */
  snoozedUntil: Date | null;
};

/** All needs, snoozed or not, up to 1,000 of each kind, and the kinds that have more. */
export async function listNeedKeys(db: Executor, now: Date): Promise<{ needs: NeedKey[]; cutKinds: NeedKindName[] }> {
  const limit = countedOfKind + 1;
  const items = union(needKindNames.map((name) => itemsOf(name, when(now, utcDayOf(now)), { which: "all", limit })));
  const { rows } = await db.execute<{
    kind: NeedKindName;
    id: string;
    subscription_id: string | null;
    owner_id: string | null;
    due_at: string | null;
    until: string | null;
  }>(sql`
    select items.kind, items.id, items.subscription_id, s.owner_id, items.due_at, items.until
    from (${items}) items left join subscriptions s on s.id = items.subscription_id`);
  const counts = Map.groupBy(rows, ({ kind }) => kind);
  return {
    needs: rows.map((row) => ({
      kind: row.kind,
      id: row.id,
      subscriptionId: row.subscription_id,
      ownerId: row.owner_id,
      dueAt: row.due_at === null ? null : new Date(row.due_at),
      snoozedUntil: row.until === null ? null : new Date(row.until),
    })),
    cutKinds: needKindNames.filter((name) => (counts.get(name)?.length ?? 0) > countedOfKind),
  };
}

/** One need, snoozed or not; null if it does not exist or is resolved. */
export async function findNeed(db: Executor, now: Date, kind: string, id: string): Promise<Need | null> {
  if (!isNeedKind(kind)) return null;
  if (needKind(kind).source(at(now), sql`current_date`).idType === "uuid" && !z.uuid().safeParse(id).success)
    return null;
  const [row] = await readItems(db, itemsOf(kind, when(now, addDays(utcDayOf(now), 1)), { which: "one", id }));
  return row ? needOf(row) : null;
}

/** The number of snoozed needs: of all, or of what this staff member owns. */
export async function countSnoozed(
  db: Executor,
  now: Date,
  today: Day = utcDayOf(now),
  whose: Pick<Whose, "owner"> = {},
): Promise<number> {
  const wanted = { ...whose, which: "snoozed" as const, limit: countedOfKind };
  const items = union(needKindNames.map((name) => itemsOf(name, when(now, today), wanted)));
  const found = await db.execute<{ count: number }>(sql`select count(*)::int as count from (${items}) items`);
  return found.rows[0]?.count ?? 0;
}

/** The number of needs, of those in the last tenth of their window, and of open operations; and whether rules ask staff. */
export async function countNeeds(db: Executor, now: Date, today: Day = utcDayOf(now)) {
  const items = union(
    needKindNames.map((name) => itemsOf(name, when(now, today), { which: "waiting", limit: countedOfKind })),
  );
  const found = await db.execute<{ count: number; urgent: number; open: number; asked: boolean }>(sql`
    select count(*)::int as count,
      count(*) filter (where due_at <= ${at(now)} + window_ms * interval '0.1 milliseconds')::int as urgent,
      (select count(*)::int from (select from operations where stage <> 'settled' limit ${countedOfKind}) open) as open,
      exists(select from (select distinct on (offer_id, plan_id) asks_staff from change_rules
        order by offer_id, plan_id, version desc) latest where asks_staff) as asked
    from (${items}) items`);
  const [row] = found.rows;
  return {
    count: row?.count ?? 0,
    urgent: row?.urgent ?? 0,
    openOperations: row?.open ?? 0,
    areStaffAsked: row?.asked ?? false,
  };
}

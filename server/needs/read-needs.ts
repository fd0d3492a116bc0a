/** Reads needs: one statement over the index ranges of all kinds, then the facts of what it found. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { addDays, type Day, utcDayOf } from "../../shared/day.ts";
import { isolated } from "../../shared/foreign-text.ts";
import type { NeedCountsView } from "../../shared/views/needs.ts";
import type { Database, Executor } from "../database/connection/database.ts";
import { marksOf } from "../domain/name-marks.ts";
import { isNeedKind, needKind, needKindNames, type NeedKindName } from "./kinds.ts";
import type { NeedFacts } from "./need-kind.ts";
import { type NeedRow, type SubscriptionFacts, withFacts } from "./facts.ts";
import { allItems, countedOfKind, type ItemRow, itemsOf, listedOfKind, type When } from "./items.ts";
import { needStatements } from "./statements.ts";

/** Whose needs: of what this staff member owns, or of these subscriptions. */
type NeedScope = { owner: string } | { subscriptions: readonly string[] };

const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

/** @param today the reader's day */
const when = (now: Date, today: Day): When => ({ now: at(now), today: sql`${today}::date` });

export type Need = NeedFacts & {
  kind: NeedKindName;
  id: string;
  subscriptionId: string | null;
  operationId: string | null;
  since: Date | null;
  owner: { id: string; name: string } | null;
  /** The monthly amount of its subscription; null if unknown, ended or a test purchase. */
  money: { currency: string; monthly: string } | null;
  /** The customer's contact address. */
  email: string | null;
  snooze: { until: Date; reason: string; byName: string; at: Date } | null;
};

/** `Contoso Insight (Team)`, or the plan alone if the offer has no name. */
function planInWords(facts: SubscriptionFacts | undefined): string {
  const plan = isolated(facts?.planName ?? "");
  return facts?.offerName ? `${isolated(facts.offerName)} (${plan})` : plan;
}

function needOf({ subscription: s, operation: o, ...row }: NeedRow): Need {
  const offerId = s?.offerId ?? null;
  return {
    kind: row.kind,
    id: row.id,
    subscriptionId: row.subscription_id,
    subscriptionName: s?.name ? isolated(s.name) : null,
    owner: s?.ownerId ? { id: s.ownerId, name: s.ownerName ?? "" } : null,
    operationId: row.operation_id,
    money: s?.monthly && s.currency ? { monthly: s.monthly, currency: s.currency } : null,
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    since: row.since_at === null ? null : new Date(row.since_at),
    isStartUnknown: s?.isStartUnknown ?? false,
    customer: s?.customer ? isolated(s.customer) : null,
    email: s?.email ?? null,
    offerId,
    planName: planInWords(s),
    status: s?.status ?? null,
    unrecognisedStatus: s?.unrecognisedStatus ?? null,
    autoRenews: s?.autoRenews ?? null,
    termEndsOn: s?.termEndsOn ?? null,
    quoted: row.quoted && marksOf(offerId, row.quoted),
    operation: o
      ? {
          action: o.action,
          planId: o.planId,
          quantity: o.quantity,
          attempts: o.attempts,
          lastError: o.lastError && marksOf(offerId, o.lastError),
        }
      : null,
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
  db: Database,
  now: Date,
  wanted: { which: "waiting"; scope?: NeedScope } | { which: "snoozed"; scope?: { owner: string } },
  today: Day = utcDayOf(now),
): Promise<{ needs: Need[]; isCut: boolean }> {
  const found = await readListed(db, now, today, wanted);
  const items = [...Map.groupBy(found, ({ kind }) => kind).values()].flatMap((ofKind) => ofKind.slice(0, listedOfKind));
  const rows = await withFacts(db, items);
  return { needs: rows.map(needOf), isCut: items.length < found.length };
}

/** At most one more of each kind than are listed. */
async function readListed(
  db: Database,
  now: Date,
  today: Day,
  { which, scope }: Parameters<typeof listNeeds>[2],
): Promise<ItemRow[]> {
  if (which === "snoozed") {
    const items = await snoozedItems(db, when(now, today), listedOfKind + 1, scope?.owner);
    return items ? (await db.execute<ItemRow>(items)).rows : [];
  }
  const values = { now: now.toISOString(), today };
  const { waiting, waitingOfOwner, waitingOfSubscriptions } = needStatements(db);
  if (!scope) return waiting.execute(values);
  return "owner" in scope
    ? waitingOfOwner.execute({ ...values, ...scope })
    : waitingOfSubscriptions.execute({ ...values, ...scope });
}

/** The kinds that have snoozed needs, which are few; null if there are none. */
async function snoozedItems(db: Executor, when: When, limit: number, owner?: string): Promise<SQL | null> {
  const found = await db.execute<{ kind: string }>(sql`select distinct kind from snoozes where until > ${when.now}`);
  const snoozed = new Set(found.rows.map(({ kind }) => kind));
  const kinds = needKindNames.filter((name) => snoozed.has(name));
  if (kinds.length === 0) return null;
  return allItems(when, { which: "snoozed", limit, ...(owner && { owner: sql`${owner}` }) }, kinds);
}

/** A need without the facts of its words. */
export type NeedKey = {
  kind: NeedKindName;
  id: string;
  subscriptionId: string | null;
  ownerId: string | null;
  dueAt: Date | null;
  /** Null: not snoozed. */
  snoozedUntil: Date | null;
};

/** All needs, snoozed or not, up to 1,000 of each kind, and the kinds that have more. */
export async function listNeedKeys(db: Database, now: Date): Promise<{ needs: NeedKey[]; cutKinds: NeedKindName[] }> {
  const rows = await needStatements(db).keys.execute({ now: now.toISOString(), today: utcDayOf(now) });
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
    cutKinds: [...counts].flatMap(([kind, ofKind]) => (ofKind.length > countedOfKind ? [kind] : [])),
  };
}

/** One need, snoozed or not; null if it does not exist or is resolved. */
export async function findNeed(db: Executor, now: Date, kind: string, id: string): Promise<Need | null> {
  if (!isNeedKind(kind)) return null;
  if (needKind(kind).source(at(now), sql`current_date`).idType === "uuid" && !z.uuid().safeParse(id).success)
    return null;
  const item = itemsOf(kind, when(now, addDays(utcDayOf(now), 1)), { which: "one", id });
  const found = await db.execute<ItemRow>(item);
  const [row] = await withFacts(db, found.rows);
  return row ? needOf(row) : null;
}

/** The number of snoozed needs: of all, or of what this staff member owns. */
export async function countSnoozed(
  db: Executor,
  now: Date,
  today: Day = utcDayOf(now),
  owner?: string,
): Promise<number> {
  const items = await snoozedItems(db, when(now, today), countedOfKind, owner);
  if (!items) return 0;
  const found = await db.execute<{ count: number }>(sql`select count(*)::int as count from (${items}) items`);
  return found.rows[0]?.count ?? 0;
}

/**
 * The number of those that are listed, of those in the last tenth of their window, and of open operations; and whether rules ask
 * staff.
 */
export async function countNeeds(db: Database, now: Date, today: Day = utcDayOf(now)): Promise<NeedCountsView> {
  const [row] = await needStatements(db).counts.execute({ now: now.toISOString(), today });
  return row ?? { count: 0, isCut: false, urgent: 0, openOperations: 0, areStaffAsked: false };
}

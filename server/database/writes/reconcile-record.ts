/** What reconciliation reads and writes for one page of subscriptions, so that memory is constant. */
import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { Evidence, OperationEvidence } from "../../domain/difference.ts";
import type { SubscriptionFacts } from "../../domain/subscription.ts";
import type { Database, Executor } from "../connection/database.ts";
import { operations } from "../schema/operations.ts";
import { reconcileRuns } from "../schema/reconcile.ts";
import { rejectedCalls } from "../schema/deliveries.ts";
import { subscriptionListings, subscriptions } from "../schema/subscriptions.ts";

const { raw: _, searchText: __, ...factColumns } = getTableColumns(subscriptions);

export type RecordedSubscription = SubscriptionFacts & {
  id: string;
  version: number;
  personErasedAt: Date | null;
  /** When it was last in sync with Microsoft. */
  lastEqualAt: Date;
};

/** Our copies of these subscriptions, without the wide columns. */
export async function readRecorded(db: Database, ids: string[]): Promise<Map<string, RecordedSubscription>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ ...factColumns, listedAt: subscriptionListings.listedAt })
    .from(subscriptions)
    .leftJoin(subscriptionListings, eq(subscriptionListings.subscriptionId, subscriptions.id))
    .where(inArray(subscriptions.id, ids));
  return new Map(
    rows.map((row) => {
      const { listedAt, syncedAt } = row;
      const lastEqualAt = listedAt !== null && listedAt > syncedAt ? listedAt : syncedAt;
      return [row.id, { ...row, lastEqualAt }];
    }),
  );
}

/**
 * Records for all of them in one statement that Microsoft's list contained them in this run, and for those still
 * out of sync, that they were. In key order, to prevent deadlocks.
 * @returns how many of them this run had not seen before
 */
export async function recordListed(
  db: Executor,
  run: { id: string },
  ids: string[],
  unequal: ReadonlySet<string>,
  at: Date,
): Promise<number> {
  const equalAt = (id: string) => (unequal.has(id) ? null : at.toISOString());
  const rows = [...new Set(ids)].toSorted().map((id) => ({ id, at: equalAt(id) }));
  if (rows.length === 0) return 0;
  const { rows: noted } = await db.execute<{ named: number }>(sql`
    with named as (select id, at from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as named (id text, at timestamptz)),
    before as materialized (
      select count(*)::int as count from subscription_listings l join named on named.id = l.subscription_id and l.run_id = ${run.id}::uuid),
    noted as (
    insert into subscription_listings as stored (subscription_id, run_id, listed_at)
    select id, ${run.id}::uuid, at from named order by id
    on conflict (subscription_id) do update
      set run_id = excluded.run_id, listed_at = coalesce(excluded.listed_at, stored.listed_at))
    select (${rows.length} - count)::int as named from before`);
  return noted[0]?.named ?? 0;
}

/** How many subscriptions were looked up since then. */
export async function countLookups(db: Database, since: Date): Promise<number> {
  const counted = await db.execute<{ asked: number }>(
    sql`select count(*)::int as asked from subscription_listings where asked_at >= ${since.toISOString()}::timestamptz`,
  );
  return counted.rows[0]?.asked ?? 0;
}

/** Records the lookup of a subscription that the list omitted. */
export async function recordLookup(db: Executor, id: string, at: Date): Promise<void> {
  await db
    .insert(subscriptionListings)
    .values({ subscriptionId: id, askedAt: at })
    .onConflictDoUpdate({ target: subscriptionListings.subscriptionId, set: { askedAt: at } });
}

/** Ids per statement. */
const idsOfChunk = 5_000;

/**
 * Of our next 5,000 subscriptions by id: the active ones that existed when the run started, that its list omitted,
 * and that were not looked up since `lookedUpBefore`.
 * @returns `through`: where the next chunk starts; null after the last one
 */
export async function unlistedAfter(
  db: Database,
  run: { id: string; startedAt: Date },
  after: string | null,
  lookedUpBefore: Date,
): Promise<{ ids: string[]; through: string | null }> {
  const found = await db.execute<{ ids: string[] | null; through: string | null; looked: number }>(sql`
    with chunk as materialized (
      select id, status, created_at from subscriptions
      where ${after === null ? sql`true` : sql`id > ${after}`} order by id limit ${idsOfChunk})
    select max(chunk.id) as through, count(*)::int as looked, array_agg(chunk.id order by chunk.id) filter (
      where chunk.status <> 'Unsubscribed' and chunk.created_at < ${run.startedAt.toISOString()}::timestamptz
        and seen.run_id is distinct from ${run.id}::uuid
        and coalesce(seen.asked_at, '-infinity') < ${lookedUpBefore.toISOString()}::timestamptz) as ids
    from chunk left join subscription_listings seen on seen.subscription_id = chunk.id`);
  const [row] = found.rows;
  return { ids: row?.ids ?? [], through: row?.looked === idsOfChunk ? row.through : null };
}

/** Purchases older than a day without activation that were not raised yet, at most 200. */
export async function pendingSince(db: Database, before: Date): Promise<{ id: string; purchasedAt: Date }[]> {
  const bought = sql<Date>`coalesce(${subscriptions.purchasedAt}, ${subscriptions.createdAt})`.mapWith(
    subscriptions.createdAt,
  );
  return db
    .select({ id: subscriptions.id, purchasedAt: bought })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.status, "PendingFulfillmentStart"),
        sql`${bought} < ${before.toISOString()}::timestamptz`,
        sql`not exists (select from differences d where d.subscription_id = ${subscriptions.id} and d.kind = 'pending_too_long')`,
      ),
    )
    .orderBy(subscriptions.id)
    .limit(200);
}

/** Whether the same was recorded since then, so that it is recorded once. */
export async function wasRecorded(
  db: Executor,
  difference: { subscriptionId: string | null; kind: string; done: string; error?: string | null; since: Date },
): Promise<boolean> {
  const found = await db.execute(sql`
    select 1 from differences where subscription_id is not distinct from ${difference.subscriptionId} and kind = ${difference.kind}
      and done = ${difference.done} and error is not distinct from ${difference.error ?? null}
      and at >= ${difference.since.toISOString()}::timestamptz limit 1`);
  return found.rows.length > 0;
}

/** Evidence shared by all differences of a page. */
type Shared = Pick<Evidence, "refusal" | "outage"> & { isFirstComparison: boolean };

/** A longer gap between reconciliations means that nothing ran; they start every ten minutes. */
const maxGapMs = 15 * 60_000;

/** What we know about the time before a reconciliation: refused calls, outages. */
export async function sharedEvidence(db: Database, run: { id: string; startedAt: Date } | null): Promise<Shared> {
  const [[last], [refusal]] = await Promise.all([
    db
      .select({ finishedAt: reconcileRuns.finishedAt })
      .from(reconcileRuns)
      .where(and(isNotNull(reconcileRuns.finishedAt), isNull(reconcileRuns.error)))
      .orderBy(desc(reconcileRuns.id))
      .limit(1),
    db
      .select()
      .from(rejectedCalls)
      // A call without a token is not Microsoft's.
      .where(sql`${rejectedCalls.reason} not in ('no-header', 'malformed', 'too-long')`)
      .orderBy(desc(rejectedCalls.lastAt))
      .limit(1),
  ]);
  const gap =
    run !== null && last?.finishedAt && run.startedAt.getTime() - last.finishedAt.getTime() > maxGapMs
      ? { from: last.finishedAt, to: run.startedAt }
      : null;
  return {
    isFirstComparison: last === undefined,
    outage: gap,
    refusal: refusal ? { at: refusal.lastAt, reason: refusal.reason, status: refusal.status } : null,
  };
}

export type OwnEvidence = Pick<Evidence, "operation" | "delivery">;

/** For each subscription, the operation and delivery that explain most since then. */
export async function ownEvidence(db: Database, ids: string[], since: Date): Promise<Map<string, OwnEvidence>> {
  if (ids.length === 0) return new Map();
  const [operationRows, deliveryRows] = await Promise.all([
    db
      .selectDistinctOn([operations.subscriptionId], {
        subscriptionId: operations.subscriptionId,
        action: operations.action,
        stage: operations.stage,
        outcome: operations.outcome,
        lastError: operations.lastError,
        stuckAt: operations.stuckAt,
        createdAt: operations.createdAt,
        updatedAt: operations.updatedAt,
      })
      .from(operations)
      .where(
        and(
          inArray(operations.subscriptionId, ids),
          sql`(${operations.stage} <> 'settled' or ${operations.settledAt} >= ${since.toISOString()}::timestamptz)`,
        ),
      )
      .orderBy(
        operations.subscriptionId,
        sql`${operations.stuckAt} is not null desc`,
        sql`${operations.stage} <> 'settled' desc`,
        desc(operations.id),
      ),
    db.execute<{ subscription_id: string; at: Date; outcome: "accepted"; action: string | null }>(sql`
      select distinct on (subscription_id) subscription_id, received_at as at, outcome, action from webhook_deliveries
      where subscription_id in ${ids} and received_at >= ${since.toISOString()}::timestamptz
      order by subscription_id, id desc`),
  ]);
  const found = new Map<string, OwnEvidence>(ids.map((id) => [id, { operation: null, delivery: null }]));
  for (const { subscriptionId, stage, stuckAt, ...row } of operationRows) {
    const operation: OperationEvidence = { ...row, isOpen: stage !== "settled", isStuck: stuckAt !== null };
    found.set(subscriptionId, { operation, delivery: null });
  }
  for (const { subscription_id: id, at, outcome, action } of deliveryRows.rows) {
    const { operation } = found.get(id) ?? { operation: null };
    found.set(id, { operation, delivery: { at: new Date(at), outcome, action } });
  }
  return found;
}

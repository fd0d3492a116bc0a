/** Deletes data past its retention: a few rows per statement, without other locks. */
import { sql, type SQL } from "drizzle-orm";
import { writtenMailType } from "../../../shared/customer-mails.ts";
import type { RetentionKind } from "../../../shared/retention.ts";
import type { Database, Executor } from "../connection/database.ts";
import { sweepContacts } from "./contact-sweep.ts";
import { firstIdAt } from "../statements/keyset.ts";
import { newId } from "../statements/new-id.ts";

/** Rows per statement: about ten milliseconds. */
const batchSize = 1_000;

/** Which rows are due, the oldest first along an index, and what is done with them. */
const sweeps: Record<
  RetentionKind,
  /** `remove` is null if several statements are needed. */
  { due(cutoff: Date, limit: number): SQL; remove: ((due: SQL, cutoff: Date) => SQL) | null }
> = {
  deliveries: {
    due: (cutoff, limit) =>
      sql`select id from webhook_deliveries where id < ${firstIdAt(cutoff.getTime())}::uuid order by id limit ${limit}`,
    remove: (_due, cutoff) => removeOldCopies("deliveries", cutoff),
  },
  calls: {
    due: (cutoff, limit) =>
      sql`select id from operation_steps where id < ${firstIdAt(cutoff.getTime())}::uuid order by id limit ${limit}`,
    remove: (_due, cutoff) => removeOldCopies("calls", cutoff),
  },
  refused: {
    due: (cutoff, limit) =>
      sql`select reason from rejected_calls where last_at < ${cutoff.toISOString()}::timestamptz order by reason limit ${limit}`,
    remove: (due) => sql`delete from rejected_calls where reason in (${due})`,
  },
  contacts: {
    due: (cutoff, limit) => sql`
      select id from subscriptions where status = 'Unsubscribed' and (contact_name is not null or answers is not null)
        and status_since < ${cutoff.toISOString()}::timestamptz order by status_since, id limit ${limit}`,
    remove: null,
  },
  events: {
    // From the start of the feed without a gap, so that a reader whose position was deleted can be recognized; the last row
    // stays, because the next position follows it.
    due: (cutoff, limit) => sql`
      with first as materialized (select id, position from events where position is not null order by position limit ${limit})
      select id from first
      where position < (select max(position) from events where position is not null)
        and position < coalesce((select min(position) from first where id >= ${firstIdAt(cutoff.getTime())}::uuid), 9223372036854775807)`,
    remove: (due) => sql`delete from events where id in (${due})`,
  },
  messages: {
    due: (cutoff, limit) => sql`
      select id from outbox_messages where state <> 'waiting' and created_at < ${cutoff.toISOString()}::timestamptz
      order by created_at limit ${limit}`,
    // With their attempts, and with what staff wrote in them.
    remove: (due) => sql`
      with gone as (delete from outbox_messages where id in (${due}) returning message_id, type),
      mails as (delete from customer_mails where id in (select message_id from gone where type = ${writtenMailType}))
      select count(*)::int as removed from gone`,
  },
  usage: {
    due: (cutoff, limit) => sql`select id from old_usage(${cutoff.toISOString()}::timestamptz, ${limit}::int)`,
    remove: (_due, cutoff) =>
      sql`select r.removed, r.is_more or remove_usage_digests(${cutoff.toISOString()}::timestamptz, ${batchSize}) as is_more
        from remove_old_usage(${cutoff.toISOString()}::timestamptz, ${batchSize}) r`,
  },
  movements: {
    // Whole months, as the figures that list them.
    due: (cutoff, limit) => sql`
      select id from money_movements where month < date_trunc('month', ${cutoff.toISOString()}::timestamptz at time zone 'UTC')::date
      order by month limit ${limit}`,
    remove: (due) => sql`delete from money_movements where id in (${due})`,
  },
  dryRuns: {
    due: dryRunsBefore,
    // One run at a time, which has 10,000 rows at most. It is locked, because it may be started now.
    remove: (_due, cutoff) => sql`
      with run as materialized (${dryRunsBefore(cutoff, 1)} for update),
      gone as (delete from bulk_rows using run where run_id = run.id),
      marked as (update bulk_runs b set rows_deleted_at = now() from run where b.id = run.id returning b.id)
      select count(*)::int as removed, count(*) > 0 as is_more from marked`,
  },
};

function dryRunsBefore(cutoff: Date, limit: number): SQL {
  return sql`select id from bulk_runs where state = 'planned' and rows_deleted_at is null
    and id < ${firstIdAt(cutoff.getTime())}::uuid order by id limit ${limit}`;
}

/** How many rows of a kind are due now, counted up to a maximum. */
export async function countDue(db: Database, kind: RetentionKind, cutoff: Date, limit: number) {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from (${sweeps[kind].due(cutoff, limit + 1)}) due`,
  );
  const count = rows[0]?.count ?? 0;
  return { count: Math.min(count, limit), isMore: count > limit };
}

/**
 * Deletes the next few rows of a kind.
 * @param onErased records erased audit entries in the same transaction
 * @returns how many, and whether more may be left
 */
export async function removeDue(
  db: Database,
  kind: RetentionKind,
  cutoff: Date,
  onErased: (tx: Executor, erasureId: string, entries: string[], rows: number) => Promise<void>,
): Promise<{ count: number; isMore: boolean }> {
  return db.transaction(async (tx) => {
    const { due, remove } = sweeps[kind];
    if (remove) {
      const statement = remove(due(cutoff, batchSize), cutoff);
      const { rows, rowCount } = await tx.execute<{ removed?: number; is_more?: boolean }>(statement);
      const count = rows[0]?.removed ?? rowCount ?? 0;
      return { count, isMore: rows[0]?.is_more ?? count === batchSize };
    }
    const now = new Date();
    const erasureId = newId(now);
    const { count, entries } = await sweepContacts(tx, erasureId, due(cutoff, batchSize), now);
    if (entries.length > 0) await onErased(tx, erasureId, entries, count);
    return { count, isMore: count === batchSize };
  });
}

/** Through the owner's function, because the app's role may not delete raw copies. */
function removeOldCopies(kind: "deliveries" | "calls", cutoff: Date): SQL {
  return sql`select remove_old_copies(${kind}, ${firstIdAt(cutoff.getTime())}::uuid, ${batchSize}) as removed`;
}

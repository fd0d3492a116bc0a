/** What was stored about a person between the search for it and the end of the erasure. */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../../database/connection/database.ts";
import { type Mention, mentionsIn, type PersonTable, personTables } from "../../database/queries/person-rows.ts";
import { newId } from "../../database/statements/new-id.ts";
import { bytePatternOf, patternOf } from "../../domain/person.ts";

/** Where the rows begin that are added from now on, by table. */
export type Mark = Map<string, unknown>;

/** Rows are committed in another order than their keys, and the clocks of instances differ. */
const slack = { ids: 1_000, ms: 60_000 };

/** Their rows also change while work is in progress, so they are searched as a whole. */
const changingTables = new Set(["outbox_messages", "subscriptions"]);

/** Marks the tables whose keys grow. */
export async function markRows(db: Database, now: Date): Promise<Mark> {
  const mark: Mark = new Map();
  for (const { name, columns } of await personTables(db)) {
    const [key, ...others] = columns.filter(({ isKey }) => isKey);
    if (!key || others.length > 0 || changingTables.has(name)) continue;
    if (key.type === "uuid") mark.set(name, newId(new Date(now.getTime() - slack.ms)));
    if (key.type === "bigint") {
      const { rows } = await db.execute<{ last: number }>(
        sql`select coalesce(max(${sql.identifier(key.name)}), 0)::float8 as last from ${sql.identifier(name)}`,
      );
      mark.set(name, (rows[0]?.last ?? 0) - slack.ids);
    }
  }
  return mark;
}

/** The id of the caller's transaction. */
export async function transactionIdOf(tx: Executor): Promise<string> {
  const { rows } = await tx.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`);
  return rows[0]?.id ?? "0";
}

/** The app's transactions end sooner. One that does not, such as a dump, does not hold up the erasure. */
const maxWaitMs = 10_000;
const waitMs = 20;

/**
 * Waits for what began before the erasure was committed, because it can store what it has read before.
 * @param transactionId of the erasure
 */
async function waitForEarlierWrites(db: Database, transactionId: string): Promise<void> {
  // The result of a message that waits for a lock has no transaction id yet.
  await db.transaction((tx) => tx.execute(sql`lock table outbox_attempts in share mode`));
  const end = performance.now() + maxWaitMs;
  for (;;) {
    const { rows } = await db.execute<{ have_ended: boolean }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot()) > ${transactionId}::xid8 as have_ended`,
    );
    if (rows[0]?.have_ended === true || performance.now() > end) return;
    await sleep(waitMs);
  }
}

/**
 * The rows that mention the person and have been added or changed since the mark. What the erasure leaves is found again.
 * @param erasure its transaction and its entry in the audit trail, whose reason stays
 */
export async function findLateMentions(
  db: Database,
  values: readonly string[],
  { mark, erasure }: { mark: Mark; erasure: { transactionId: string; id: string } },
): Promise<Mention[]> {
  await waitForEarlierWrites(db, erasure.transactionId);
  const patterns = { text: patternOf(values), bytes: bytePatternOf(values) };
  const isSearched = ({ name }: PersonTable) => mark.has(name) || changingTables.has(name);
  const found: Mention[] = [];
  for (const table of (await personTables(db)).filter(isSearched)) {
    const after = mark.has(table.name) ? [mark.get(table.name)] : [];
    for await (const mention of mentionsIn(db, table, patterns, after)) {
      if (mention.row["id"] !== erasure.id) found.push(mention);
    }
  }
  return found;
}

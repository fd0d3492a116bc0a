/** Attempts to deliver messages that were in progress while a person was erased. */
import { sql } from "drizzle-orm";
import type { Database } from "../../database/connection/database.ts";
import { mentionsIn, personTables } from "../../database/queries/person-rows.ts";
import { eraseRow } from "../../database/writes/person-erasure.ts";
import { bytePatternOf, patternOf } from "../../domain/person.ts";

/** @returns the id of the newest attempt; 0 if there is none */
export async function readLastAttempt(db: Database): Promise<number> {
  const { rows } = await db.execute<{ id: number }>(
    sql`select coalesce(max(id), 0)::float8 as id from outbox_attempts`,
  );
  return rows[0]?.id ?? 0;
}

/**
 * Erases the values in attempts that were stored between the search for the person and the erasure. Those that are stored
 * after it keep nothing of what was sent: see `outbox-results.ts`.
 */
export async function eraseLateAttempts(db: Database, lastAttempt: number, values: readonly string[]): Promise<void> {
  const tables = await personTables(db);
  const attempts = tables.find(({ name }) => name === "outbox_attempts");
  const messages = tables.find(({ name }) => name === "outbox_messages");
  if (!attempts || !messages) return;
  // Waits for statements that began before the erasure ended.
  await db.transaction((tx) => tx.execute(sql`lock table outbox_attempts in share mode`));
  const patterns = { text: patternOf(values), bytes: bytePatternOf(values) };
  for await (const mention of mentionsIn(db, attempts, patterns, [lastAttempt])) {
    await db.transaction(async (tx) => {
      await eraseRow(tx, mention, values);
      const { rows } = await tx.execute<{ id: string }>(
        sql`select message as id from outbox_attempts where id = ${mention.row["id"]}`,
      );
      for (const row of rows) await eraseRow(tx, { table: messages, row, mentions: ["problem"] }, values);
    });
  }
}

/** What staff wrote about a contact outside of the audit trail: reasons of changes, and what bulk actions did. */
import { sql } from "drizzle-orm";
import { patternOf, withoutWords } from "../../domain/person.ts";
import type { Executor } from "../connection/database.ts";
import { personTables } from "../queries/person-rows.ts";
import { eraseRow } from "./person-erasure.ts";

/** The columns with sentences and names, by table. Others have a retention of their own, or only what Microsoft reports. */
export const contactCopies: Record<string, string[]> = {
  bulk_rows: ["plan", "result"],
  cancel_requests: ["reason", "decision_reason"],
  confirmations: ["evidence"],
  operations: ["actor_name", "reason", "decision_reason", "last_error"],
  planned_changes: ["reason", "problem"],
  subscriptions: ["hold_reason"],
};

/**
 * Erases the words of each contact in all rows about its subscription.
 *
 * @param contacts by subscription
 */
export async function eraseContactCopies(tx: Executor, contacts: { id: string; values: string[] }[]): Promise<void> {
  if (contacts.length === 0) return;
  const valuesOf = new Map(contacts.map(({ id, values }) => [id, values]));
  const asked = JSON.stringify(contacts.map(({ id, values }) => ({ id, pattern: patternOf(values) })));
  for (const table of await personTables(tx)) {
    const mentions = contactCopies[table.name];
    if (mentions === undefined) continue;
    const subscription = table.name === "subscriptions" ? "id" : "subscription_id";
    const texts = mentions.map((name) => sql`t.${sql.identifier(name)}`);
    const { rows } = await tx.execute<{ row: Record<string, unknown> }>(sql`
      select to_jsonb(t) as row from jsonb_to_recordset(${asked}::jsonb) as c(id text, pattern text)
      join ${sql.identifier(table.name)} t on t.${sql.identifier(subscription)} = c.id
      where concat_ws(' ', ${sql.join(texts, sql`, `)}) ~* c.pattern`);
    for (const { row } of rows) {
      const values = valuesOf.get(String(row[subscription])) ?? [];
      await eraseRow(tx, { table, row, mentions }, values, withoutWords);
    }
  }
}

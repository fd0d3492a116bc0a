/** Visits that wait for an email to a person. Their address is encrypted, so a search of the tables cannot find them. */
import { inArray } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { awaitedVisits as v } from "../schema/awaited-visits.ts";
import type { Mention, PersonTable } from "./person-rows.ts";

/** @param hashes of the person's addresses */
export async function visitsOf(db: Executor, tables: PersonTable[], hashes: readonly string[]): Promise<Mention[]> {
  const table = tables.find(({ name }) => name === "awaited_visits");
  if (table === undefined) return [];
  const rows = await db.select({ id: v.id, createdAt: v.createdAt }).from(v).where(inArray(v.addressHash, hashes));
  return rows.map(({ id, createdAt }) => ({
    table,
    row: { id, created_at: createdAt.toISOString() },
    mentions: [],
  }));
}

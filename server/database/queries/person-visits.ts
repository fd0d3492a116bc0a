/** Visits that wait for a mail to a person. Their address is encrypted, so a search of the tables cannot find them. */
import { createHash } from "node:crypto";
import { inArray } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { awaitedVisits as v } from "../schema/awaited-visits.ts";
import type { Mention, PersonTable } from "./person-rows.ts";

export function hashOfAddress(address: string): string {
  return createHash("sha256").update(address.trim().toLowerCase()).digest("base64url");
}

/** @param values of the person; addresses among them are found */
export async function visitsOf(db: Executor, tables: PersonTable[], values: readonly string[]): Promise<Mention[]> {
  const table = tables.find(({ name }) => name === "awaited_visits");
  if (table === undefined) return [];
  const rows = await db
    .select({ id: v.id, createdAt: v.createdAt })
    .from(v)
    .where(inArray(v.addressHash, values.map(hashOfAddress)));
  return rows.map(({ id, createdAt }) => ({
    table,
    row: { id, created_at: createdAt.toISOString() },
    mentions: [],
  }));
}

/** States of sign-ins and handoffs can be used once, across all instances. */
import { createHash } from "node:crypto";
import { eq, lte } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { usedSignIns } from "../schema/landing.ts";

/** Whether the value was unused. One statement, which also deletes expired values. */
export async function useOnce(db: Database, value: string, expiresAt: Date, now: Date): Promise<boolean> {
  const expired = db.$with("expired").as(db.delete(usedSignIns).where(lte(usedSignIns.expiresAt, now)));
  const used = await db
    .with(expired)
    .insert(usedSignIns)
    .values({ id: idOf(value), expiresAt })
    .onConflictDoNothing()
    .returning({ id: usedSignIns.id });
  return used.length > 0;
}

/** Whether the value was used, and has not expired long ago. */
export async function wasUsed(db: Database, value: string): Promise<boolean> {
  return (await db.$count(usedSignIns, eq(usedSignIns.id, idOf(value)))) > 0;
}

function idOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

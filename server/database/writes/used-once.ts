/** States of sign-ins and handoffs can be used once, across all instances. */
import { createHash } from "node:crypto";
import { lte } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { usedSignIns } from "../schema/landing.ts";

/** Whether the value was unused. One statement, which also deletes expired values. */
export async function useOnce(db: Database, value: string, expiresAt: Date, now: Date): Promise<boolean> {
  const expired = db.$with("expired").as(db.delete(usedSignIns).where(lte(usedSignIns.expiresAt, now)));
  const used = await db
    .with(expired)
    .insert(usedSignIns)
    .values({ id: createHash("sha256").update(value).digest("hex"), expiresAt })
    .onConflictDoNothing()
    .returning({ id: usedSignIns.id });
  return used.length > 0;
}

/** The exclusive right to write Microsoft's facts of a subscription for a while (decision 0017). */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

/** Longer than the deadline of Get Subscription and the following write. */
const reservedForMs = 12_000;

/** By the database's clock. Part of a condition on `subscriptions`. */
export const notReservedByOthers = (readerId: string | null) =>
  sql`(truth_reader_until is null or truth_reader_until < now() or truth_reader_id is not distinct from ${readerId}::uuid)`;

/** False if another reader has it, or the row does not exist. */
export async function reserveTruth(db: Database, subscriptionId: string, readerId: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update subscriptions set truth_reader_id = ${readerId}::uuid,
      truth_reader_until = now() + ${reservedForMs} * interval '1 millisecond'
    where id = ${subscriptionId} and ${notReservedByOthers(readerId)}`);
  return rowCount === 1;
}

/** Releases it before it expires. */
export async function releaseTruth(db: Database, subscriptionId: string, readerId: string): Promise<void> {
  await db.execute(sql`
    update subscriptions set truth_reader_id = null, truth_reader_until = null
    where id = ${subscriptionId} and truth_reader_id = ${readerId}::uuid`);
}

/** Reads how long after a purchase it needs attention. */
import { defaultGraceMinutes } from "../../../shared/purchase-grace.ts";
import type { PurchaseGraceView } from "../../../shared/views/needs.ts";
import type { Executor } from "../connection/database.ts";
import { purchaseGrace } from "../schema/purchase-grace.ts";

export async function readPurchaseGrace(db: Executor): Promise<PurchaseGraceView> {
  const [row] = await db.select().from(purchaseGrace);
  if (!row) return { minutes: defaultGraceMinutes, version: 0, updated: null };
  const { minutes, version, updatedAt, updatedByName } = row;
  return { minutes, version, updated: { at: updatedAt.toISOString(), byName: updatedByName } };
}

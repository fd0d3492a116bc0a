/** Reads the cancellation policy and waiting cancellations. */
import { and, eq, gt, ne } from "drizzle-orm";
import type { CancelPolicyView, CancelRequestView } from "../../../shared/views/cancellations.ts";
import type { Executor } from "../connection/database.ts";
import { cancelPolicy, cancelRequests as r } from "../schema/cancellations.ts";
import { reasonCodes } from "../schema/reason-codes.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** By default, one person is enough. */
const unset = { needsSecondPerson: false, waitsHours: 72, version: 0, updated: null };

export async function readCancelPolicy(db: Executor): Promise<CancelPolicyView> {
  const [row] = await db.select().from(cancelPolicy);
  if (!row) return unset;
  const { needsSecondPerson, waitsHours, version, updatedAt, updatedByName } = row;
  return { needsSecondPerson, waitsHours, version, updated: { at: updatedAt.toISOString(), byName: updatedByName } };
}

/** The cancellation of an active subscription that waits for approval and has not expired; null if there is none. */
export async function waitingRequestOf(db: Executor, subscriptionId: string, now: Date) {
  const [row] = await db
    .select({ request: r, codeName: reasonCodes.name })
    .from(r)
    .leftJoin(reasonCodes, eq(reasonCodes.id, r.reasonCode))
    .innerJoin(s, eq(s.id, r.subscriptionId))
    .where(
      and(
        eq(r.subscriptionId, subscriptionId),
        eq(r.state, "waiting"),
        gt(r.expiresAt, now),
        ne(s.status, "Unsubscribed"),
      ),
    );
  return row ?? null;
}

export function cancelRequestView(
  { request: row, codeName }: { request: typeof r.$inferSelect; codeName: string | null },
  staffId: string,
): CancelRequestView {
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    reasonCode: codeName,
    requestedByName: row.requestedByName,
    isMine: row.requestedById === staffId,
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

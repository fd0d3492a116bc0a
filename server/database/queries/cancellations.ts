/** Reads the cancellation policy and waiting cancellations. */
import { and, eq, gt, inArray, ne, sql } from "drizzle-orm";
import type { CancelPolicyView, CancelRequestView } from "../../../shared/views/cancellations.ts";
import type { Database, Executor } from "../connection/database.ts";
import { cancelPolicy, cancelRequests as r } from "../schema/cancellations.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
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

const waitingRequestOfSubscription = oncePerDatabase((db) =>
  db
    .select({ request: r, codeName: reasonCodes.name })
    .from(r)
    .leftJoin(reasonCodes, eq(reasonCodes.id, r.reasonCode))
    .innerJoin(s, eq(s.id, r.subscriptionId))
    .where(
      and(
        eq(r.subscriptionId, sql.placeholder("subscriptionId")),
        // As text, because a statement that is planned without values cannot use the index of waiting requests.
        sql`${r.state} = 'waiting'`,
        gt(r.expiresAt, sql.placeholder("now")),
        ne(s.status, "Unsubscribed"),
      ),
    )
    .prepare("waiting_request_of_subscription"),
);

/** The cancellation of an active subscription that waits for approval and has not expired; null if there is none. */
export async function waitingRequestOf(db: Database, subscriptionId: string, now: Date) {
  const [row] = await waitingRequestOfSubscription(db).execute({ subscriptionId, now });
  return row ?? null;
}

/** Who requested the cancellations of these subscriptions that wait for approval, by subscription. */
export async function requestersOf(
  db: Executor,
  subscriptionIds: string[],
  now: Date,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .select({ id: r.subscriptionId, name: r.requestedByName })
    .from(r)
    .where(and(inArray(r.subscriptionId, subscriptionIds), eq(r.state, "waiting"), gt(r.expiresAt, now)));
  return new Map(rows.map(({ id, name }) => [id, name]));
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

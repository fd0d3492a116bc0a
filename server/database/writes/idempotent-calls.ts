/** Queries of `idempotent_calls`. The primary key decides which of several calls is carried out. */
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { CallOutcome } from "../../../shared/product-operations.ts";
import type { Executor } from "../connection/database.ts";
import { idempotentCalls as c } from "../schema/idempotent-calls.ts";

const retentionMs = 24 * 3_600_000;
/** Longer than any command takes: its process has ended. */
const abandonedAfterMs = 60_000;

export type CallKey = { apiKeyId: string; idempotencyKey: string };
type CallRow = typeof c.$inferSelect;

export type BegunCall =
  /** `isTakenOver`: an earlier process may have carried it out. */
  { state: "begun"; operationId: string; isTakenOver: boolean } | { state: "known"; call: CallRow };

/** Begins the call unless one with this key is in progress or has ended within a day. */
export async function beginCall(
  db: Executor,
  call: CallKey & { fingerprint: string; operationId: string },
  now: Date,
): Promise<BegunCall> {
  const expired = new Date(now.getTime() - retentionMs).toISOString();
  const abandoned = new Date(now.getTime() - abandonedAfterMs).toISOString();
  const isExpired = sql`${c.createdAt} < ${expired}::timestamptz`;
  const [begun] = await db
    .insert(c)
    .values({ ...call, createdAt: now, claimedAt: now })
    .onConflictDoUpdate({
      target: [c.apiKeyId, c.idempotencyKey],
      set: {
        claimedAt: now,
        outcome: null,
        fingerprint: sql`excluded.fingerprint`,
        createdAt: sql`case when ${isExpired} then excluded.created_at else ${c.createdAt} end`,
        operationId: sql`case when ${isExpired} then excluded.operation_id else ${c.operationId} end`,
      },
      setWhere: sql`${isExpired} or (${c.outcome} is null and ${c.claimedAt} < ${abandoned}::timestamptz and ${c.fingerprint} = excluded.fingerprint)`,
    })
    .returning({ operationId: c.operationId });
  if (begun) {
    const isTakenOver = begun.operationId !== call.operationId;
    return { state: "begun", operationId: begun.operationId, isTakenOver };
  }
  const [known] = await db.select().from(c).where(isCall(call));
  // It was deleted after its day between the two statements.
  if (!known) return beginCall(db, call, now);
  return { state: "known", call: known };
}

/** What was carried out is stored always; a refusal only if no other attempt has stored its outcome. */
export async function finishCall(db: Executor, key: CallKey, outcome: CallOutcome): Promise<void> {
  const isFirst = "refusal" in outcome ? isNull(c.outcome) : undefined;
  await db
    .update(c)
    .set({ outcome })
    .where(and(isCall(key), isFirst));
}

/** Lets the next call with this key take over immediately, with the same operation id: this one failed, or lost its answer. */
export async function releaseCall(db: Executor, key: CallKey): Promise<void> {
  await db
    .update(c)
    .set({ claimedAt: new Date(0) })
    .where(and(isCall(key), isNull(c.outcome)));
}

export async function sweepCallKeys(db: Executor, now: Date): Promise<void> {
  await db.delete(c).where(lt(c.createdAt, new Date(now.getTime() - retentionMs)));
}

function isCall({ apiKeyId, idempotencyKey }: CallKey) {
  return and(eq(c.apiKeyId, apiKeyId), eq(c.idempotencyKey, idempotencyKey));
}

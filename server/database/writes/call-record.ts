/** Stores calls to Microsoft that belong to no operation, in batches and apart from their callers. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import type { Database } from "../connection/database.ts";
import type { marketplaceCalls } from "../schema/marketplace-calls.ts";
import { newId } from "../statements/new-id.ts";

/** One try of one call. */
type CallRow = Omit<typeof marketplaceCalls.$inferSelect, "id">;

const everyMs = 500;
const batchSize = 500;
/** While the database is unavailable: a list of calls is not worth the process's memory. */
const maxWaiting = 10_000;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function createCallRecorder({ db, log }: { db: Database; log: Logger }) {
  const waiting: CallRow[] = [];

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const some = waiting.slice(0, batchSize);
      await db.execute(sql`
        insert into marketplace_calls (id, at, request_id, correlation_id, method, path, status, attempt, duration_ms)
        select * from jsonb_to_recordset(${JSON.stringify(some.map(rowOf))}::jsonb) as row(id uuid, at timestamptz,
          request_id uuid, correlation_id uuid, method text, path text, status int, attempt int, duration_ms int)
        on conflict do nothing`);
      waiting.splice(0, some.length);
    }
  }

  let current: Promise<void> | null = null;
  const timer = setInterval(() => {
    current ??= write()
      .catch((error: unknown) => log.debug({ err: error }, "could not store calls to Microsoft yet"))
      .finally(() => (current = null));
  }, everyMs);

  return {
    note(call: CallRow): void {
      if (waiting.length < maxWaiting && uuid.test(call.correlationId)) waiting.push(call);
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await current;
      await write().catch(() => {});
    },
  };
}

const ids = new WeakMap<CallRow, string>();

/** The same id for a call that is written again after an unknown result. */
function rowOf(call: CallRow) {
  const id = ids.get(call) ?? newId(call.at);
  ids.set(call, id);
  return {
    id,
    at: call.at.toISOString(),
    request_id: call.requestId,
    correlation_id: call.correlationId,
    method: call.method,
    path: call.path.slice(0, 1_000),
    status: call.status,
    attempt: call.attempt,
    duration_ms: Math.round(call.durationMs),
  };
}

/** Long enough for a case at Microsoft's support. */
const keptDays = 30;
/** Successful pages of the list are most of all calls, and prove little. */
const listedDays = 3;
const sweepBatchSize = 5_000;

/** @returns how many were deleted */
export async function sweepCalls(db: Database, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await db.execute(sql`
      delete from marketplace_calls where id in (
        select id from marketplace_calls
        where at < now() - make_interval(days => ${keptDays})
          or (at < now() - make_interval(days => ${listedDays}) and path = '/saas/subscriptions' and status = 200)
        order by id limit ${sweepBatchSize})`);
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < sweepBatchSize || signal?.aborted) return removed;
  }
}

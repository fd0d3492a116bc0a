/** Reading bulk runs. */
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { BulkRowState } from "../../../shared/bulk.ts";
import { furtherPageSize } from "../../../shared/filters.ts";
import type { BulkCounts, BulkRowView, BulkRunView } from "../../../shared/views/bulk.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { Database } from "../connection.ts";
import { decodeCursor, pageOf } from "../keyset.ts";
import { bulkRows as r, bulkRuns as b } from "../schema/bulk-runs.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

type Run = typeof b.$inferSelect;

/** The latest runs, at most 50. @param titleOf the action in words */
export async function listBulkRuns(
  db: Database,
  staffId: string,
  titleOf: (action: Run["action"]) => string,
): Promise<BulkRunView[]> {
  const runs = await db.select().from(b).orderBy(desc(b.id)).limit(50);
  return Promise.all(runs.map((run) => viewOf(db, run, staffId, titleOf)));
}

/** One run; null when there is none. */
export async function findBulkRun(
  db: Database,
  id: string,
  staffId: string,
  titleOf: (action: Run["action"]) => string,
): Promise<BulkRunView | null> {
  const [run] = await db.select().from(b).where(eq(b.id, id));
  return run ? viewOf(db, run, staffId, titleOf) : null;
}

async function viewOf(
  db: Database,
  { ownerId, ownerName, createdAt, startedAt, finishedAt, ...run }: Run,
  staffId: string,
  titleOf: (action: Run["action"]) => string,
): Promise<BulkRunView> {
  const counted = await db
    .select({
      state: r.state,
      count: sql<number>`count(*)::int`,
      failedLater: sql<number>`count(*) filter (where ${o.outcome} in ('failed', 'conflict'))::int`,
      underWay: sql<number>`count(*) filter (where ${o.id} is not null and ${o.stage} <> 'settled')::int`,
    })
    .from(r)
    .leftJoin(o, eq(o.id, r.operationId))
    .where(eq(r.runId, run.id))
    .groupBy(r.state);
  const counts: BulkCounts = { ready: 0, refused: 0, done: 0, failed: 0 };
  for (const { state, count } of counted) counts[state] = count;
  return {
    ...run,
    title: titleOf(run.action),
    byName: ownerName,
    isMine: ownerId === staffId,
    counts,
    failedLater: counted.reduce((sum, row) => sum + row.failedLater, 0),
    underWay: counted.reduce((sum, row) => sum + row.underWay, 0),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

/** The rows of a run in the order of their subscriptions' ids. @throws AppError `Invalid` for a foreign cursor */
export async function listBulkRows(
  db: Database,
  input: { id: string; state?: BulkRowState | undefined; cursor?: string | undefined },
): Promise<Page<BulkRowView>> {
  const rows = await db
    .select({ row: r, name: s.name, operation: { id: o.id, stage: o.stage, outcome: o.outcome } })
    .from(r)
    .leftJoin(s, eq(s.id, r.subscriptionId))
    .leftJoin(o, eq(o.id, r.operationId))
    .where(
      and(
        eq(r.runId, input.id),
        input.state && eq(r.state, input.state),
        input.cursor ? gt(r.subscriptionId, decodeCursor(input.cursor).id) : undefined,
      ),
    )
    .orderBy(r.subscriptionId)
    .limit(furtherPageSize + 1);
  return pageOf(
    rows,
    ({ row, name, operation }): BulkRowView => ({
      id: row.subscriptionId,
      subscriptionId: row.subscriptionId,
      subscriptionName: name || row.subscriptionId,
      state: row.state,
      plan: row.plan,
      result: row.result,
      operation,
      endedAt: row.endedAt?.toISOString() ?? null,
    }),
    ({ row }) => ({ value: null, id: row.subscriptionId }),
    furtherPageSize,
  );
}

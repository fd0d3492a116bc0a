/** Reads bulk runs. */
import { and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { BulkRowState, BulkRunFilters } from "../../../shared/bulk.ts";
import { furtherPageSize } from "../../../shared/filters.ts";
import type { BulkCounts, BulkRowView, BulkRunView } from "../../../shared/views/bulk.ts";
import type { Page } from "../../../shared/views/page.ts";
import { marksOf } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { decodeCursor, olderThan, pageOf, sizeOfPage } from "../statements/keyset.ts";
import { bulkRows as r, bulkRuns as b } from "../schema/bulk-runs.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

type Run = typeof b.$inferSelect;

/** The action of a run in words. */
type TitleOf = (action: Run["action"]) => string;

/** Runs, the latest first. @throws AppError `Invalid` for a foreign cursor */
export async function listBulkRuns(
  db: Database,
  staffId: string,
  filters: BulkRunFilters,
  titleOf: TitleOf,
): Promise<Page<BulkRunView>> {
  const size = sizeOfPage(filters.cursor);
  const runs = await db
    .select()
    .from(b)
    .where(
      and(
        filters.owner && eq(b.ownerId, staffId),
        filters.state && eq(b.state, filters.state),
        olderThan(filters.cursor, sql`${b.id}`),
      ),
    )
    .orderBy(desc(b.id))
    .limit(size + 1);
  const tallies = await tallyRows(db, runs);
  return pageOf(
    runs,
    (run) => viewOf(run, tallies.get(run.id), staffId, titleOf),
    ({ id }) => ({ value: null, id }),
    size,
  );
}

/** One run; null when there is none. */
export async function findBulkRun(
  db: Database,
  id: string,
  staffId: string,
  titleOf: TitleOf,
): Promise<BulkRunView | null> {
  const runs = await db.select().from(b).where(eq(b.id, id));
  const tallies = await tallyRows(db, runs);
  return runs[0] ? viewOf(runs[0], tallies.get(id), staffId, titleOf) : null;
}

type Tally = Pick<BulkRunView, "counts" | "failedLater" | "inProgress">;

/** Whether Microsoft did not carry out what the row requested. */
const hasFailedLater = sql`(${r.state} = 'done' and ${o.outcome} in ('failed', 'conflict'))`;

/** The state of a row for people: what failed at Microsoft after the run had requested it has failed. */
const shownState = sql<BulkRowState>`case when ${hasFailedLater} then 'failed' else ${r.state} end`;

/** The states of runs' rows, by the run's id. */
async function tallyRows(db: Database, runs: Run[]): Promise<Map<string, Tally>> {
  if (runs.length === 0) return new Map();
  const counted = await db
    .select({
      runId: r.runId,
      state: shownState,
      count: sql<number>`count(*)::int`,
      failedLater: sql<number>`count(*) filter (where ${hasFailedLater})::int`,
      inProgress: sql<number>`count(*) filter (where ${o.id} is not null and ${o.stage} <> 'settled')::int`,
    })
    .from(r)
    .leftJoin(o, eq(o.id, r.operationId))
    .where(
      inArray(
        r.runId,
        runs.map(({ id }) => id),
      ),
    )
    .groupBy(r.runId, shownState);
  const tallies = new Map<string, Tally>();
  for (const { runId, state, count, failedLater, inProgress } of counted) {
    const tally = tallies.get(runId) ?? { counts: noRows(), failedLater: 0, inProgress: 0 };
    tally.counts[state] = count;
    tally.failedLater += failedLater;
    tally.inProgress += inProgress;
    tallies.set(runId, tally);
  }
  return tallies;
}

const noRows = (): BulkCounts => ({ ready: 0, refused: 0, done: 0, failed: 0 });

function viewOf(
  { ownerId, ownerName, createdAt, startedAt, finishedAt, rowsDeletedAt, ...run }: Run,
  tally: Tally = { counts: noRows(), failedLater: 0, inProgress: 0 },
  staffId: string,
  titleOf: TitleOf,
): BulkRunView {
  return {
    ...run,
    ...tally,
    title: titleOf(run.action),
    byName: ownerName,
    isMine: ownerId === staffId,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    rowsDeletedAt: rowsDeletedAt?.toISOString() ?? null,
  };
}

/** The rows of a run in the order of their subscriptions' ids. @throws AppError `Invalid` for a foreign cursor */
export async function listBulkRows(
  db: Database,
  input: { id: string; state?: BulkRowState | undefined; cursor?: string | undefined },
): Promise<Page<BulkRowView>> {
  const rows = await db
    .select({
      row: r,
      name: s.name,
      offerId: s.offerId,
      operation: { id: o.id, stage: o.stage, outcome: o.outcome },
      failure: sql<string | null>`case when ${hasFailedLater} then ${o.lastError} end`,
    })
    .from(r)
    .leftJoin(s, eq(s.id, r.subscriptionId))
    .leftJoin(o, eq(o.id, r.operationId))
    .where(
      and(
        eq(r.runId, input.id),
        input.state && eq(shownState, input.state),
        input.cursor ? gt(r.subscriptionId, decodeCursor(input.cursor).id) : undefined,
      ),
    )
    .orderBy(r.subscriptionId)
    .limit(furtherPageSize + 1);
  return pageOf(
    rows,
    ({ row, name, offerId, operation, failure }): BulkRowView => ({
      id: row.subscriptionId,
      subscriptionId: row.subscriptionId,
      subscriptionName: name || row.subscriptionId,
      state: row.state,
      plan: marksOf(offerId, row.plan),
      result: failure ?? (row.result && marksOf(offerId, row.result)),
      operation,
      endedAt: row.endedAt?.toISOString() ?? null,
    }),
    ({ row }) => ({ value: null, id: row.subscriptionId }),
    furtherPageSize,
  );
}

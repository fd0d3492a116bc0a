/** Reads reconciliation runs and the differences that they found. */
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { sql } from "drizzle-orm";
import { type DifferenceFilters, pageSize } from "../../../shared/filters.ts";
import type { DifferenceView, ReconcileRunView } from "../../../shared/views/reconcile.ts";
import type { Page } from "../../../shared/views/page.ts";
import { idMarks } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { olderThan, pageOf } from "../statements/keyset.ts";
import { differences as d, reconcileRuns } from "../schema/reconcile.ts";
import { subscriptions } from "../schema/subscriptions.ts";

/** The last 20 runs, newest first. */
export async function listReconcileRuns(db: Database): Promise<ReconcileRunView[]> {
  const rows = await db.select().from(reconcileRuns).orderBy(desc(reconcileRuns.id)).limit(20);
  return rows.map(runView);
}

/** The run in progress and the last completed one; null if there is none. */
export async function currentRuns(
  db: Database,
): Promise<{ running: ReconcileRunView | null; last: ReconcileRunView | null }> {
  const [[running], [last]] = await Promise.all([
    db.select().from(reconcileRuns).where(isNull(reconcileRuns.finishedAt)),
    db.select().from(reconcileRuns).where(isNotNull(reconcileRuns.finishedAt)).orderBy(desc(reconcileRuns.id)).limit(1),
  ]);
  return { running: running ? runView(running) : null, last: last ? runView(last) : null };
}

function runView(run: typeof reconcileRuns.$inferSelect): ReconcileRunView {
  const { continuation: _, checkedThrough: __, startedAt, finishedAt, ...rest } = run;
  return { ...rest, startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
}

/**
 * Differences, newest first.
 * @throws AppError `Invalid`
 */
export async function listDifferences(db: Database, filters: DifferenceFilters): Promise<Page<DifferenceView>> {
  const rows = await db
    .select({ difference: d, subscriptionName: subscriptions.name, offerId: subscriptions.offerId })
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .where(
      and(
        filters.kind && eq(d.kind, filters.kind),
        filters.subscription ? eq(d.subscriptionId, filters.subscription) : undefined,
        olderThan(filters.cursor, sql`${d.id}`),
      ),
    )
    .orderBy(desc(d.id))
    .limit(pageSize + 1);
  return pageOf(
    rows,
    ({ difference, subscriptionName, offerId }) => ({
      ...difference,
      at: difference.at.toISOString(),
      subscriptionName,
      names: idMarks(offerId, difference.recorded, difference.truth),
    }),
    (row) => ({ value: null, id: row.difference.id }),
  );
}

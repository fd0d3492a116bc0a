/** Records a difference and its run's count, in the transaction of the repair. */
import { eq, sql } from "drizzle-orm";
import type { DifferenceResolution, DifferenceKind } from "../../../shared/reconcile.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { wasRecorded } from "../../database/writes/reconcile-record.ts";
import { announce } from "../../database/record/record.ts";
import { differences, reconcileRuns } from "../../database/schema/reconcile.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { newId } from "../../database/statements/new-id.ts";

export type Finding = {
  /** Null if Microsoft's row has no id. */
  subscriptionId: string | null;
  kind: DifferenceKind;
  recorded: Record<string, unknown> | null;
  truth: Record<string, unknown> | null;
  cause: string | null;
  done: DifferenceResolution;
  error?: string;
};

const counters = { added: "added", repaired: "repaired", raised: "raised", failed: "failed" } as const;

/** @param runId null if staff requested one subscription */
export async function recordDifferences(
  tx: Executor,
  at: Date,
  runId: string | null,
  findings: Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await tx.insert(differences).values(findings.map((finding) => ({ id: newId(at), at, runId, ...finding })));
  if (runId !== null) await countFindings(tx, runId, findings);
  await announce(tx, [{ topic: "reconcile", subscriptionId: null }]);
}

async function countFindings(tx: Executor, runId: string, findings: Finding[]): Promise<void> {
  const counts = Object.values(counters).map((name) => {
    const found = findings.filter(({ done }) => done === name).length;
    return [name, sql`${reconcileRuns[name]} + ${found}`] as const;
  });
  await tx.update(reconcileRuns).set(Object.fromEntries(counts)).where(eq(reconcileRuns.id, runId));
}

const dayMs = 24 * 60 * 60_000;

/** Counts each failure; the same message about the same subscription is stored once a day. */
export async function recordFailure(
  ctx: Context,
  runId: string | null,
  finding: Omit<Finding, "done" | "cause" | "error">,
  error: unknown,
): Promise<void> {
  const at = ctx.now();
  const failure = { ...finding, cause: null, done: "failed" as const, error: wordsOf(error) };
  const { subscriptionId } = finding;
  ctx.log.warn({ subscriptionId, err: failure.error }, "could not compare a subscription");
  await ctx.db.transaction(async (tx) => {
    const isKnown = await wasRecorded(tx, { ...failure, since: new Date(at.getTime() - dayMs) });
    if (!isKnown) await recordDifferences(tx, at, runId, [failure]);
    else if (runId !== null) await countFindings(tx, runId, [failure]);
  });
}

/**
 * Database errors are wrapped with the statement and its personal values, so only PostgreSQL's own message is
 * stored.
 */
function wordsOf(error: unknown): string {
  if (error instanceof MarketplaceError || error instanceof AppError || typeof error === "string") {
    return typeof error === "string" ? error : error.message;
  }
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : null;
  return `The subscription could not be stored: ${inner?.message ?? "an internal error; see the log"}.`;
}

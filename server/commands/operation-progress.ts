/** How an operation gets on: the writes that its steps share. Each is refused when another run was faster. */
import { and, eq, isNull } from "drizzle-orm";
import type { OperationOutcome, OperationStage } from "../../shared/lifecycle.ts";
import type { Actor, Context } from "../context.ts";
import type { Executor } from "../database/connection.ts";
import { announce, record } from "../database/record.ts";
import { operations } from "../database/schema/operations.ts";
import { decisionInRetrospect, isLateRefusal, lateRefusal } from "../domain/decision.ts";
import { describeOperation } from "../domain/operation.ts";
import { writeStep } from "./step-trace.ts";

export type Operation = typeof operations.$inferSelect;

/** A step that cannot be finished now; `error` in words when something went wrong, null when Microsoft is just not done. */
export class Later extends Error {
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "Later";
    this.retryAfterMs = retryAfterMs;
  }
}

/** Ends an operation without touching the subscription. */
export async function end(ctx: Context, operation: Operation, outcome: OperationOutcome, words: string): Promise<void> {
  await ctx.db.transaction((tx) => finish(ctx, tx, operation, outcome, words));
}

/** Ends an operation inside the caller's transaction. */
export async function finish(
  ctx: Context,
  tx: Executor,
  operation: Operation,
  outcome: OperationOutcome,
  words: string | null,
): Promise<void> {
  const now = ctx.now();
  const ended = await tx
    .update(operations)
    .set({
      stage: "settled",
      outcome,
      settledAt: now,
      updatedAt: now,
      lastError: words ?? (isLateRefusal(operation, outcome) ? lateRefusal : remainingNote(operation, outcome)),
      stuckAt: null,
    })
    .where(and(eq(operations.id, operation.id), eq(operations.stage, operation.stage)))
    .returning({ id: operations.id });
  // Another run ended it first: its transaction has written all of this.
  if (ended.length === 0) throw new Later("");
  await writeStep(tx, operation.id, { stage: "settled", note: words, endedAt: now });
  await wakeNext(tx, operation.subscriptionId);
  await record(tx, actorOf(operation), now, [
    {
      subscriptionId: operation.subscriptionId,
      operationId: operation.id,
      kind: `operation.${outcome}`,
      summary: summaryOf(operation, outcome, words),
      after: {
        ...(operation.decision && { decision: operation.decision }),
        ...(operation.decisionRuleVersion && { changeRule: `version ${operation.decisionRuleVersion}` }),
      },
      reason: operation.reason,
      reasonCode: operation.reasonCode,
    },
  ]);
  await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
}

/** What a change of ours waited for is no news once it has succeeded; why Microsoft got no answer still is. */
function remainingNote(operation: Operation, outcome: OperationOutcome): string | null {
  return outcome === "succeeded" && operation.source === "Partner" ? null : operation.lastError;
}

/** A change of ours that waits for its turn gets a job at the next sweep. */
async function wakeNext(tx: Executor, subscriptionId: string): Promise<void> {
  await tx
    .update(operations)
    .set({ enqueuedAt: null })
    .where(
      and(eq(operations.subscriptionId, subscriptionId), eq(operations.stage, "requested"), isNull(operations.sentAt)),
    );
}

function summaryOf(operation: Operation, outcome: OperationOutcome, words: string | null): string {
  const ending: Record<OperationOutcome, string> = {
    succeeded: "is settled",
    rejected: "was refused by the publisher",
    failed: "failed",
    conflict: "was overtaken by a newer change or asked for what already was",
    quarantined: "was put aside",
    skipped: "was skipped by staff",
  };
  const sentences = words ?? decisionInRetrospect(operation, outcome);
  return `${describeOperation(operation)} ${ending[outcome]}${sentences ? `. ${sentences}` : ""}`;
}

/** Commits progress: a new stage or reading, with the count of fruitless tries begun anew. */
export async function move(
  ctx: Context,
  operation: Operation,
  stage: OperationStage,
  values: Partial<Operation>,
): Promise<void> {
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    const moved = await tx
      .update(operations)
      .set({ lastError: null, ...values, stage, attempts: 0, updatedAt: now })
      .where(and(eq(operations.id, operation.id), eq(operations.stage, operation.stage)))
      .returning({ id: operations.id });
    if (moved.length === 0) return;
    await writeStep(tx, operation.id, { stage, note: values.lastError ?? values.decisionReason ?? null, endedAt: now });
    await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
  });
}

/** Who is behind an operation: the person who asked, or Microsoft. */
export function actorOf(operation: Operation): Actor {
  if (operation.actorKind === "staff") {
    return { kind: "staff", id: operation.actorId ?? "", name: operation.actorName, role: "operator" };
  }
  if (operation.actorKind === "purchaser") {
    return { kind: "purchaser", id: operation.actorId ?? "", name: operation.actorName, tenantId: "", email: null };
  }
  if (operation.actorKind === "product") {
    return { kind: "product", id: operation.actorId ?? "", name: operation.actorName };
  }
  return operation.actorKind === "marketplace"
    ? { kind: "marketplace" }
    : { kind: "system", name: operation.actorName };
}

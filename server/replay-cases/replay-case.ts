/** Replays a case on its own database, and says what is decided differently now. Nothing is sent. */
import { eq } from "drizzle-orm";
import type { Logger } from "pino";
import type pg from "pg";
import type { PinnedCase } from "../../shared/cases.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { changeRules } from "../database/schema/change-rules.ts";
import { webhookDeliveries } from "../database/schema/deliveries.ts";
import { operations } from "../database/schema/operations.ts";
import { subscriptions } from "../database/schema/subscriptions.ts";
import { newId } from "../database/statements/new-id.ts";
import type { Actor } from "../domain/actor.ts";
import { actorColumns } from "../domain/actor.ts";
import { parseWebhookBody } from "../marketplace/read-webhook-body.ts";
import { answerOperation } from "../commands/operations/answer-operation.ts";
import { applyTruth } from "../commands/operations/apply-truth.ts";
import { createIntake } from "../commands/operations/receive-webhook.ts";
import { settleOperation } from "../commands/operations/settle-operation.ts";
import { recordedMarketplace, subscriptionOf } from "./recorded-marketplace.ts";

const replaying: Actor = { kind: "system", name: "Replay of cases" };
const answerer: Actor = { kind: "staff", id: "replay", name: "Staff", role: "operator" };
/** A settled operation needs a few; one that follows Microsoft's record for ten minutes needs about a hundred. */
const maxRuns = 1_000;

/**
 * @param fresh a database with the schema of this version and nothing else
 * @returns sentences such as "The decision was reject and is now accept."; empty if everything is as recorded
 */
export async function replayCase(
  fresh: { db: Database; pool: pg.Pool; log: Logger },
  pinned: PinnedCase,
): Promise<string[]> {
  const { db } = fresh;
  const receivedAt = new Date(pinned.receivedAt);
  let time = receivedAt.getTime();
  const ctx: Context = {
    db,
    log: fresh.log,
    marketplace: recordedMarketplace(pinned),
    now: () => new Date(time),
    actor: replaying,
  };
  await prepare(ctx, pinned);
  const intake = createIntake({ pool: fresh.pool, onStored: () => {} });
  await intake.receive({ body: Buffer.from(pinned.body), headers: {}, receivedAt });
  const [delivery] = await db.select().from(webhookDeliveries);
  const operationId = delivery?.operationId ?? null;
  if (operationId === null || !pinned.recorded.isReadable) {
    const isReadable = operationId !== null;
    return isReadable === pinned.recorded.isReadable
      ? []
      : [`The delivery was ${readable(!isReadable)} and is now ${readable(isReadable)}.`];
  }
  let isAnswered = pinned.staffAnswer === null;
  for (let runs = 0; runs < maxRuns; runs += 1) {
    const settling = await settleOperation(ctx, operationId);
    if (settling.isDone) break;
    if (!isAnswered) {
      isAnswered = await answerAsRecorded({ ...ctx, actor: answerer }, pinned, operationId);
      if (isAnswered) continue;
    }
    time += Math.max(settling.waitMs, 1);
  }
  return compare(db, pinned, operationId);
}

/** Rules and subscription as they were. */
async function prepare(ctx: Context, { body, before, rules, receivedAt }: PinnedCase): Promise<void> {
  const { subscriptionId } = parseWebhookBody(Buffer.from(body));
  const { actorKind, actorId, actorName } = actorColumns(replaying);
  const setBy = { reason: "As in the case", actorKind, actorId, actorName, createdAt: new Date(receivedAt) };
  await ctx.db.transaction(async (tx) => {
    if (rules.length > 0)
      await tx
        .insert(changeRules)
        .values(rules.map((rule, index) => ({ ...rule, ...setBy, id: newId(ctx.now()), version: index + 1 })));
    if (before === null || subscriptionId === null) return;
    await applyTruth(ctx, tx, {
      truth: subscriptionOf(subscriptionId, before),
      seenVersion: null,
      firstSeenBy: "reconcile",
    });
  });
}

/** Whether the change could be answered. */
async function answerAsRecorded(ctx: Context, pinned: PinnedCase, operationId: string): Promise<boolean> {
  const [operation] = await ctx.db.select().from(operations).where(eq(operations.id, operationId));
  if (!pinned.staffAnswer || operation?.stage !== "verified" || operation.decision !== null) return false;
  await answerOperation(ctx, { operationId, answer: pinned.staffAnswer, reason: "As in the case", reasonCode: null });
  return true;
}

async function compare(db: Database, { recorded }: PinnedCase, operationId: string): Promise<string[]> {
  const [found] = await db
    .select({ operation: operations, subscription: subscriptions })
    .from(operations)
    .leftJoin(subscriptions, eq(subscriptions.id, operations.subscriptionId))
    .where(eq(operations.id, operationId));
  const values: [name: string, was: string | number | null | undefined, is: string | number | null | undefined][] = [
    ["decision", recorded.decision, found?.operation.decision],
    ["outcome", recorded.outcome, found?.operation.outcome],
    ["plan", recorded.after?.planId, found?.subscription?.planId],
    ["number of seats", recorded.after?.quantity, found?.subscription?.quantity],
    ["status", recorded.after?.status, found?.subscription?.status],
  ];
  return values
    .filter(([, was, is]) => (was ?? null) !== (is ?? null))
    .map(([name, was, is]) => `The ${name} was ${was ?? "none"} and is now ${is ?? "none"}.`);
}

const readable = (isReadable: boolean) => (isReadable ? "readable" : "unreadable");

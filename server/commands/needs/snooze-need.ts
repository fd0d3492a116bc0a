/** Staff snooze a need until a time and with a reason, or end the snooze. */
import { and, eq, gt, isNull, lte } from "drizzle-orm";
import type { SnoozeInput } from "../../../shared/inputs/needs.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { seenNeeds } from "../../database/schema/notices.ts";
import { snoozes } from "../../database/schema/snoozes.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { AppError } from "../../errors.ts";
import { needKind } from "../../needs/kinds.ts";
import { latestSnooze } from "../../needs/order.ts";
import { findNeed, type Need } from "../../needs/read-needs.ts";

/**
 * @throws AppError `NotFound` if the need is resolved; `Conflict` if it is snoozed already; `NotAllowedNow`; `Invalid` for a
 * time that is past or too late
 */
export async function snoozeNeed(ctx: Context, input: SnoozeInput): Promise<void> {
  const { kind, id, reason } = input;
  const now = ctx.now();
  const until = new Date(input.until);
  await ctx.db.transaction(async (tx) => {
    // Of two people who snooze it at the same moment, the second one reads what the first one chose.
    await lockExclusively(tx, `snooze ${kind} ${id}`);
    const need = await findNeed(tx, now, kind, id);
    if (!need) throw new AppError("NotFound", "This item has been resolved, so there is nothing to snooze.");
    if (need.snooze) {
      throw new AppError(
        "Conflict",
        `${need.snooze.byName} has already snoozed this item: “${need.snooze.reason}” End that snooze first to choose another time.`,
      );
    }
    const latest = latestSnooze(needKind(need.kind), need.dueAt, now);
    if (latest === null) {
      throw new AppError("NotAllowedNow", "This item can't be snoozed: Microsoft expects an answer within seconds.");
    }
    refuseTime(until, latest, need, now);
    const { actorId, actorName } = actorColumns(ctx.actor);
    const values = { deadline: need.dueAt, until, reason, actorId: actorId ?? "", actorName, createdAt: now };
    await tx.delete(snoozes).where(lte(snoozes.until, now));
    await tx
      .insert(snoozes)
      .values({ kind, subjectId: id, ...values })
      .onConflictDoUpdate({ target: [snoozes.kind, snoozes.subjectId], set: values });
    await releaseNeed(tx, kind, id);
    await recordSnooze(ctx, tx, now, need, { verb: "snoozed", until, reason });
  });
}

/** After the snooze the need waits for everyone again, even if someone had picked it up. */
async function releaseNeed(tx: Executor, kind: string, id: string): Promise<void> {
  await tx
    .update(seenNeeds)
    .set({ takenById: null, takenByName: null, takenAt: null })
    .where(and(eq(seenNeeds.kind, kind), eq(seenNeeds.subjectId, id), isNull(seenNeeds.endedAt)));
}

/** @throws AppError `NotFound` if the need is not snoozed */
export async function unsnoozeNeed(ctx: Context, { kind, id }: { kind: string; id: string }): Promise<void> {
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    const need = await findNeed(tx, now, kind, id);
    const removed = await tx
      .delete(snoozes)
      .where(and(eq(snoozes.kind, kind), eq(snoozes.subjectId, id), gt(snoozes.until, now)))
      .returning({ kind: snoozes.kind });
    if (removed.length === 0) throw new AppError("NotFound", "This item is not snoozed.");
    await recordSnooze(ctx, tx, now, need, { verb: "unsnoozed", until: null, reason: null });
  });
}

function refuseTime(until: Date, latest: Date, need: Need, now: Date): void {
  if (until <= now) {
    throw new AppError("Invalid", "Choose a time in the future.", {
      fields: { until: ["Choose a time in the future."] },
    });
  }
  if (until <= latest) return;
  const isLost = need.dueAt !== null && need.dueAt > now && until > need.dueAt;
  const words = isLost
    ? "Choose a time before the deadline."
    : `Choose ${latest.toISOString().slice(0, 10)} or an earlier day.`;
  throw new AppError("Invalid", words, { fields: { until: [words] } });
}

type SnoozeEvent = { verb: "snoozed" | "unsnoozed"; until: Date | null; reason: string | null };

async function recordSnooze(
  ctx: Context,
  tx: Executor,
  at: Date,
  need: Need | null,
  event: SnoozeEvent,
): Promise<void> {
  const what = need ? needKind(need.kind).words(need).what : "Resolved item";
  await record(tx, ctx.actor, at, [
    {
      subscriptionId: need?.subscriptionId ?? null,
      operationId: need?.operationId ?? null,
      kind: `need.${event.verb}`,
      summary: event.verb === "snoozed" ? `Snoozed: ${what}` : `Snooze ended: ${what}`,
      after: event.until && { until: event.until.toISOString() },
      reason: event.reason,
    },
  ]);
  await announce(tx, [{ topic: "need", subscriptionId: need?.subscriptionId ?? null }]);
}

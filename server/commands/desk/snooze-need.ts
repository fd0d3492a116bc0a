/** Staff put off what waits for someone, until a time and with a reason, or take it up again. */
import { and, eq, gt, lte } from "drizzle-orm";
import type { SnoozeInput } from "../../../shared/inputs.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { snoozes } from "../../database/schema/snoozes.ts";
import { AppError } from "../../errors.ts";
import { needKind } from "../../needs/kinds.ts";
import { latestSnooze } from "../../needs/order.ts";
import { findNeed, type Need } from "../../needs/read-needs.ts";

/** @throws AppError `NotFound` when it waits for nobody any more; `NotAllowedNow`; `Invalid` for a time that is past or too late */
export async function snoozeNeed(ctx: Context, input: SnoozeInput): Promise<void> {
  const { kind, id, reason } = input;
  const now = ctx.now();
  const until = new Date(input.until);
  await ctx.db.transaction(async (tx) => {
    const need = await findNeed(tx, now, kind, id);
    if (!need) throw new AppError("NotFound", "This waits for nobody any more; there is nothing to put off.");
    const latest = latestSnooze(needKind(need.kind), need.dueAt, now);
    if (latest === null) {
      throw new AppError("NotAllowedNow", "Microsoft waits seconds for this answer; it cannot be put off.");
    }
    refuseTime(until, latest, need, now);
    const { actorId, actorName } = actorColumns(ctx.actor);
    const values = { deadline: need.dueAt, until, reason, actorId: actorId ?? "", actorName, createdAt: now };
    await tx.delete(snoozes).where(lte(snoozes.until, now));
    await tx
      .insert(snoozes)
      .values({ kind, subjectId: id, ...values })
      .onConflictDoUpdate({ target: [snoozes.kind, snoozes.subjectId], set: values });
    await recordSnooze(ctx, tx, now, need, { verb: "snoozed", until, reason });
  });
}

/** @throws AppError `NotFound` when it is not snoozed */
export async function unsnoozeNeed(ctx: Context, { kind, id }: { kind: string; id: string }): Promise<void> {
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    const need = await findNeed(tx, now, kind, id);
    const removed = await tx
      .delete(snoozes)
      .where(and(eq(snoozes.kind, kind), eq(snoozes.subjectId, id), gt(snoozes.until, now)))
      .returning({ kind: snoozes.kind });
    if (removed.length === 0) throw new AppError("NotFound", "This is not snoozed.");
    await recordSnooze(ctx, tx, now, need, { verb: "unsnoozed", until: null, reason: null });
  });
}

function refuseTime(until: Date, latest: Date, need: Need, now: Date): void {
  if (until <= now) {
    throw new AppError("Invalid", "Choose a time that is still to come.", {
      fields: { until: ["Choose a time that is still to come."] },
    });
  }
  if (until <= latest) return;
  const isLost = need.dueAt !== null && need.dueAt > now && until > need.dueAt;
  const words = isLost
    ? "By then it is lost. Choose a time before its deadline."
    : `Put it off until ${latest.toISOString().slice(0, 10)} at most.`;
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
  const what = need ? needKind(need.kind).words(need).what : "Something that no longer waits";
  await record(tx, ctx.actor, at, [
    {
      subscriptionId: need?.subscriptionId ?? null,
      operationId: need?.operationId ?? null,
      kind: `need.${event.verb}`,
      summary: event.verb === "snoozed" ? `Put off: ${what}` : `Taken up again: ${what}`,
      after: event.until && { until: event.until.toISOString() },
      reason: event.reason,
    },
  ]);
  await announce(tx, [{ topic: "need", subscriptionId: need?.subscriptionId ?? null }]);
}

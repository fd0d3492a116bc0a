/** The reason codes that staff choose from, and reading the one they chose. */
import { and, eq, isNotNull, isNull, like, or } from "drizzle-orm";
import type { z } from "zod";
import type { addReasonCodeInput } from "../../../shared/inputs.ts";
import { codeIdOf, type ReasonedAction } from "../../../shared/reason-codes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { announce, record } from "../../database/record/record.ts";
import { reasonCodes } from "../../database/schema/reason-codes.ts";
import { AppError } from "../../errors.ts";

/** Why staff do something: words, which are those of the code where they gave none, and the code. */
export type Reason = { reason: string; reasonCode: string | null };

/**
 * The reason as it is kept with what is done.
 *
 * @throws AppError `Invalid` with the field `reasonCode` for a code that is not offered for the action
 */
export async function readReason(
  db: Executor,
  action: ReasonedAction,
  given: { reason: string; reasonCode?: string | null },
): Promise<Reason> {
  if (!given.reasonCode) return { reason: given.reason, reasonCode: null };
  const [code] = await db.select().from(reasonCodes).where(eq(reasonCodes.id, given.reasonCode));
  if (!code || code.retiredAt !== null || !code.actions.includes(action)) {
    const message = "This reason is not offered any more. Choose another one.";
    throw new AppError("Invalid", message, { fields: { reasonCode: [message] } });
  }
  return { reason: given.reason || code.name, reasonCode: code.id };
}

/** @throws AppError `Conflict` with the field `name` when one of this name is offered already */
export async function addReasonCode(ctx: Context, input: z.infer<typeof addReasonCodeInput>): Promise<{ id: string }> {
  const now = ctx.now();
  return ctx.db.transaction(async (tx) => {
    // Ids of names that differ in a sign only are counted up.
    await lockExclusively(tx, "reason codes");
    const base = codeIdOf(input.name);
    const taken = await tx
      .select({ id: reasonCodes.id })
      .from(reasonCodes)
      .where(or(eq(reasonCodes.id, base), like(reasonCodes.id, `${base.replaceAll("_", "\\_")}\\_%`)));
    const ids = new Set(taken.map(({ id }) => id));
    let id = base;
    for (let count = 2; ids.has(id); count += 1) id = `${base}_${count}`;
    const actions = [...new Set(input.actions)];
    const added = await tx
      .insert(reasonCodes)
      .values({ id, name: input.name, actions, createdAt: now, createdByName: actorColumns(ctx.actor).actorName })
      .onConflictDoNothing()
      .returning({ id: reasonCodes.id });
    if (added.length === 0) {
      const message = "A reason of this name is offered already.";
      throw new AppError("Conflict", message, { fields: { name: [message] } });
    }
    await recordChange(ctx, tx, now, "added", input.name, { id, actions });
    return { id };
  });
}

/** From now on it is offered no more; what was done for it keeps it. @throws AppError `NotFound` */
export function retireReasonCode(ctx: Context, input: { id: string }): Promise<void> {
  return setRetired(ctx, input.id, true);
}

/** @throws AppError `NotFound`; `Conflict` when another one of its name is offered now */
export function restoreReasonCode(ctx: Context, input: { id: string }): Promise<void> {
  return setRetired(ctx, input.id, false);
}

async function setRetired(ctx: Context, id: string, isRetired: boolean): Promise<void> {
  const now = ctx.now();
  const values = isRetired
    ? { retiredAt: now, retiredByName: actorColumns(ctx.actor).actorName }
    : { retiredAt: null, retiredByName: null };
  const isOther = isRetired ? isNull(reasonCodes.retiredAt) : isNotNull(reasonCodes.retiredAt);
  try {
    await ctx.db.transaction(async (tx) => {
      const [changed] = await tx
        .update(reasonCodes)
        .set(values)
        .where(and(eq(reasonCodes.id, id), isOther))
        .returning({ name: reasonCodes.name });
      if (!changed) {
        throw new AppError("NotFound", isRetired ? "This reason is not offered." : "This reason is not retired.");
      }
      await recordChange(ctx, tx, now, isRetired ? "retired" : "restored", changed.name, { id });
    });
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code !== "23505") throw error;
    throw new AppError("Conflict", "Another reason of this name is offered now. Retire it first.");
  }
}

async function recordChange(
  ctx: Context,
  tx: Executor,
  at: Date,
  verb: "added" | "retired" | "restored",
  name: string,
  after: Record<string, unknown>,
): Promise<void> {
  await record(tx, ctx.actor, at, [{ kind: `reason_code.${verb}`, summary: `Reason ${verb}: ${name}`, after }]);
  await announce(tx, [{ topic: "setting", subscriptionId: null }]);
}

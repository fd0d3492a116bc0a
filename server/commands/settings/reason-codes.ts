/** The reason codes that staff choose from, and the lookup of the chosen one. */
import { and, eq, isNotNull, isNull, like, or } from "drizzle-orm";
import type { z } from "zod";
import type { addReasonCodeInput } from "../../../shared/inputs/settings.ts";
import { codeIdOf, type ReasonedAction } from "../../../shared/reason-codes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { isUniqueViolation } from "../../database/statements/database-errors.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { announce, record } from "../../database/record/record.ts";
import { reasonCodes } from "../../database/schema/reason-codes.ts";
import { AppError } from "../../errors.ts";

/** Why staff do something: a code, and a note that defaults to the code's name. */
export type Reason = { reason: string; reasonCode: string | null };

/**
 * The reason as it is stored with the action.
 * @throws AppError `Invalid` with the field `reasonCode` for a code that is not offered for the action
 */
export async function readReason(
  db: Executor,
  action: ReasonedAction,
  given: { reason: string; reasonCode?: string | null },
): Promise<Reason> {
  if (!given.reasonCode) return { reason: given.reason, reasonCode: null };
  const [code] = await db.select().from(reasonCodes).where(eq(reasonCodes.id, given.reasonCode));
  if (!code || code.archivedAt !== null || !code.actions.includes(action)) {
    const message = "This reason is no longer available. Choose another reason.";
    throw new AppError("Invalid", message, { fields: { reasonCode: [message] } });
  }
  return { reason: given.reason || code.name, reasonCode: code.id };
}

/** @throws AppError `Conflict` with the field `name` if an active reason has this name */
export async function addReasonCode(ctx: Context, input: z.infer<typeof addReasonCodeInput>): Promise<{ id: string }> {
  const now = ctx.now();
  return ctx.db.transaction(async (tx) => {
    // Names that differ only in punctuation get numbered ids.
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
      const message = "An active reason already has this name.";
      throw new AppError("Conflict", message, { fields: { name: [message] } });
    }
    await recordChange(ctx, tx, now, "reason_code.added", input.name, { id, actions });
    return { id };
  });
}

/**
 * Archives a reason code; earlier entries keep it.
 * @throws AppError `NotFound`
 */
export function archiveReasonCode(ctx: Context, input: { id: string }): Promise<void> {
  return setArchived(ctx, input.id, true);
}

/** @throws AppError `NotFound`; `Conflict` if an active reason has the same name */
export function restoreReasonCode(ctx: Context, input: { id: string }): Promise<void> {
  return setArchived(ctx, input.id, false);
}

async function setArchived(ctx: Context, id: string, isArchived: boolean): Promise<void> {
  const now = ctx.now();
  const values = isArchived
    ? { archivedAt: now, archivedByName: actorColumns(ctx.actor).actorName }
    : { archivedAt: null, archivedByName: null };
  const isOther = isArchived ? isNull(reasonCodes.archivedAt) : isNotNull(reasonCodes.archivedAt);
  try {
    await ctx.db.transaction(async (tx) => {
      const [changed] = await tx
        .update(reasonCodes)
        .set(values)
        .where(and(eq(reasonCodes.id, id), isOther))
        .returning({ name: reasonCodes.name });
      if (!changed) {
        throw new AppError("NotFound", isArchived ? "This reason is not active." : "This reason is not archived.");
      }
      await recordChange(ctx, tx, now, isArchived ? "reason_code.retired" : "reason_code.restored", changed.name, {
        id,
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("Conflict", "An active reason already has this name. Archive that reason first.");
  }
}

const words = {
  "reason_code.added": "added",
  "reason_code.retired": "archived",
  "reason_code.restored": "restored",
};

async function recordChange(
  ctx: Context,
  tx: Executor,
  at: Date,
  kind: keyof typeof words,
  name: string,
  after: Record<string, unknown>,
): Promise<void> {
  await record(tx, ctx.actor, at, [{ kind, summary: `Reason ${words[kind]}: ${name}`, after }]);
  await announce(tx, [{ topic: "setting", subscriptionId: null }]);
}

/** The origins to which purchasers may be sent from the landing page. */
import { eq } from "drizzle-orm";
import type { AllowedOriginInput } from "../../../shared/inputs/landing.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { allowedOrigins } from "../../database/schema/destinations.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * @param options.isSandbox plain http is allowed on this machine
 * @throws AppError `Forbidden` unless admin, `Invalid` for plain http outside of the sandbox, `Conflict` if it is
 * already allowed
 */
export async function addAllowedOrigin(
  ctx: Context,
  { origin, reason }: AllowedOriginInput,
  options: { isSandbox: boolean },
): Promise<void> {
  checkRole(ctx);
  if (origin.startsWith("http:") && !options.isSandbox) refuse("Invalid", "The origin must start with https://.");
  await ctx.db.transaction(async (tx) => {
    if (!(await allowOrigin(ctx, tx, { origin, reason }))) refuse("Conflict", "This origin is already allowed.");
  });
}

/** Adds the origin in the caller's transaction. @returns false if it was allowed before */
export async function allowOrigin(ctx: Context, tx: Executor, { origin, reason }: AllowedOriginInput) {
  const at = ctx.now();
  const added = await tx
    .insert(allowedOrigins)
    .values({ origin, reason, ...actorColumns(ctx.actor), createdAt: at })
    .onConflictDoNothing()
    .returning({ origin: allowedOrigins.origin });
  if (added.length === 0) return false;
  await record(tx, ctx.actor, at, [
    { kind: "allowed_origin.added", summary: `Allowed origin added: ${origin}`, after: { origin }, reason },
  ]);
  await announce(tx, [{ topic: "setting", subscriptionId: null }]);
  return true;
}

/**
 * Purchasers are no longer sent to destinations of this origin.
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function removeAllowedOrigin(ctx: Context, { origin, reason }: AllowedOriginInput): Promise<void> {
  checkRole(ctx);
  await ctx.db.transaction(async (tx) => {
    const removed = await tx
      .delete(allowedOrigins)
      .where(eq(allowedOrigins.origin, origin))
      .returning({ origin: allowedOrigins.origin });
    if (removed.length === 0) throw new AppError("NotFound", "This origin is not allowed. It may have been removed.");
    await record(tx, ctx.actor, ctx.now(), [
      { kind: "allowed_origin.removed", summary: `Allowed origin removed: ${origin}`, before: { origin }, reason },
    ]);
    await announce(tx, [{ topic: "setting", subscriptionId: null }]);
  });
}

function checkRole({ actor }: Context): void {
  requireAdmin(actor, "Only an admin can change the allowed origins.");
}

function refuse(code: "Invalid" | "Conflict", message: string): never {
  throw new AppError(code, message, { fields: { origin: [message] } });
}

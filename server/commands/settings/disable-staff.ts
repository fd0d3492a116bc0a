/** An admin shuts someone out of the desk, or lets them in again. Roles are Entra's; this is the desk's own lock. */
import { and, eq } from "drizzle-orm";
import type { StaffAccessInput } from "../../../shared/inputs.ts";
import { includesRole } from "../../../shared/roles.ts";
import { actorColumns, type Context } from "../../context.ts";
import type { Executor } from "../../database/connection.ts";
import { announce, record } from "../../database/record.ts";
import { staff } from "../../database/schema/staff.ts";
import { deleteStaffSessions } from "../../database/sessions.ts";
import { lockStaff } from "../../database/queries/staff.ts";
import { AppError } from "../../errors.ts";

/**
 * Ends every sign-in of the person from their next request on, and takes no new one.
 *
 * @throws AppError `Forbidden` for other than admins, `NotAllowedNow` for oneself or who is shut out already, `NotFound`
 */
export async function disableStaff(ctx: Context, input: StaffAccessInput): Promise<void> {
  const { tenantId, objectId, reason } = input;
  refuseUnlessAdmin(ctx);
  const { actorId, actorName } = actorColumns(ctx.actor);
  if (actorId === `${tenantId}:${objectId}`) {
    throw new AppError("NotAllowedNow", "You cannot shut yourself out. Ask another admin to do it.");
  }
  await ctx.db.transaction(async (tx) => {
    const person = await find(tx, input);
    if (person.disabledAt !== null) throw new AppError("NotAllowedNow", `${person.name} is shut out already.`);
    await change(ctx, tx, input, {
      values: { disabledAt: ctx.now(), disabledBy: actorName, disabledReason: reason },
      kind: "staff.disabled",
      summary: `${person.name} was shut out of the desk`,
    });
    // Else they would be good again with the person.
    await deleteStaffSessions(tx, tenantId, objectId);
  });
}

/** Lets someone sign in again. @throws AppError as `disableStaff` */
export async function enableStaff(ctx: Context, input: StaffAccessInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const person = await find(tx, input);
    if (person.disabledAt === null) throw new AppError("NotAllowedNow", `${person.name} is not shut out.`);
    await change(ctx, tx, input, {
      values: { disabledAt: null, disabledBy: null, disabledReason: null },
      kind: "staff.enabled",
      summary: `${person.name} may sign in to the desk again`,
    });
  });
}

function refuseUnlessAdmin(ctx: Context): void {
  if (ctx.actor.kind === "staff" && !includesRole(ctx.actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can shut staff out or let them in again.");
  }
}

async function find(tx: Executor, input: StaffAccessInput) {
  const person = await lockStaff(tx, input);
  if (!person) throw new AppError("NotFound", "Nobody of this id has signed in to the desk.");
  return person;
}

type Change = { values: Partial<typeof staff.$inferInsert>; kind: string; summary: string };

async function change(ctx: Context, tx: Executor, input: StaffAccessInput, { values, kind, summary }: Change) {
  const { tenantId, objectId, reason } = input;
  await tx
    .update(staff)
    .set(values)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  await record(tx, ctx.actor, ctx.now(), [{ kind, summary, reason }]);
  await announce(tx, [{ topic: "staff", subscriptionId: null }]);
}

/** An admin shuts someone out of the desk, or lets them in again. Roles are Entra's; this is the desk's own lock. */
import { and, eq } from "drizzle-orm";
import type { StaffAccessInput } from "../../../shared/inputs.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { staff } from "../../database/schema/staff.ts";
import { deleteStaffSessions } from "../../database/writes/session-store.ts";
import { hasWaitingPolicyChange } from "../../database/queries/policy-changes.ts";
import { isStillAdmin, lockStaff } from "../../database/queries/staff.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { AppError } from "../../errors.ts";
import { endWhatWaitsFor } from "./end-staff-access.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";

/**
 * Ends every sign-in of the person from their next request on, and takes no new one. What they had requested of the policies
 * waits no longer. It takes effect immediately: an account that was taken over cannot wait for a second admin.
 *
 * @throws AppError `Forbidden` for other than admins, `NotAllowedNow` for oneself or who is shut out already, or for an admin
 *   while one's own weakening of a policy waits for another admin; `NotFound`
 */
export async function disableStaff(ctx: Context, input: StaffAccessInput): Promise<void> {
  const { tenantId, objectId, reason } = input;
  refuseUnlessAdmin(ctx);
  const { actorId, actorName } = actorColumns(ctx.actor);
  const id = `${tenantId}:${objectId}`;
  if (actorId === id) throw new AppError("NotAllowedNow", "You cannot shut yourself out. Ask another admin to do it.");
  await ctx.db.transaction(async (tx) => {
    // Two admins who shut each other out in the same moment would leave none.
    await lockExclusively(tx, "staff access");
    if (actorId !== null && !(await isStillAdmin(tx, actorId)))
      throw new AppError("Forbidden", "You are no longer an admin of this desk.");
    const person = await find(tx, input);
    if (person.disabledAt !== null) throw new AppError("NotAllowedNow", `${person.name} is shut out already.`);
    if (person.role === "admin" && actorId !== null && (await hasWaitingPolicyChange(tx, actorId))) {
      throw new AppError(
        "NotAllowedNow",
        "A policy change of yours is waiting for another admin. Withdraw it before you shut an admin out.",
      );
    }
    await change(ctx, tx, input, {
      values: { disabledAt: ctx.now(), disabledBy: actorName, disabledById: actorId, disabledReason: reason },
      kind: "staff.disabled",
      summary: `${person.name} was shut out of the desk`,
    });
    await endWhatWaitsFor(ctx, tx, { id, name: person.name }, "was blocked");
    // Else they would be good again with the person.
    await deleteStaffSessions(tx, tenantId, objectId);
  });
}

/**
 * Lets someone sign in again. Whoever shut them out may do so immediately; for anyone else it is a weakening.
 *
 * @throws AppError as `disableStaff`; others as `changePolicy`
 */
export function enableStaff(ctx: Context, input: StaffAccessInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "staff_block", planUnblock, input);
}

export const planUnblock: Planner<StaffAccessInput> = async (tx, ctx, input) => {
  refuseUnlessAdmin(ctx);
  const person = await find(tx, input);
  if (person.disabledAt === null) throw new AppError("NotAllowedNow", `${person.name} is not shut out.`);
  const { actorId } = actorColumns(ctx.actor);
  const summary = `${person.name} may sign in to the desk again`;
  return {
    scope: `${input.tenantId}:${input.objectId}`,
    summary,
    version: 0,
    isWeaker: person.disabledById === null || person.disabledById !== actorId,
    async apply(as) {
      await change(as, tx, input, {
        values: { disabledAt: null, disabledBy: null, disabledById: null, disabledReason: null },
        kind: "staff.enabled",
        summary,
      });
      return 0;
    },
  };
};

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

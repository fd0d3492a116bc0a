/** An admin blocks or unblocks a staff member. Roles come from Entra; this is Marketdesk's own block. */
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import { and, eq } from "drizzle-orm";
import type { StaffAccessInput } from "../../../shared/inputs/staff.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
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
import { endPendingRequestsOf } from "./end-staff-access.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Ends all sessions of the person and refuses new ones; their policy requests are withdrawn. Immediate, because a
 * compromised account cannot wait for a second admin.
 * @throws AppError `Forbidden` unless admin; `NotAllowedNow` for oneself, for someone already blocked, or for an
 * admin while the caller's own weakening of a policy is waiting; `NotFound`
 */
export async function disableStaff(ctx: Context, input: StaffAccessInput): Promise<void> {
  const { tenantId, objectId, reason } = input;
  refuseUnlessAdmin(ctx);
  const { actorId, actorName } = actorColumns(ctx.actor);
  const id = `${tenantId}:${objectId}`;
  if (actorId === id) throw new AppError("NotAllowedNow", "You cannot block yourself. Ask another admin to do this.");
  await ctx.db.transaction(async (tx) => {
    // Otherwise two admins who block each other at the same moment would leave none.
    await lockExclusively(tx, "staff access");
    if (actorId !== null && !(await isStillAdmin(tx, actorId)))
      throw new AppError("Forbidden", "You are no longer an admin.");
    const person = await find(tx, input);
    if (person.disabledAt !== null) throw new AppError("NotAllowedNow", `${person.name} is already blocked.`);
    if (person.role === "admin" && actorId !== null && (await hasWaitingPolicyChange(tx, actorId))) {
      throw new AppError(
        "NotAllowedNow",
        "A policy change of yours is waiting for another admin. Withdraw the change before you block an admin.",
      );
    }
    await change(ctx, tx, input, {
      values: { disabledAt: ctx.now(), disabledBy: actorName, disabledById: actorId, disabledReason: reason },
      kind: "staff.disabled",
      summary: `${person.name} blocked`,
    });
    await endPendingRequestsOf(ctx, tx, { id, name: person.name }, "was blocked");
    // Otherwise they would be valid again once the person is unblocked.
    await deleteStaffSessions(tx, tenantId, objectId);
  });
}

/**
 * Unblocks a staff member: immediately by the person who blocked them; for others this counts as a weakening.
 * @throws AppError as `disableStaff`, and as `changePolicy`
 */
export function enableStaff(ctx: Context, input: StaffAccessInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "staff_block", planUnblock, input);
}

export const planUnblock: Planner<StaffAccessInput> = async (tx, ctx, input) => {
  refuseUnlessAdmin(ctx);
  const person = await find(tx, input);
  if (person.disabledAt === null) throw new AppError("NotAllowedNow", `${person.name} is not blocked.`);
  const { actorId } = actorColumns(ctx.actor);
  const summary = `${person.name} unblocked`;
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
  requireAdmin(ctx.actor, "Only an admin can block or unblock staff.");
}

async function find(tx: Executor, input: StaffAccessInput) {
  const person = await lockStaff(tx, input);
  if (!person) throw new AppError("NotFound", "No one with this ID has signed in.");
  return person;
}

type Change = { values: Partial<typeof staff.$inferInsert>; kind: ActivityKind; summary: string };

async function change(ctx: Context, tx: Executor, input: StaffAccessInput, { values, kind, summary }: Change) {
  const { tenantId, objectId, reason } = input;
  await tx
    .update(staff)
    .set(values)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  await record(tx, ctx.actor, ctx.now(), [{ kind, summary, reason }]);
  await announce(tx, [{ topic: "staff", subscriptionId: null }]);
}

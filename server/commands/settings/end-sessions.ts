/** Ends sessions: one of the caller's own or, by an admin, all of a person's. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { endSessionInput, staffInput } from "../../../shared/inputs/staff.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { lockStaff } from "../../database/queries/staff.ts";
import { announce, record } from "../../database/record/record.ts";
import { pushBrowsers } from "../../database/schema/notices.ts";
import { deleteStaffSessions, endStaffSession } from "../../database/writes/session-store.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

/** The length of the part of a session id that identifies it among the person's own; the full id is never disclosed. */
export const sessionHandleLength = 16;

export function personOf(staffId: string): { tenantId: string; objectId: string } {
  const [tenantId = "", objectId = ""] = staffId.split(":");
  return { tenantId, objectId };
}

/** @throws AppError `NotFound` */
export async function endOwnSession(ctx: Context, { handle }: z.infer<typeof endSessionInput>): Promise<void> {
  const { actorId } = actorColumns(ctx.actor);
  await ctx.db.transaction(async (tx) => {
    if (!(await endStaffSession(tx, personOf(actorId ?? ""), handle))) {
      throw new AppError("NotFound", "This sign-in has already ended.");
    }
    await record(tx, ctx.actor, ctx.now(), [{ kind: "staff.session_ended", summary: "Own sign-in ended" }]);
  });
}

/**
 * The person's next request requires a new sign-in, and their browsers get no more notifications.
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function endSessionsOf(ctx: Context, input: z.infer<typeof staffInput>): Promise<void> {
  requireAdmin(ctx.actor, "Only an admin can end the sign-ins of others.");
  await ctx.db.transaction(async (tx) => {
    const person = await lockStaff(tx, input);
    if (!person) throw new AppError("NotFound", "No one with this ID has signed in.");
    await deleteStaffSessions(tx, input.tenantId, input.objectId);
    // A lost device must stop showing customers' names.
    await tx.delete(pushBrowsers).where(eq(pushBrowsers.staffId, `${input.tenantId}:${input.objectId}`));
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "staff.sessions_ended",
        summary: `All sign-ins of ${person.name} ended, and notifications in browsers turned off`,
      },
    ]);
    await announce(tx, [{ topic: "staff", subscriptionId: null }]);
  });
}

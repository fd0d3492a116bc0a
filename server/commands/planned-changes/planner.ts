/** In whose name a planned change is carried out, and with which reason. */
import { eq } from "drizzle-orm";
import { roleForAction } from "../../../shared/action-roles.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Executor } from "../../database/connection/database.ts";
import { isKeyActive } from "../../database/queries/api-keys.ts";
import { findStaff } from "../../database/queries/staff.ts";
import { reasonCodes } from "../../database/schema/reason-codes.ts";
import type { Actor } from "../../domain/actor.ts";
import { isConfirmedFor } from "../../domain/staff-confirmation.ts";
import { AppError } from "../../errors.ts";
import type { PlannedChange } from "./planned-rows.ts";

/**
 * The planner with their current role, or the product if its key still has the scope.
 * @throws AppError `Forbidden` if they may no longer do this
 */
export async function readPlanner(
  tx: Executor,
  { plannedByKind: kind, plannedById: id, plannedByName: name, action }: PlannedChange,
  now: Date,
): Promise<Actor> {
  if (kind === "product") {
    if (await isKeyActive(tx, id, "change", now)) return { kind, id, name };
    const message = `The API key “${name}” planned this change and may no longer make it. Make the change yourself.`;
    throw new AppError("Forbidden", message);
  }
  const person = await findStaff(tx, id);
  if (person === null || person.accessEndedAt || !includesRole(person.role, roleForAction[action])) {
    throw new AppError("Forbidden", `${name} planned this change and may no longer make it. Make the change yourself.`);
  }
  return { kind: "staff", id, name, role: person.role };
}

/** Why it is unknown whether the planner still has the role; null if Entra has confirmed it recently. */
export async function unconfirmedReason(tx: Executor, { plannedById, plannedByName }: PlannedChange, now: Date) {
  const person = await findStaff(tx, plannedById);
  if (person === null || person.accessEndedAt || isConfirmedFor("plannedChange", person.confirmedAt, now)) return null;
  return `${plannedByName}, who planned this change, has not signed in for a week, so it is not known whether they may still make it.`;
}

/** The reason as planned, without its code if that has been archived since. */
export async function currentReason(tx: Executor, { action, reason, reasonCode }: PlannedChange) {
  if (reasonCode === null) return { reason, reasonCode };
  const [code] = await tx.select().from(reasonCodes).where(eq(reasonCodes.id, reasonCode));
  const isOffered = code !== undefined && code.archivedAt === null && code.actions.includes(action);
  return { reason, reasonCode: isOffered ? reasonCode : null };
}

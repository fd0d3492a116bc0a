import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** Personal data is for admins, and for commands that are run on the machine itself. */
export function refuseUnlessAdmin({ actor }: Context): void {
  if (actor.kind === "system" || (actor.kind === "staff" && includesRole(actor.role, "admin"))) return;
  throw new AppError("Forbidden", "Only an admin can export or erase a person's data.");
}

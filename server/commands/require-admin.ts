/** What only admins may do among staff. Other actors are limited by what calls the command: a scope, or Marketdesk's own work. */
import { includesRole } from "../../shared/roles.ts";
import type { Actor } from "../domain/actor.ts";
import { AppError } from "../errors.ts";

/**
 * @param refusal the sentence that the person reads
 * @throws AppError `Forbidden`
 */
export function requireAdmin(actor: Actor, refusal: string): void {
  if (actor.kind === "staff" && !includesRole(actor.role, "admin")) throw new AppError("Forbidden", refusal);
}

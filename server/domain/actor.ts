/** Who acts: staff, a purchaser, Microsoft, the publisher's product, an automation, or Marketdesk. */
import type { Role } from "../../shared/roles.ts";

export type Actor =
  | {
      kind: "staff";
      id: string;
      name: string;
      role: Role;
      /** The bulk run that acts in their name. */
      bulkRunId?: string;
    }
  | { kind: "purchaser"; id: string; name: string; tenantId: string; email: string | null }
  | { kind: "marketplace" }
  /** The publisher's product, by its API key. */
  | { kind: "product"; id: string; name: string }
  /** A version of an automation. */
  | { kind: "automation"; id: string; name: string; version: number }
  | { kind: "system"; name: string };

/** The actor as columns of `operations` and `activity`. */
export function actorColumns(actor: Actor) {
  switch (actor.kind) {
    case "staff":
    case "purchaser":
    case "product":
      return { actorKind: actor.kind, actorId: actor.id, actorName: actor.name };
    case "automation":
      return {
        actorKind: actor.kind,
        actorId: actor.id,
        actorName: `${actor.name}, version ${actor.version}`,
      };
    case "marketplace":
      return { actorKind: actor.kind, actorId: null, actorName: "Microsoft" };
    case "system":
      return { actorKind: actor.kind, actorId: null, actorName: actor.name };
  }
}

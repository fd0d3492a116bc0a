/** What a command needs: where to write, whom to ask, what time it is, and who wants it. */
import type { Logger } from "pino";
import type { Role } from "../shared/roles.ts";
import type { Database } from "./database/connection/database.ts";
import type { Marketplace } from "./marketplace/types.ts";

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
  /** The publisher's product, by the API key with which it calls. */
  | { kind: "product"; id: string; name: string }
  | { kind: "system"; name: string };

export type Context = {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  log: Logger;
  actor: Actor;
};

/** The actor as the columns of `operations` and `activity` hold it. */
export function actorColumns(actor: Actor) {
  switch (actor.kind) {
    case "staff":
    case "purchaser":
    case "product":
      return { actorKind: actor.kind, actorId: actor.id, actorName: actor.name };
    case "marketplace":
      return { actorKind: actor.kind, actorId: null, actorName: "Microsoft" };
    case "system":
      return { actorKind: actor.kind, actorId: null, actorName: actor.name };
  }
}

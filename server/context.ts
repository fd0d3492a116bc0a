/** What a command needs: database, clients, clock, and actor. */
import type { Logger } from "pino";
import type { Database } from "./database/connection/database.ts";
import type { Actor } from "./domain/actor.ts";
import type { Marketplace } from "./marketplace/types.ts";

export type Context = {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  /** Microsoft's time, where it differs from ours: the sandbox's clock can be moved. */
  marketplaceNow?: () => Date;
  log: Logger;
  actor: Actor;
};

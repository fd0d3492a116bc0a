/** What a command needs: database, clients, clock, and actor. */
import type { Logger } from "pino";
import type { Database } from "./database/connection/database.ts";
import type { Actor } from "./domain/actor.ts";
import type { Marketplace } from "./marketplace/types.ts";

export type Context = {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  /** The time of Microsoft's side where it differs: a sandbox whose clock was moved. */
  marketplaceNow?: () => Date;
  log: Logger;
  actor: Actor;
};

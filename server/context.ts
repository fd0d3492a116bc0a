/** What a command needs: where to write, whom to ask, what time it is, and who wants it. */
import type { Logger } from "pino";
import type { Database } from "./database/connection/database.ts";
import type { Actor } from "./domain/actor.ts";
import type { Marketplace } from "./marketplace/types.ts";

export type Context = {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  log: Logger;
  actor: Actor;
};

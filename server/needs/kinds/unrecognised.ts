/** Microsoft gives a subscription a status that we do not know. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noTime, ofSubscription } from "../sources.ts";

export const unrecognised: NeedKind = {
  group: "Unknown statuses",
  icon: "help",
  tone: "warn",
  windowMs: null,
  actions: ["refresh", "open"],
  source: () =>
    ofSubscription({
      dueAt: noTime,
      where: sql`s.unrecognised_status is not null`,
      order: sql`s.updated_at, s.id`,
    }),
  words: ({ unrecognisedStatus, status }) => ({
    what: `Unknown status ${unrecognisedStatus ?? ""}`.trim(),
    rule: `Microsoft gives it a status that the desk does not know; until then it is kept as ${status ?? "it was"}. Ask Microsoft what it means, and tell the publisher's engineers.`,
  }),
};

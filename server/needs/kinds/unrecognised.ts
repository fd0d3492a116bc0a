/** Microsoft reports a status that Marketdesk does not know. */
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
    rule: `Microsoft reports a status that Marketdesk does not know. Until it is understood, the subscription stays ${status ?? "as it was"}. Ask Microsoft what the status means, and inform the publisher's engineers.`,
  }),
};

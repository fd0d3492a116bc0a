/** Usage that could not be sent for most of the 24 hours in which Microsoft accepts it. */
import { sql } from "drizzle-orm";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText } from "../sources.ts";
import { endOfWindow } from "../usage-sources.ts";

const unsentHours = 18;

export const usageUnsent: NeedKind = {
  group: "Usage not sent",
  icon: "hourglass",
  tone: "bad",
  windowMs: usageWindowMs,
  actions: ["open"],
  place: "/usage",
  source: (now) => ({
    from: sql`(select min(effective_at) as effective_at, count(*) as hours from usage_slots
      where state = 'waiting' and hour <= ${now} - interval '${sql.raw(String(unsentHours))} hours') u`,
    id: sql`'usage'`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: endOfWindow,
    where: sql`u.hours > 0`,
    order: sql`u.effective_at`,
    quoted: sql`u.hours::text`,
  }),
  words: ({ quoted }) => ({
    what: `Usage has not been accepted by Microsoft for ${unsentHours} hours`,
    rule: `${quoted === "1" ? "1 hour of usage is" : `${quoted ?? "Several"} hours of usage are`} waiting to be sent. Marketdesk retries until Microsoft's 24 hours have passed; then the usage is lost. The Usage page shows Microsoft's last error.`,
  }),
};

/** An endpoint that no longer gets messages, because it failed for days or answered 410 Gone. */
import { sql } from "drizzle-orm";
import { maxRetryDays } from "../../../shared/outbox.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

export const endpointPaused: NeedKind = {
  group: "Paused and disabled endpoints",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/endpoints",
  source: () => ({
    from: sql`outbox_receivers r join endpoints e on e.id = r.id`,
    id: sql`r.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`r.state_since`,
    where: sql`r.state in ('paused', 'disabled') and r.state_reason <> 'staff'`,
    order: sql`r.state_since, r.id`,
    quoted: quotedFields({ reason: sql`r.state_reason`, name: sql`e.name` }),
  }),
  words: ({ quoted }) => {
    const { reason = "failing", name = "of your product" } = readQuoted(quoted);
    return reason === "gone"
      ? {
          what: `The endpoint “${name}” is disabled: it answered 410 Gone`,
          rule: "New events are not kept for it. Only an admin can resume it with a test message and send the missing events, or remove it.",
        }
      : {
          what: `The endpoint “${name}” is paused: nothing was delivered for ${maxRetryDays} days`,
          rule: "Its messages are kept. Repair the endpoint, then resume it: a test message is sent first, and the others follow in order. Only an admin can resume it.",
        };
  },
};

/** A channel that notifies no one, because messages to it fail. */
import { sql } from "drizzle-orm";
import { maxRetryDays } from "../../../shared/outbox.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

/** A mail server that restarts is no need. */
const failingFor = sql.raw("interval '30 minutes'");

export const channelFailing: NeedKind = {
  group: "Notifications that do not arrive",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/channels",
  source: () => ({
    from: sql`outbox_receivers r left join channels c on c.id = r.id`,
    id: sql`r.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`coalesce(r.failing_since, r.state_since)`,
    // `now()`, because a sender stores failures by the database's clock.
    where: sql`r.kind <> 'endpoint' and (r.state in ('paused', 'disabled')
      or (r.state = 'active' and r.failing_since < now() - ${failingFor}))`,
    order: sql`r.id`,
    quoted: quotedFields({ state: sql`r.state`, kind: sql`r.kind`, name: sql`c.name` }),
  }),
  words: ({ quoted }) => {
    const { state = "active", kind = "mail", name = "" } = readQuoted(quoted);
    const isMail = kind === "mail";
    const isPush = kind === "push";
    const subject = isMail ? "Email" : isPush ? "Browser notifications" : `Messages to the channel “${name}”`;
    const verb = isMail ? "does" : "do";
    return state === "disabled"
      ? {
          what: `The channel “${name}” is disabled: its address no longer exists`,
          rule: "Create a new address in Teams or Slack, remove the channel, and add it again with that address. Waiting messages are not sent. Only an admin can change channels.",
        }
      : {
          what: `${subject} ${verb} not arrive`,
          rule: `Marketdesk retries for ${maxRetryDays} days and loses nothing. After that, messages pause until a test arrives. The Channels page shows the error. Only an admin can change channels.`,
        };
  },
};

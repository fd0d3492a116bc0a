/** A channel that notifies no one, because messages to it fail. */
import { sql } from "drizzle-orm";
import { maxRetryDays } from "../../../shared/outbox.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

/** A shorter failure, such as a restart of the mail server, needs no attention. */
const failingFor = sql.raw("interval '30 minutes'");

export const channelFailing: NeedKind = {
  group: "Undelivered notifications",
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
    const messages =
      kind === "mail" ? "Emails" : kind === "push" ? "Browser notifications" : `Messages to the channel “${name}”`;
    return state === "disabled"
      ? {
          what: `The channel “${name}” is disabled: its address no longer exists`,
          rule: "Create a new address in Teams or Slack, remove the channel, and add it again with that address. Waiting messages are not sent. Only an admin can change channels.",
        }
      : {
          what: `${messages} are not being delivered`,
          rule: `Marketdesk retries for ${maxRetryDays} days, in which no message is lost. After that, messages are paused until a test message arrives. The Channels page shows the error. Only an admin can change channels.`,
        };
  },
};

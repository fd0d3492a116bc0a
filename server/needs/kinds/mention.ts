/** A colleague has mentioned someone in a note, who has not read it yet. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noTime } from "../sources.ts";
import { mayNotAct } from "../staff-without-access.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

/** Enough to know what it is about; the timeline has the whole note. */
const quotedCharacters = sql.raw("200");

const text = sql`(select left(coalesce(n.text, a.reason), ${quotedCharacters}) from activity a
  left join subscription_notes n on n.id = a.id where a.id = m.version_id)`;
const customer = sql`(select name from customers where id = m.customer_id)`;

export const mention: NeedKind = {
  group: "Notes that mention someone",
  icon: "calendar-user",
  tone: "info",
  windowMs: null,
  isListedLast: true,
  actions: ["read", "open"],
  noteOf({ quoted }) {
    const { noteId = "", forId = "", customerId = null } = readQuoted(quoted);
    return { id: noteId, forId, customerId };
  },
  source: () => ({
    from: sql`note_mentions m
      join staff st on st.tenant_id = split_part(m.staff_id, ':', 1) and st.object_id = split_part(m.staff_id, ':', 2)`,
    id: sql`m.id`,
    idType: "uuid",
    subscriptionId: sql`m.subscription_id`,
    operationId: noId,
    ownerId: sql`m.staff_id`,
    dueAt: noTime,
    since: sql`m.at`,
    where: sql`m.read_at is null and not ${mayNotAct}`,
    order: sql`m.at, m.id`,
    quoted: quotedFields({
      noteId: sql`m.note_id`,
      text,
      byName: sql`m.by_name`,
      forId: sql`m.staff_id`,
      forName: sql`st.name`,
      customerId: sql`m.customer_id`,
      customerName: customer,
    }),
  }),
  words({ quoted }) {
    const { forName = "a colleague", byName = "A colleague", customerName, text: note = "" } = readQuoted(quoted);
    const about = customerName === undefined ? "" : ` about ${customerName}`;
    return {
      what: `${byName} mentioned ${forName} in a note${about}`,
      rule: `The note says: “${note.replaceAll(/\s+/g, " ").trim()}” Listed until ${forName} marks it as read.`,
    };
  },
};

/** Needs about automations. */
import { sql } from "drizzle-orm";
import type { NeedSource } from "./need-kind.ts";
import { noTime, ofSubscription } from "./sources.ts";
import { quotedFields, readQuoted } from "./quoted-fields.ts";

/** Changes `p` that automations `a` propose for subscriptions `s`. */
export function proposalSource(): NeedSource {
  return ofSubscription({
    from: sql`proposed_changes p join automations a on a.id = p.automation_id join subscriptions s on s.id = p.subscription_id`,
    id: sql`p.id`,
    idType: "uuid",
    dueAt: noTime,
    since: sql`p.proposed_at`,
    quoted: quotedFields({ name: sql`a.name`, detail: sql`p.summary` }),
    where: sql`p.state = 'open' and s.status <> 'Unsubscribed'`,
    order: sql`p.id`,
  });
}

/** Firings `f` of automations `a` that could not act as they should. */
export function firingSource(): NeedSource {
  return ofSubscription({
    from: sql`automation_firings f join automations a on a.id = f.automation_id join subscriptions s on s.id = f.subscription_id`,
    id: sql`f.id`,
    idType: "uuid",
    dueAt: noTime,
    since: sql`f.at`,
    quoted: quotedFields({
      name: sql`a.name`,
      detail: sql`(select string_agg(r->>'text', ' ') from jsonb_array_elements(f.results) r where r->>'outcome' = 'failed')`,
    }),
    where: sql`f.state in ('failed', 'limited')`,
    order: sql`f.id`,
  });
}

/** What these sources quote: the automation's name, and the proposed change or why an action failed. */
export function automationWords(quoted: string | null): { name: string; detail: string } {
  const { name = "An automation", detail = "" } = readQuoted(quoted);
  return { name, detail };
}

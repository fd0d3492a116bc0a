/** Needs about automations. */
import { sql } from "drizzle-orm";
import type { NeedSource } from "./need-kind.ts";
import { noTime, ofSubscription } from "./sources.ts";

/** Changes `p` that automations `a` propose for subscriptions `s`. */
export function proposalSource(): NeedSource {
  return ofSubscription({
    from: sql`proposed_changes p join automations a on a.id = p.automation_id join subscriptions s on s.id = p.subscription_id`,
    id: sql`p.id`,
    idType: "uuid",
    dueAt: noTime,
    since: sql`p.proposed_at`,
    quoted: sql`a.name || chr(10) || p.summary`,
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
    quoted: sql`a.name || chr(10) || (
      select string_agg(r->>'text', ' ') from jsonb_array_elements(f.results) r where r->>'outcome' = 'failed')`,
    where: sql`f.state in ('failed', 'limited')`,
    order: sql`f.id`,
  });
}

/** The name of the automation, and what the sources add. */
export function automationWords(quoted: string | null): { name: string; rest: string } {
  const [name, ...rest] = (quoted ?? "").split("\n");
  return { name: name || "An automation", rest: rest.join(" ").trim() };
}

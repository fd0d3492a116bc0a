/** A change that weakens a protective policy waits for a second admin. */
import { sql } from "drizzle-orm";
import { hoursMs, noId, noText } from "../sources.ts";
import { policyChangeWaitHours } from "../../../shared/policy-changes.ts";
import type { NeedKind } from "../need-kind.ts";
import { quotedFields, readQuoted } from "../quoted-fields.ts";

export const policyChange: NeedKind = {
  group: "Policy changes to approve",
  icon: "shield",
  tone: "warn",
  windowMs: policyChangeWaitHours * hoursMs,
  actions: ["open"],
  place: "/settings/policy-changes",
  source: () => ({
    from: sql`policy_changes p`,
    id: sql`p.id`,
    idType: "uuid",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: sql`p.applies_at`,
    where: sql`p.state = 'waiting'`,
    order: sql`p.applies_at`,
    quoted: quotedFields({ name: sql`p.requested_by_name`, summary: sql`p.summary` }),
  }),
  words: ({ quoted }) => {
    const { name = "An admin", summary = "a protective policy" } = readQuoted(quoted);
    return {
      what: "Policy change to approve",
      rule: `${name} requested: ${summary}. Another admin can approve or decline this change; without a decision, it takes effect at the deadline if ${name} is signed in, otherwise when they next sign in.`,
    };
  },
};

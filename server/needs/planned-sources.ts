/** Needs about planned changes. */
import { sql } from "drizzle-orm";
import type { NeedSource } from "./need-kind.ts";
import { ofSubscription } from "./sources.ts";
import { quotedFields, readQuoted } from "./quoted-fields.ts";

type Own = Pick<NeedSource, "dueAt" | "where" | "order"> & Partial<NeedSource>;

/** Planned changes `p` with their subscriptions `s`. */
export function plannedSource(own: Own): NeedSource {
  return ofSubscription({
    from: sql`planned_changes p join subscriptions s on s.id = p.subscription_id`,
    id: sql`p.id`,
    idType: "uuid",
    quoted: quotedFields({ summary: sql`p.summary`, byName: sql`p.planned_by_name`, problem: sql`p.problem` }),
    ...own,
  });
}

/** What `plannedSource` quotes. */
export function plannedWords(quoted: string | null) {
  const { summary = "a change", byName = "A colleague", problem = "" } = readQuoted(quoted);
  return { summary, byName, problem };
}

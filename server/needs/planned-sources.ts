/** Needs about planned changes. */
import { sql } from "drizzle-orm";
import type { NeedSource } from "./need-kind.ts";
import { ofSubscription } from "./sources.ts";

type Own = Pick<NeedSource, "dueAt" | "where" | "order"> & Partial<NeedSource>;

/** Planned changes `p` with their subscriptions `s`. */
export function plannedSource(own: Own): NeedSource {
  return ofSubscription({
    from: sql`planned_changes p join subscriptions s on s.id = p.subscription_id`,
    id: sql`p.id`,
    idType: "uuid",
    quoted: sql`p.summary || chr(10) || p.planned_by_name || chr(10) || coalesce(p.problem, '')`,
    ...own,
  });
}

/** What `plannedSource` quotes. */
export function plannedWords(quoted: string | null) {
  const [summary, byName, ...problem] = (quoted ?? "").split("\n");
  return { summary: summary || "a change", byName: byName || "A colleague", problem: problem.join(" ").trim() };
}

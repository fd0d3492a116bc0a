/** Reads change rules. */
import { desc, inArray, isNull, or } from "drizzle-orm";
import type { RuleScope } from "../../../shared/scope.ts";
import type { ChangeRuleView } from "../../../shared/views/change-rules.ts";
import { createBatcher } from "../statements/batch.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { isOfScope, maxVersionsShown } from "../statements/scope-condition.ts";
import type { Database, Executor } from "../connection/database.ts";
import { changeRules as r } from "../schema/change-rules.ts";

type Row = typeof r.$inferSelect;

/** The latest version of each scope: all, or those that apply to some offers. */
export async function latestRules(db: Executor, offerIds?: string[]): Promise<Row[]> {
  return db
    .selectDistinctOn([r.offerId, r.planId])
    .from(r)
    .where(offerIds === undefined ? undefined : or(isNull(r.offerId), inArray(r.offerId, offerIds)))
    .orderBy(r.offerId, r.planId, desc(r.version));
}

const readerOf = oncePerDatabase((db) =>
  createBatcher<string | null, Row[]>({
    async run(offerIds) {
      const rules = await latestRules(db, [...new Set(offerIds.filter((offerId) => offerId !== null))]);
      return offerIds.map((offerId) => rules.filter((rule) => rule.offerId === null || rule.offerId === offerId));
    },
    batchSize: 256,
    concurrency: 2,
  }),
);

/** The latest version of each scope that applies to an offer, batched for many callers; null: unknown offer. */
export function rulesFor(db: Database, offerId: string | null): Promise<Row[]> {
  return readerOf(db)(offerId);
}

/** The latest version of a scope's rule; null if there was never one. */
export async function latestRuleOf(db: Executor, scope: RuleScope): Promise<Row | null> {
  const [row] = await db.select().from(r).where(isOfScope(r, scope)).orderBy(desc(r.version)).limit(1);
  return row ?? null;
}

/** The versions of a scope's rule, the latest first. */
export async function listRuleVersions(db: Database, scope: RuleScope): Promise<ChangeRuleView[]> {
  const rows = await db.select().from(r).where(isOfScope(r, scope)).orderBy(desc(r.version)).limit(maxVersionsShown);
  return rows.map(ruleView);
}

export function ruleView(row: Row): ChangeRuleView {
  const { createdAt, actorKind, actorName, actorId: _, ...rule } = row;
  return { ...rule, at: createdAt.toISOString(), actor: { kind: actorKind, name: actorName } };
}

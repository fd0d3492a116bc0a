/** Reads activation policies. */
import { desc, eq, isNull, or } from "drizzle-orm";
import type { ActivationMode } from "../../../shared/activation-policies.ts";
import { type RuleScope, activeVersion } from "../../../shared/scope.ts";
import type { ActivationPolicyView } from "../../../shared/views/activation-policies.ts";
import { isOfScope, maxVersionsShown } from "../statements/scope-condition.ts";
import type { Database, Executor } from "../connection/database.ts";
import { activationPolicies as p } from "../schema/activation-policies.ts";

type Row = typeof p.$inferSelect;

/** The latest version of each scope: all, or those that apply to an offer. */
export async function latestPolicies(db: Executor, offerId?: string): Promise<Row[]> {
  return db
    .selectDistinctOn([p.offerId, p.planId])
    .from(p)
    .where(offerId === undefined ? undefined : or(isNull(p.offerId), eq(p.offerId, offerId)))
    .orderBy(p.offerId, p.planId, desc(p.version));
}

/** When purchases of an offer and plan are activated, by the active policy. */
export async function activationModeOf(
  db: Executor,
  scope: { offerId: string; planId: string },
): Promise<ActivationMode> {
  return activeVersion(await latestPolicies(db, scope.offerId), scope)?.mode ?? "immediately";
}

/** The latest version of a scope's policy; null if there was never one. */
export async function latestPolicyOf(db: Executor, scope: RuleScope): Promise<Row | null> {
  const [row] = await db.select().from(p).where(isOfScope(p, scope)).orderBy(desc(p.version)).limit(1);
  return row ?? null;
}

/** The versions of a scope's policy, the latest first. */
export async function listPolicyVersions(db: Database, scope: RuleScope): Promise<ActivationPolicyView[]> {
  const rows = await db.select().from(p).where(isOfScope(p, scope)).orderBy(desc(p.version)).limit(maxVersionsShown);
  return rows.map(policyView);
}

export function policyView({ createdAt, actorKind, actorName, actorId: _, ...policy }: Row): ActivationPolicyView {
  return { ...policy, at: createdAt.toISOString(), actor: { kind: actorKind, name: actorName } };
}

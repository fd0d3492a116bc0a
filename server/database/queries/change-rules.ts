/** Reads change rules, and the changes that a rule would have decided. */
import { and, desc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import type { RuleScope } from "../../../shared/scope.ts";
import type { ChangeRuleView, RulePlanView } from "../../../shared/views/change-rules.ts";
import { createBatcher, oncePerDatabase } from "../statements/batch.ts";
import type { Database, Executor } from "../connection/database.ts";
import { changeRules as r } from "../schema/change-rules.ts";
import { operations as o } from "../schema/operations.ts";
import { plans } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

type Row = typeof r.$inferSelect;

/** Versions shown in a history. */
const historyLimit = 200;

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
  const [row] = await db.select().from(r).where(ofScope(scope)).orderBy(desc(r.version)).limit(1);
  return row ?? null;
}

/** The versions of a scope's rule, the latest first. */
export async function listRuleVersions(db: Database, scope: RuleScope): Promise<ChangeRuleView[]> {
  const rows = await db.select().from(r).where(ofScope(scope)).orderBy(desc(r.version)).limit(historyLimit);
  return rows.map(ruleView);
}

function ofScope({ offerId, planId }: RuleScope) {
  return and(
    offerId === null ? isNull(r.offerId) : eq(r.offerId, offerId),
    planId === null ? isNull(r.planId) : eq(r.planId, planId),
  );
}

export function ruleView(row: Row): ChangeRuleView {
  const { createdAt, actorKind, actorName, actorId: _, ...rule } = row;
  return { ...rule, at: createdAt.toISOString(), actor: { kind: actorKind, name: actorName } };
}

/** All offers and plans known from subscriptions, Microsoft's lists of plans, or rules. */
export async function listOffersAndPlans(
  db: Database,
  ofSubscriptions: { offerId: string; plans: { planId: string }[] }[],
  rules: RuleScope[],
): Promise<Map<string, RulePlanView[]>> {
  const known = await db.select().from(plans);
  const offers = new Map<string, Map<string, RulePlanView>>();
  const note = (offerId: string, plan: RulePlanView | null) => {
    const known = offers.get(offerId) ?? new Map<string, RulePlanView>();
    offers.set(offerId, known);
    if (plan && !known.has(plan.planId)) known.set(plan.planId, plan);
  };
  for (const plan of known) {
    note(plan.offerId, { planId: plan.planId, name: plan.name, isPricePerSeat: plan.isPricePerSeat });
  }
  for (const { offerId, plans } of ofSubscriptions) {
    for (const { planId } of plans) note(offerId, { planId, name: planId, isPricePerSeat: null });
  }
  for (const { offerId, planId } of rules) {
    if (offerId !== null) note(offerId, planId === null ? null : { planId, name: planId, isPricePerSeat: null });
  }
  return new Map(
    [...offers]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([offerId, plans]) => [offerId, [...plans.values()].toSorted((a, b) => a.name.localeCompare(b.name))]),
  );
}

/** Customers' changes with the same values before and after: the values, the count, and the latest ones. */
export type AskedChanges = {
  action: "ChangePlan" | "ChangeQuantity";
  offerId: string;
  previousPlanId: string;
  planId: string | null;
  quantity: number | null;
  count: number;
  latest: string[];
};

/** How many examples of each are listed. */
const examplesOfEach = 20;

/**
 * Customers' changes since a time, grouped by values, so that the result grows with plans and seat counts, not with
 * changes. Reverts are excluded, because no one requested them.
 */
export async function changesAskedSince(db: Database, scope: RuleScope, since: Date): Promise<AskedChanges[]> {
  const found = await db.execute<AskedChanges>(sql`
    select ${o.action} as "action", ${s.offerId} as "offerId", ${o.previousPlanId} as "previousPlanId",
      case when ${o.action} = 'ChangePlan' then ${o.planId} end as "planId",
      case when ${o.action} = 'ChangeQuantity' then ${o.quantity} end as "quantity",
      count(*)::int as "count", (array_agg(${o.id} order by ${o.id} desc))[1:${sql.raw(String(examplesOfEach))}] as "latest"
    from ${o} join ${s} on ${s.id} = ${o.subscriptionId}
    where ${o.previousPlanId} is not null and ${o.createdAt} >= ${since.toISOString()}::timestamptz
      and ${o.action} in ('ChangePlan', 'ChangeQuantity')
      and case ${o.action} when 'ChangePlan' then ${o.planId} is distinct from ${o.previousPlanId}
        else ${o.quantity} is distinct from ${o.previousQuantity} end
      and ${scope.offerId === null ? sql`true` : sql`${s.offerId} = ${scope.offerId}`}
      and ${scope.planId === null ? sql`true` : sql`${o.previousPlanId} = ${scope.planId}`}
    group by 1, 2, 3, 4, 5`);
  return found.rows;
}

/** Operations by id with what is shown of them as examples, the latest first. */
export async function namedChanges(db: Database, operationIds: string[]) {
  if (operationIds.length === 0) return [];
  return db
    .select({
      operationId: o.id,
      subscriptionId: o.subscriptionId,
      subscriptionName: s.name,
      offerId: s.offerId,
      at: o.createdAt,
      action: o.action,
      previousPlanId: o.previousPlanId,
      previousQuantity: o.previousQuantity,
      planId: o.planId,
      quantity: o.quantity,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriptionId))
    .where(inArray(o.id, operationIds))
    .orderBy(desc(o.id));
}

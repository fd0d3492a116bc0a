/** Subscriptions as the intake of usage needs them: status, plans and trial of the last hours, and their dimensions. */
import { sql } from "drizzle-orm";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { Day } from "../../../shared/day.ts";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { MeteredPlan, MeteredSubscription } from "../../domain/usage/admission.ts";
import type { Executor } from "../connection/database.ts";
import { firstIdAt } from "../statements/keyset.ts";
import { trialEnd } from "../../domain/usage/term.ts";

/** Usage names a subscription, or the one that a tenant has of an offer. */
export type UsageSubject = { subscriptionId: string } | { tenant: string; offer: string };

type Row = {
  id: string;
  offer_id: string;
  plan_id: string;
  status: SubscriptionStatus;
  status_since: string;
  is_free_trial: boolean;
  term_ends_on: Day | null;
  tenant: string | null;
};

/** A bit more than Microsoft's window: a change is recorded a moment after it happened. */
const changesWithinMs = usageWindowMs + 60 * 60_000;

/** @returns for each subject its subscriptions: none, one, or several of a tenant, without those that have ended */
export async function meteredSubscriptions(
  db: Executor,
  subjects: readonly UsageSubject[],
  now: Date,
): Promise<(subject: UsageSubject) => MeteredSubscription[]> {
  const ids = [...new Set(subjects.flatMap((one) => ("subscriptionId" in one ? [one.subscriptionId] : [])))];
  const tenants = subjects.filter((one) => "tenant" in one);
  const { rows } = await db.execute<Row>(sql`
    select id, offer_id, plan_id, status, status_since, is_free_trial, ${lastDayOf("term_ends_at")} as term_ends_on, null as tenant from subscriptions where id = any(${sql.param(ids)}::text[])
    union all
    select s.id, s.offer_id, s.plan_id, s.status, s.status_since, s.is_free_trial, ${lastDayOf("s.term_ends_at")}, asked.tenant
    from (select distinct * from jsonb_to_recordset(${JSON.stringify(tenants)}::jsonb) as asked(tenant text, offer text)) asked
    join subscriptions s on s.beneficiary_tenant_id = any(array[asked.tenant, lower(asked.tenant), upper(asked.tenant)]) and s.offer_id = asked.offer and s.status <> 'Unsubscribed'`);
  const {
    plans: changes,
    trialEnds,
    suspensions,
    activations,
  } = await recentChanges(
    db,
    rows.map(({ id }) => id),
    new Date(now.getTime() - changesWithinMs),
  );
  const pairs = rows.flatMap(({ id, offer_id: offerId, plan_id: planId }) => [
    { offerId, planId },
    ...(changes.get(id) ?? []).map((change) => ({ offerId, planId: change.planId })),
  ]);
  const planOf = await meteredPlans(db, pairs);
  const byId = new Map<string, MeteredSubscription>();
  const byTenant = new Map<string, MeteredSubscription[]>();
  for (const row of rows) {
    const plans: MeteredPlan[] = [];
    let planId = row.plan_id;
    for (const change of changes.get(row.id) ?? []) {
      plans.push({ ...planOf(row.offer_id, planId), since: change.at });
      ({ planId } = change);
    }
    plans.push({ ...planOf(row.offer_id, planId), since: null });
    const subscription: MeteredSubscription = {
      id: row.id,
      offerId: row.offer_id,
      status: row.status,
      statusSince: new Date(row.status_since),
      activeFrom: activations.get(row.id) ?? null,
      isFreeTrial: row.is_free_trial,
      termEndsOn: row.term_ends_on,
      trialEndedAt: trialEnds.get(row.id) ?? null,
      suspensions: suspensions.get(row.id) ?? [],
      plans,
    };
    if (row.tenant === null) byId.set(row.id, subscription);
    else {
      const key = JSON.stringify([row.tenant, row.offer_id]);
      byTenant.set(key, [...(byTenant.get(key) ?? []), subscription]);
    }
  }
  return (subject) => {
    if (!("subscriptionId" in subject)) return byTenant.get(JSON.stringify([subject.tenant, subject.offer])) ?? [];
    const found = byId.get(subject.subscriptionId);
    return found ? [found] : [];
  };
}

function lastDayOf(column: "term_ends_at" | "s.term_ends_at") {
  return sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD')`;
}

type Suspension = MeteredSubscription["suspensions"][number];

/** Changes of plan and status. */
const relevantKinds: ActivityKind[] = [
  "subscription.plan_changed",
  "subscription.trial_ended",
  "subscription.activated",
  "subscription.suspended",
  "subscription.reinstated",
  "subscription.unsubscribed",
  "subscription.unexpected_transition",
];

/**
 * By subscription: changes of plan, newest first, each with the plan before it; the last end of a free trial; suspensions
 * that have ended, newest first; and when Microsoft was asked to activate a purchase.
 */
async function recentChanges(db: Executor, ids: string[], since: Date) {
  const plans = new Map<string, { at: Date; planId: string }[]>();
  const trialEnds = new Map<string, Date>();
  const suspensions = new Map<string, Suspension[]>();
  const activations = new Map<string, Date>();
  if (ids.length === 0) return { plans, trialEnds, suspensions, activations };
  // The renewal that ended the trial is an entry of the same moment.
  const { rows } = await db.execute<{
    subscription_id: string;
    at: string;
    kind: string;
    plan_id: string | null;
    was_suspended: boolean;
    last_day: Day | null;
    reinstated_at: string | null;
    activation_sent_at: string | null;
  }>(sql`
    select c.subscription_id, c.at, c.kind, c.before->>'planId' as plan_id, coalesce(c.before->>'status' = 'Suspended', false) as was_suspended,
      r.before->>'termEndsOn' as last_day, o.occurred_at as reinstated_at,
      case when c.kind = 'subscription.activated' and c.before->>'status' = 'PendingFulfillmentStart' then (
        select min(sent_at) from operations where subscription_id = c.subscription_id and action = 'Activate' and outcome is distinct from 'failed'
      ) end as activation_sent_at
    from activity c
    left join activity r on c.kind = 'subscription.trial_ended' and r.subscription_id = c.subscription_id and r.at = c.at
      and r.kind = 'subscription.renewed' and r.id >= ${firstIdAt(since.getTime())}::uuid
    left join operations o on o.id = c.operation_id and o.action = 'Reinstate' and o.outcome = 'succeeded'
    where c.subscription_id = any(${sql.param(ids)}::text[]) and c.id >= ${firstIdAt(since.getTime())}::uuid
      and c.kind = any(${sql.param(relevantKinds)}::text[])
    order by c.at desc, c.id desc`);
  const ends = new Map<string, { seenAt: Date; reinstatedAt: Date }>();
  const addSuspension = (id: string, from: Date) => {
    const end = ends.get(id);
    if (end === undefined) return;
    // Microsoft's time of the reinstatement: the webhook can be late, and what was used until then is billed.
    const until = end.reinstatedAt > from && end.reinstatedAt < end.seenAt ? end.reinstatedAt : end.seenAt;
    suspensions.set(id, [...(suspensions.get(id) ?? []), { from, until }]);
  };
  for (const row of rows) {
    const { subscription_id: id, kind, plan_id: planId } = row;
    const at = new Date(row.at);
    // What was used between the request and its settling is billed.
    if (row.activation_sent_at !== null) activations.set(id, new Date(row.activation_sent_at));
    if (kind === "subscription.trial_ended") {
      if (!trialEnds.has(id)) trialEnds.set(id, trialEnd(at, row.last_day));
    } else if (kind === "subscription.plan_changed") {
      if (planId !== null) plans.set(id, [...(plans.get(id) ?? []), { at, planId }]);
    } else {
      // A suspension ends with any other status.
      addSuspension(id, at);
      if (row.was_suspended) ends.set(id, { seenAt: at, reinstatedAt: new Date(row.reinstated_at ?? at) });
      else ends.delete(id);
    }
  }
  // They began before these changes.
  for (const id of ends.keys()) addSuspension(id, new Date(0));
  return { plans, trialEnds, suspensions, activations };
}

async function meteredPlans(db: Executor, pairs: { offerId: string; planId: string }[]) {
  const asked = [...new Map(pairs.map((pair) => [JSON.stringify([pair.offerId, pair.planId]), pair])).values()];
  const { rows } = await db.execute<{
    offer_id: string;
    plan_id: string;
    is_per_seat: boolean | null;
    dimensions: string[] | null;
  }>(sql`
    select asked."offerId" as offer_id, asked."planId" as plan_id, p.is_price_per_seat as is_per_seat, (
      select array_agg(dimension) from (
        select d.dimension from usage_dimensions d where d.offer_id = asked."offerId" and d.plan_id = asked."planId"
        union
        select a.dimension from usage_allowances a where a.offer_id = asked."offerId" and a.plan_id = asked."planId"
      ) known) as dimensions
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked("offerId" text, "planId" text)
    left join plans p on p.offer_id = asked."offerId" and p.plan_id = asked."planId"`);
  const found = new Map(rows.map((row) => [JSON.stringify([row.offer_id, row.plan_id]), row]));
  return (offerId: string, planId: string) => {
    const row = found.get(JSON.stringify([offerId, planId]));
    return { planId, isPerSeat: row?.is_per_seat ?? false, dimensions: new Set(row?.dimensions) };
  };
}

/** Sets which changes by customers are accepted: a new version of the rule of an offer, a plan, or all offers. */
import { sql } from "drizzle-orm";
import { limitsInWords, plansInWords, type RuleLimits, seatsInWords } from "../../../shared/change-rules.ts";
import { activeVersion, withVersion } from "../../../shared/scope.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { SetRuleInput } from "../../../shared/inputs/change-rules.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { planMark, scopeInWords } from "../../domain/name-marks.ts";
import { latestRuleOf, latestRules, ruleView } from "../../database/queries/change-rules.ts";
import { announce, record } from "../../database/record/record.ts";
import { changeRules } from "../../database/schema/change-rules.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";
import { requireAdmin } from "../require-admin.ts";

type Rule = typeof changeRules.$inferSelect;

/**
 * Stores the next version, for changes decided after the commit. To stop asking staff first is a weakening; which changes are
 * accepted is the publisher's own business.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else set the rule in the meantime,
 * `NotAllowedNow` if nothing changes; others as `changePolicy`
 */
export function setChangeRule(ctx: Context, input: SetRuleInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "change_rule", planChangeRule, input);
}

export const planChangeRule: Planner<SetRuleInput> = async (tx, { actor }, input) => {
  requireAdmin(actor, "Only an admin can set change rules.");
  const { seenVersion, reason, ...asked } = input;
  const wanted = {
    ...asked,
    asksStaff: asked.asksStaff ?? false,
    allowedPlans: asked.allowedPlans && [...new Set(asked.allowedPlans)].toSorted(),
  };
  // Serialized, so that versions have no gaps; decisions are not blocked.
  await tx.execute(sql`lock table ${changeRules} in share row exclusive mode`);
  const former = await latestRuleOf(tx, wanted);
  if ((former?.version ?? 0) !== seenVersion) {
    throw new AppError(
      "Conflict",
      `${former?.actorName ?? "A colleague"} has changed this rule; it is now version ${former?.version ?? 0}. Review it, then make your change again.`,
    );
  }
  if (isSameRule(former, wanted))
    throw new AppError("NotAllowedNow", "The rule already has these values. Nothing was changed.");
  const rules = (await latestRules(tx)).map(ruleView);
  const asksWith = (versions: typeof rules) => activeVersion(versions, wanted)?.asksStaff ?? false;
  const candidate = { ...ruleDraft, ...wanted };
  return {
    scope: JSON.stringify([wanted.offerId, wanted.planId]),
    version: seenVersion,
    summary: `Change rule for ${scopeInWords(wanted)}: ${inWords(wanted)}`,
    isWeaker: asksWith(rules) && !asksWith(withVersion(rules, candidate)),
    async apply(ctx) {
      const now = ctx.now();
      const [last] = await tx
        .select({ version: sql<number>`coalesce(max(${changeRules.version}), 0)` })
        .from(changeRules);
      const version = (last?.version ?? 0) + 1;
      await tx
        .insert(changeRules)
        .values({ id: newId(now), version, ...wanted, reason, ...actorColumns(ctx.actor), createdAt: now });
      await record(tx, ctx.actor, now, [
        {
          kind: "rule.changed",
          summary: `Change rule for ${scopeInWords(wanted)}, version ${version}: ${inWords(wanted)}`,
          before: former && onRecord(former),
          after: onRecord({ ...wanted, version }),
          reason,
        },
      ]);
      await announce(tx, [{ topic: "rule", subscriptionId: null }]);
      return version;
    },
  };
};

/** The parts of a version that is not set yet. */
const ruleDraft = {
  id: "",
  version: Number.MAX_SAFE_INTEGER,
  reason: "",
  at: "",
  actor: { kind: "staff", name: "" },
} as const;

type Limits = RuleLimits & { offerId: string | null; followsWider: boolean; asksStaff: boolean };

/** A scope that never had a rule inherits the wider one, as does a scope whose rule was removed. */
function isSameRule(former: Rule | null, wanted: Limits): boolean {
  if (former === null) return wanted.followsWider;
  return former.followsWider === wanted.followsWider && limitsInWords(former) === limitsInWords(wanted);
}

function inWords(rule: Limits): string {
  return rule.followsWider
    ? "inherited from the wider rule"
    : `customers may change to ${limitsInWords(rule, (planId) => planMark(planId, rule.offerId))}`;
}

function onRecord(rule: Limits & { version: number }): Record<string, unknown> {
  const limits = rule.followsWider
    ? { plans: "inherited", seats: "inherited" }
    : {
        plans: plansInWords(rule.allowedPlans, (planId) => planMark(planId, rule.offerId)),
        seats: seatsInWords(rule),
      };
  return { version: rule.version, ...limits, ...(rule.asksStaff ? { asksStaff: true } : {}) };
}

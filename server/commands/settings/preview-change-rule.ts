/** What a change rule would have rejected in the last 90 days. Changes nothing. */
import { previewDays } from "../../../shared/change-rules.ts";
import type { PreviewRuleInput } from "../../../shared/inputs/change-rules.ts";
import type { RulePreviewView } from "../../../shared/views/change-rules.ts";
import type { Context } from "../../context.ts";
import { listCustomerChanges, findChanges } from "../../database/queries/customer-changes.ts";
import { latestRules } from "../../database/queries/change-rules.ts";
import { planMark } from "../../domain/name-marks.ts";
import { testCandidate } from "../../domain/rule-preview.ts";

const examplesShown = 20;

/** Judges all customer changes that the rule would have decided, and lists the latest that it would reject. */
export async function previewChangeRule(
  ctx: Pick<Context, "db" | "now">,
  candidate: PreviewRuleInput,
): Promise<RulePreviewView> {
  const since = new Date(ctx.now().getTime() - previewDays * 24 * 3_600_000);
  const [asked, rules] = await Promise.all([listCustomerChanges(ctx.db, candidate, since), latestRules(ctx.db)]);
  const { refusals, ...counts } = testCandidate(asked, rules, candidate);
  const why = new Map(refusals.flatMap((refusal) => refusal.asked.latest.map((id) => [id, refusal.why] as const)));
  // Ids are ordered by time, so the last ones are the latest.
  const shown = [...why.keys()].toSorted().slice(-examplesShown);
  const named = await findChanges(ctx.db, shown);
  return {
    days: previewDays,
    ...counts,
    examples: named.map(({ at, subscriptionName, offerId, previousPlanId, planId, ...change }) => ({
      ...change,
      subscriptionName: subscriptionName || change.subscriptionId,
      previousPlanName: planMark(previousPlanId ?? "", offerId),
      planName: planId && planMark(planId, offerId),
      at: at.toISOString(),
      why: why.get(change.operationId) ?? "",
    })),
  };
}

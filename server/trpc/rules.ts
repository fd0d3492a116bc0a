/** Change rules: which changes by customers are accepted. */
import { latestOf, versionInForce, type RuleScope } from "../../shared/scope.ts";
import { previewRuleInput, ruleScopeInput, setRuleInput } from "../../shared/inputs.ts";
import type { ChangeRulesView, RuleScopeView } from "../../shared/views/change-rules.ts";
import { previewChangeRule } from "../commands/settings/preview-change-rule.ts";
import { setChangeRule } from "../commands/settings/set-change-rule.ts";
import { latestRules, listOffersAndPlans, listRuleVersions, ruleView } from "../database/queries/change-rules.ts";
import { offerMark } from "../domain/name-marks.ts";
import { listOffers } from "../database/queries/subscription-counts.ts";
import { dangerousAdminProcedure, adminProcedure, router, viewerProcedure } from "./init.ts";

export const rulesRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<ChangeRulesView> => {
    const [rules, facets] = await Promise.all([latestRules(ctx.db), listOffers(ctx.db)]);
    const plans = await listOffersAndPlans(ctx.db, facets.offers, rules);
    const versions = rules.map(ruleView);
    const scopeView = (scope: RuleScope, planName: string | null): RuleScopeView => ({
      ...scope,
      offerName: scope.offerId && offerMark(scope.offerId),
      planName,
      own: latestOf(versions, scope),
      inForce: versionInForce(versions, scope),
    });
    const ofOffers = [...plans].flatMap(([offerId, offered]) => [
      scopeView({ offerId, planId: null }, null),
      ...offered.map(({ planId, name }) => scopeView({ offerId, planId }, name)),
    ]);
    return {
      scopes: [scopeView({ offerId: null, planId: null }, null), ...ofOffers],
      plans: Object.fromEntries(plans),
    };
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listRuleVersions(ctx.db, input)),
  preview: adminProcedure
    .input(previewRuleInput)
    .query(({ ctx, input }) => previewChangeRule({ ...ctx.command, db: ctx.slowDb }, input)),
  set: dangerousAdminProcedure.input(setRuleInput).mutation(({ ctx, input }) => setChangeRule(ctx.command, input)),
});

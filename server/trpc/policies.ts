/** Activation policies: when purchases are activated. */
import { ruleScopeInput, setActivationPolicyInput } from "../../shared/inputs.ts";
import { latestOf, type RuleScope, versionInForce } from "../../shared/scope.ts";
import type { ActivationPoliciesView, PolicyScopeView } from "../../shared/views/activation-policies.ts";
import { setActivationPolicy } from "../commands/settings/set-activation-policy.ts";
import { latestPolicies, listPolicyVersions, policyView } from "../database/queries/activation-policies.ts";
import { productContact } from "../database/queries/api-keys.ts";
import { listOffersAndPlans } from "../database/queries/change-rules.ts";
import { offerMark } from "../domain/name-marks.ts";
import { listOffers } from "../database/queries/subscription-counts.ts";
import { dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";

export const policiesRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<ActivationPoliciesView> => {
    const [policies, facets, { hasKey }] = await Promise.all([
      latestPolicies(ctx.db),
      listOffers(ctx.db),
      productContact(ctx.db),
    ]);
    const plans = await listOffersAndPlans(ctx.db, facets.offers, policies);
    const versions = policies.map(policyView);
    const scopeView = (scope: RuleScope, planName: string | null): PolicyScopeView => ({
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
    return { scopes: [scopeView({ offerId: null, planId: null }, null), ...ofOffers], hasKey };
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listPolicyVersions(ctx.db, input)),
  set: dangerousAdminProcedure
    .input(setActivationPolicyInput)
    .mutation(({ ctx, input }) => setActivationPolicy(ctx.command, input)),
});

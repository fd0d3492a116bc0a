/** Activation policies: when purchases are activated. */
import { ruleScopeInput } from "../../shared/inputs/parts.ts";
import { setActivationPolicyInput } from "../../shared/inputs/policies.ts";
import type { ActivationPoliciesView } from "../../shared/views/activation-policies.ts";
import { setActivationPolicy } from "../commands/settings/set-activation-policy.ts";
import { latestPolicies, listPolicyVersions, policyView } from "../database/queries/activation-policies.ts";
import { productContact } from "../database/queries/api-keys.ts";
import { dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";
import { readScopes } from "./scope-views.ts";

export const policiesRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<ActivationPoliciesView> => {
    const [{ scopes }, { hasKey }] = await Promise.all([
      readScopes(ctx.db, latestPolicies(ctx.db), policyView),
      productContact(ctx.db),
    ]);
    return { scopes, hasKey };
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listPolicyVersions(ctx.db, input)),
  set: dangerousAdminProcedure
    .input(setActivationPolicyInput)
    .mutation(({ ctx, input }) => setActivationPolicy(ctx.command, input)),
});

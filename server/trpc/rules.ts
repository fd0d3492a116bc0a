/** Change rules: which changes by customers are accepted. */
import { previewRuleInput, setRuleInput } from "../../shared/inputs/change-rules.ts";
import { ruleScopeInput } from "../../shared/inputs/parts.ts";
import type { ChangeRulesView } from "../../shared/views/change-rules.ts";
import { previewChangeRule } from "../commands/settings/preview-change-rule.ts";
import { setChangeRule } from "../commands/settings/set-change-rule.ts";
import { latestRules, listRuleVersions, ruleView } from "../database/queries/change-rules.ts";
import { dangerousAdminProcedure, adminProcedure, router, viewerProcedure } from "./init.ts";
import { readScopes } from "./scope-views.ts";

export const rulesRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<ChangeRulesView> => {
    const { scopes, plans } = await readScopes(ctx.db, latestRules(ctx.db), ruleView);
    return { scopes, plans: Object.fromEntries(plans) };
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listRuleVersions(ctx.db, input)),
  preview: adminProcedure
    .input(previewRuleInput)
    .query(({ ctx, input }) => previewChangeRule({ ...ctx.command, db: ctx.slowDb }, input)),
  set: dangerousAdminProcedure.input(setRuleInput).mutation(({ ctx, input }) => setChangeRule(ctx.command, input)),
});

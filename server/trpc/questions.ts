/** The questions of the landing page, and the answers. */
import { z } from "zod";
import { editAnswersInput, ruleScopeInput, setQuestionsInput } from "../../shared/inputs.ts";
import { latestOf, type RuleScope, versionInForce } from "../../shared/scope.ts";
import type { QuestionScopeView, SubscriptionAnswersView } from "../../shared/views/questions.ts";
import { setQuestions } from "../commands/settings/set-questions.ts";
import { listOffersAndPlans } from "../database/queries/change-rules.ts";
import {
  questionSetView,
  latestQuestionSets,
  questionsOf,
  listQuestionSetVersions,
} from "../database/queries/question-sets.ts";
import { findSubscription } from "../database/queries/subscriptions.ts";
import { editAnswers } from "../commands/subscriptions/save-answers.ts";
import { listOffers } from "../database/queries/subscription-counts.ts";
import { offerMark } from "../domain/name-marks.ts";
import { AppError } from "../errors.ts";
import { adminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";

export const questionsRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<QuestionScopeView[]> => {
    const [rows, facets] = await Promise.all([latestQuestionSets(ctx.db), listOffers(ctx.db)]);
    const plans = await listOffersAndPlans(ctx.db, facets.offers, rows);
    const versions = rows.map(questionSetView);
    const scopeView = (scope: RuleScope, planName: string | null): QuestionScopeView => ({
      ...scope,
      offerName: scope.offerId && offerMark(scope.offerId),
      planName,
      own: latestOf(versions, scope),
      active: versionInForce(versions, scope),
    });
    const ofOffers = [...plans].flatMap(([offerId, offered]) => [
      scopeView({ offerId, planId: null }, null),
      ...offered.map(({ planId, name }) => scopeView({ offerId, planId }, name)),
    ]);
    return [scopeView({ offerId: null, planId: null }, null), ...ofOffers];
  }),

  /** The questions that a subscription's purchaser is asked, and what was answered. */
  ofSubscription: viewerProcedure
    .input(z.strictObject({ id: z.string().min(1).max(200) }))
    .query(async ({ ctx, input }): Promise<SubscriptionAnswersView> => {
      const subscription = await findSubscription(ctx.db, input.id);
      if (!subscription) throw new AppError("NotFound", "There is no subscription with this ID.");
      const { questions } = await questionsOf(ctx.db, subscription.record);
      return { questions, answers: subscription.record.answers ?? [] };
    }),
  answer: operatorProcedure.input(editAnswersInput).mutation(({ ctx, input }) => editAnswers(ctx.command, input)),
  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listQuestionSetVersions(ctx.db, input)),
  set: adminProcedure.input(setQuestionsInput).mutation(({ ctx, input }) => setQuestions(ctx.command, input)),
});

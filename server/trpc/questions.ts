/** The questions of the landing page, and the answers. */
import { z } from "zod";
import { editAnswersInput, setQuestionsInput } from "../../shared/inputs/landing.ts";
import { ruleScopeInput } from "../../shared/inputs/parts.ts";
import type { QuestionScopeView, SubscriptionAnswersView } from "../../shared/views/questions.ts";
import { setQuestions } from "../commands/settings/set-questions.ts";
import { answersVersionOf, readLastAnswers } from "../database/queries/answers.ts";
import {
  questionSetView,
  latestQuestionSets,
  questionsOf,
  listQuestionSetVersions,
} from "../database/queries/question-sets.ts";
import { findSubscription } from "../database/queries/subscriptions.ts";
import { editAnswers } from "../commands/subscriptions/save-answers.ts";
import { AppError } from "../errors.ts";
import { adminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";
import { lastChangeView } from "./last-change-view.ts";
import { readScopes } from "./scope-views.ts";

export const questionsRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<QuestionScopeView[]> => {
    const { scopes } = await readScopes(ctx.db, latestQuestionSets(ctx.db), questionSetView);
    return scopes;
  }),

  /** The questions that a subscription's purchaser is asked, and what was answered. */
  ofSubscription: viewerProcedure
    .input(z.strictObject({ id: z.string().min(1).max(200) }))
    .query(async ({ ctx, input }): Promise<SubscriptionAnswersView> => {
      const subscription = await findSubscription(ctx.db, input.id);
      if (!subscription) throw new AppError("NotFound", "There is no subscription with this ID.");
      const { questions } = await questionsOf(ctx.db, subscription.record);
      const answers = subscription.record.answers ?? [];
      return {
        questions,
        answers,
        version: answersVersionOf(answers),
        changed: lastChangeView(await readLastAnswers(ctx.db, input.id)),
      };
    }),
  answer: operatorProcedure.input(editAnswersInput).mutation(({ ctx, input }) => editAnswers(ctx.command, input)),
  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listQuestionSetVersions(ctx.db, input)),
  set: adminProcedure.input(setQuestionsInput).mutation(({ ctx, input }) => setQuestions(ctx.command, input)),
});

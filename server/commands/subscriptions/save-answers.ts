/** Stores the answers to the questions of the landing page with a subscription. */
import { eq, sql } from "drizzle-orm";
import type { EditAnswersInput } from "../../../shared/inputs/landing.ts";
import type { Answer } from "../../../shared/questions.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { answersVersionOf, readLastAnswers } from "../../database/queries/answers.ts";
import { type ActiveQuestions, questionsOf } from "../../database/queries/question-sets.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { type AnswerProblem, readAnswersByStaff } from "../../domain/answers.ts";
import { newerChangeInWords } from "../../domain/last-change.ts";
import { AppError } from "../../errors.ts";
import { landingTexts } from "../../texts/landing/landing-texts.ts";
import { answerProblem } from "../../texts/landing/answer-problem.ts";
import { lockSubscription, type SubscriptionRecord } from "./request-change.ts";

/**
 * Changes nothing if the answers are the same.
 * @param given.why the reason, if staff gave the answers
 */
export async function saveAnswers(
  ctx: Context,
  tx: Executor,
  row: Pick<SubscriptionRecord, "id" | "answers">,
  given: { answers: Answer[]; asked: ActiveQuestions; why?: { reason: string } },
): Promise<void> {
  const before = row.answers ?? [];
  // An answer to a question that is no longer asked stays.
  const earlier = before.filter(({ id }) => !given.asked.questions.some((question) => question.id === id));
  const answers = [...given.answers, ...earlier];
  if (isSame(before, answers)) return;
  const now = ctx.now();
  await tx
    .update(subscriptions)
    .set({ answers, ownVersion: sql`${subscriptions.ownVersion} + 1`, updatedAt: now })
    .where(eq(subscriptions.id, row.id));
  await record(tx, ctx.actor, now, [
    {
      subscriptionId: row.id,
      kind: "subscription.answers_given",
      summary: before.length === 0 ? "Questions answered" : "Answers changed",
      before: before.length === 0 ? null : byQuestion(before),
      after: { ...byQuestion(answers), questionsVersion: given.asked.version },
      ...given.why,
    },
  ]);
  await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
}

function isSame(before: Answer[], answers: Answer[]): boolean {
  const values = (list: Answer[]) => JSON.stringify(list.map(({ id, answer }) => [id, answer]));
  return values(before) === values(answers);
}

function byQuestion(answers: Answer[]): Record<string, unknown> {
  return Object.fromEntries(answers.map(({ id, answer }) => [id, answer]));
}

/**
 * By staff, for instance after a call: corrects answers, or gives those that the purchaser did not.
 * @throws AppError `NotFound`, `Conflict` if the purchaser or a colleague has answered since, `Invalid` with the problem of
 * each answer
 */
export async function editAnswers(ctx: Context, input: EditAnswersInput): Promise<{ ok: true }> {
  const { subscriptionId, answers: typed, seenVersion, reason } = input;
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, subscriptionId);
    if (answersVersionOf(row.answers) !== seenVersion)
      throw new AppError("Conflict", newerChangeInWords("these answers", await readLastAnswers(tx, subscriptionId)));
    const asked = await questionsOf(tx, row);
    const { questions } = asked;
    const earlier = row.answers ?? [];
    const { answers, problems } = readAnswersByStaff(questions, typed, earlier);
    if (problems.size > 0)
      throw invalid(problems, (id) => questions.find((question) => question.id === id)?.label.en ?? id);
    if (answers.length === 0 && earlier.length === 0) throw new AppError("Invalid", "Enter at least one answer.");
    await saveAnswers(ctx, tx, row, { answers, asked, why: { reason } });
  });
  return { ok: true };
}

function invalid(problems: Map<string, AnswerProblem>, labelOf: (id: string) => string): AppError {
  const fields = Object.fromEntries(
    [...problems].map(([id, problem]) => [
      `answers.${id}`,
      [answerProblem("en", landingTexts.en, problem, labelOf(id))],
    ]),
  );
  return new AppError("Invalid", Object.values(fields).flat()[0] ?? "An answer is not valid.", { fields });
}

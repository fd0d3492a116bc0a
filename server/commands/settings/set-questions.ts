/** Sets the questions of the landing page: a new version for an offer, a plan, or all offers. */
import { sql } from "drizzle-orm";
import type { SetQuestionsInput } from "../../../shared/inputs/landing.ts";
import { type Question, textIn } from "../../../shared/questions.ts";
import type { Context } from "../../context.ts";
import { latestQuestionSetOf } from "../../database/queries/question-sets.ts";
import { announce, record } from "../../database/record/record.ts";
import { questionSets } from "../../database/schema/question-sets.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { scopeInWords } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Answers that were given stay as they are.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else changed them in the meantime
 */
export async function setQuestions(ctx: Context, input: SetQuestionsInput): Promise<{ version: number }> {
  requireAdmin(ctx.actor, "Only an admin can set the questions of the landing page.");
  const { seenVersion, reason, offerId, planId, questions } = input;
  return ctx.db.transaction(async (tx) => {
    // Serialized, so that versions have no gaps.
    await tx.execute(sql`lock table ${questionSets} in share row exclusive mode`);
    const former = await latestQuestionSetOf(tx, input);
    if ((former?.version ?? 0) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "A colleague"} has changed these questions. Review them, then make your change again.`,
      );
    }
    const at = ctx.now();
    const [last] = await tx
      .select({ version: sql<number>`coalesce(max(${questionSets.version}), 0)` })
      .from(questionSets);
    const version = (last?.version ?? 0) + 1;
    const values = { offerId, planId, questions, followsWider: questions === null };
    await tx
      .insert(questionSets)
      .values({ id: newId(at), version, ...values, reason, ...actorColumns(ctx.actor), createdAt: at });
    await record(tx, ctx.actor, at, [
      {
        kind: "questions.changed",
        summary: `Questions of the landing page for ${scopeInWords(input)}, version ${version}`,
        before: former && onRecord(former.questions),
        after: onRecord(questions),
        reason,
      },
    ]);
    await announce(tx, [{ topic: "setting", subscriptionId: null }]);
    return { version };
  });
}

function onRecord(questions: Question[] | null) {
  return {
    questions:
      questions === null
        ? "inherited from the wider questions"
        : questions.map(({ label }) => textIn(label, "en")).join(" · "),
  };
}

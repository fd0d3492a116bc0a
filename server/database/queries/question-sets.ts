/** Reads the questions of the landing page. */
import { desc, eq, isNull, or } from "drizzle-orm";
import type { Question } from "../../../shared/questions.ts";
import { type RuleScope, activeVersion } from "../../../shared/scope.ts";
import type { QuestionSetView } from "../../../shared/views/questions.ts";
import { isOfScope, maxVersionsShown } from "../statements/scope-condition.ts";
import type { Executor } from "../connection/database.ts";
import { questionSets as q } from "../schema/question-sets.ts";

type Row = typeof q.$inferSelect;

/** The latest version of each scope: all, or those that apply to an offer. */
export async function latestQuestionSets(db: Executor, offerId?: string): Promise<Row[]> {
  return db
    .selectDistinctOn([q.offerId, q.planId])
    .from(q)
    .where(offerId === undefined ? undefined : or(isNull(q.offerId), eq(q.offerId, offerId)))
    .orderBy(q.offerId, q.planId, desc(q.version));
}

export type ActiveQuestions = { version: number; questions: Question[] };

/** The active questions of an offer and plan; version 0 without any. */
export async function questionsOf(db: Executor, scope: { offerId: string; planId: string }): Promise<ActiveQuestions> {
  const active = activeVersion(await latestQuestionSets(db, scope.offerId), scope);
  return { version: active?.version ?? 0, questions: active?.questions ?? [] };
}

/** The latest version of exactly this scope; null if there was never one. */
export async function latestQuestionSetOf(db: Executor, scope: RuleScope): Promise<Row | null> {
  const [row] = await db.select().from(q).where(isOfScope(q, scope)).orderBy(desc(q.version)).limit(1);
  return row ?? null;
}

/** The versions of a scope's questions, the latest first. */
export async function listQuestionSetVersions(db: Executor, scope: RuleScope): Promise<QuestionSetView[]> {
  const rows = await db.select().from(q).where(isOfScope(q, scope)).orderBy(desc(q.version)).limit(maxVersionsShown);
  return rows.map(questionSetView);
}

export function questionSetView({ createdAt, actorKind, actorName, actorId: _, ...row }: Row): QuestionSetView {
  return { ...row, at: createdAt.toISOString(), actor: { kind: actorKind, name: actorName } };
}

/** The version of a purchaser's answers, and who gave or corrected them last. */
import { and, desc, eq } from "drizzle-orm";
import type { Answer } from "../../../shared/questions.ts";
import type { LastChange } from "../../domain/last-change.ts";
import type { Executor } from "../connection/database.ts";
import { activity as a } from "../schema/activity.ts";
import { fingerprintOf } from "../statements/fingerprint.ts";

/** @param answers null: none */
export function answersVersionOf(answers: readonly Answer[] | null): string {
  return fingerprintOf((answers ?? []).map(({ id, answer }) => [id, answer]));
}

/** Null: never answered, or so long ago that the entry is deleted. */
export async function readLastAnswers(db: Executor, subscriptionId: string): Promise<LastChange | null> {
  const [entry] = await db
    .select({ byName: a.actorName, at: a.at })
    .from(a)
    .where(and(eq(a.subscriptionId, subscriptionId), eq(a.kind, "subscription.answers_given")))
    .orderBy(desc(a.id))
    .limit(1);
  return entry ?? null;
}

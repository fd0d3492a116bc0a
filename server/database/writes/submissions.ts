/** Queries of `submissions`. The primary key decides: the first of arriving and withdrawing counts. */
import { and, eq, lt } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { type submissionOutcomes, submissions } from "../schema/submissions.ts";

/** Longer than any page waits for an outcome. */
const retentionMs = 24 * 3_600_000;

export type SubmissionKey = { actorId: string; id: string };
export type SubmissionEnd = {
  outcome: Exclude<(typeof submissionOutcomes)[number], "withdrawn">;
  message: string | null;
};

/** Records the arrival. `false`: it arrived before, or was withdrawn, and must not be carried out. */
export async function beginSubmission(
  db: Executor,
  submission: SubmissionKey & { procedure: string },
  now: Date,
): Promise<boolean> {
  const added = await db
    .insert(submissions)
    .values({ ...submission, receivedAt: now })
    .onConflictDoNothing()
    .returning({ id: submissions.id });
  return added.length > 0;
}

export async function endSubmission(db: Executor, key: SubmissionKey, end: SubmissionEnd): Promise<void> {
  await db.update(submissions).set(end).where(isKey(key));
}

/** The outcome. A submission that has not arrived is withdrawn by this. */
export async function settleSubmission(
  db: Executor,
  key: SubmissionKey,
  now: Date,
): Promise<Pick<typeof submissions.$inferSelect, "outcome" | "message" | "receivedAt">> {
  const columns = { outcome: submissions.outcome, message: submissions.message, receivedAt: submissions.receivedAt };
  const [withdrawn] = await db
    .insert(submissions)
    .values({ ...key, receivedAt: now, outcome: "withdrawn" })
    .onConflictDoNothing()
    .returning(columns);
  if (withdrawn) return withdrawn;
  const [found] = await db.select(columns).from(submissions).where(isKey(key));
  if (!found) throw new Error("A submission was removed while its outcome was read.");
  return found;
}

export async function sweepSubmissions(db: Executor, now: Date): Promise<void> {
  await db.delete(submissions).where(lt(submissions.receivedAt, new Date(now.getTime() - retentionMs)));
}

function isKey({ actorId, id }: SubmissionKey) {
  return and(eq(submissions.actorId, actorId), eq(submissions.id, id));
}

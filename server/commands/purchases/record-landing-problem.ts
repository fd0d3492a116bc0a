/** Records a landing page failure, so that staff find it by the support code shown. */
import { and, desc, eq, inArray, lt, or } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { landingProblems } from "../../database/schema/landing.ts";
import type { LandingFailure } from "../../domain/landing-failure.ts";

/** A limit for each kind, so that many of one kind do not displace the others. */
const maxOfKind = 2_000;
const retentionMs = 90 * 86_400_000;

export type LandingProblem = {
  supportCode: string;
  kind: LandingFailure;
  /** Microsoft's status code; null without a response. */
  status: number | null;
  /** For staff: a sentence without personal data. */
  summary: string;
  correlationId: string | null;
};

export async function recordLandingProblem(
  { db, now }: Pick<Context, "db" | "now">,
  problem: LandingProblem,
): Promise<void> {
  const { kind } = problem;
  const at = now();
  const { supportCode, at: noted } = landingProblems;
  const surplus = db
    .select({ supportCode })
    .from(landingProblems)
    .where(eq(landingProblems.kind, kind))
    .orderBy(desc(noted))
    .offset(maxOfKind - 1);
  await db
    .delete(landingProblems)
    .where(
      and(
        eq(landingProblems.kind, kind),
        or(lt(noted, new Date(at.getTime() - retentionMs)), inArray(supportCode, surplus)),
      ),
    );
  await db.insert(landingProblems).values({ ...problem, at });
}

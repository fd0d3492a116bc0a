/** Puts on record that the landing page could not help, so that staff find it by the support code that the purchaser saw. */
import type { Context } from "../../context.ts";
import { record } from "../../database/record.ts";

export async function noteLandingTrouble(
  ctx: Pick<Context, "db" | "now">,
  trouble: { supportCode: string; what: string; correlationId?: string },
): Promise<void> {
  const { supportCode, what, correlationId } = trouble;
  await record(ctx.db, { kind: "system", name: "Landing page" }, ctx.now(), [
    {
      kind: "landing.refused",
      summary: `${what} The purchaser was shown the support code ${supportCode}.`,
      after: { supportCode, ...(correlationId ? { correlationId } : {}) },
    },
  ]);
}

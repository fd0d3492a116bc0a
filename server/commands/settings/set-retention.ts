/** Sets how long data is kept, as a new version. */
import { sql } from "drizzle-orm";
import type { SetRetentionInput } from "../../../shared/inputs/policies.ts";
import { retentionInWords, type RetentionDays, retentionKinds, retentionRules } from "../../../shared/retention.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { announce, record } from "../../database/record/record.ts";
import { retentions } from "../../database/schema/retention.ts";
import { daysOf, latestRetention } from "../../database/queries/settings.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Stores the next version, which applies from the job's next run. A shorter time is a weakening: deleted data is
 * gone, and may be evidence against the person who wants it deleted.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else changed it in the meantime, `NotAllowedNow`
 * if nothing changes; others as `changePolicy`
 */
export function setRetention(ctx: Context, input: SetRetentionInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "retention", planRetention, input);
}

export const planRetention: Planner<SetRetentionInput> = async (tx, { actor }, input) => {
  requireAdmin(actor, "Only an admin can change how long data is kept.");
  const { seenVersion, reason, ...days } = input;
  await tx.execute(sql`lock table ${retentions} in share row exclusive mode`);
  const former = await latestRetention(tx);
  if ((former?.version ?? 0) !== seenVersion) {
    throw new AppError(
      "Conflict",
      `${former?.actorName ?? "A colleague"} has changed data retention. Review the change, then save yours again.`,
    );
  }
  const before = daysOf(former);
  const changed = retentionKinds.filter((kind) => before[kind] !== days[kind]);
  if (changed.length === 0)
    throw new AppError("NotAllowedNow", "Data retention already has these values. Nothing was changed.");
  return {
    scope: "",
    version: seenVersion,
    summary: `Retention: ${changed.map((kind) => `${retentionRules[kind].name} kept ${retentionInWords(days[kind])}, before ${retentionInWords(before[kind])}`).join("; ")}`,
    isWeaker: changed.some((kind) => (days[kind] ?? Infinity) < (before[kind] ?? Infinity)),
    async apply(ctx) {
      const now = ctx.now();
      const version = seenVersion + 1;
      await tx
        .insert(retentions)
        .values({ id: newId(now), version, ...days, reason, ...actorColumns(ctx.actor), createdAt: now });
      await record(tx, ctx.actor, now, [
        {
          kind: "retention.changed",
          summary: `Data retention, version ${version}`,
          before: inWords(before),
          after: inWords(days),
          reason,
        },
      ]);
      await announce(tx, [{ topic: "setting", subscriptionId: null }]);
      return version;
    },
  };
};

function inWords(days: RetentionDays): Record<string, string> {
  return Object.fromEntries(retentionKinds.map((kind) => [retentionRules[kind].name, retentionInWords(days[kind])]));
}

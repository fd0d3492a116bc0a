/** Sets for how long what may go is kept, as a new version. */
import { sql } from "drizzle-orm";
import type { SetRetentionInput } from "../../../shared/inputs.ts";
import { keptFor, type RetentionDays, retentionKinds, retentionRules } from "../../../shared/retention.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { announce, record } from "../../database/record/record.ts";
import { retentions } from "../../database/schema/retention.ts";
import { daysOf, latestRetention } from "../../database/queries/settings.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";

/**
 * Stores the next version; it holds from the next run of the job on. To keep anything for less long is a weakening: what is
 * deleted cannot be brought back, and it may be the evidence against whoever wants it gone.
 *
 * @throws AppError `Forbidden` for other than admins, `Conflict` when somebody else set it meanwhile, `NotAllowedNow` when it
 *   says the same already; others as `changePolicy`
 */
export function setRetention(ctx: Context, input: SetRetentionInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "retention", planRetention, input);
}

export const planRetention: Planner<SetRetentionInput> = async (tx, { actor }, input) => {
  if (actor.kind === "staff" && !includesRole(actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can set how long things are kept.");
  }
  const { seenVersion, reason, ...days } = input;
  await tx.execute(sql`lock table ${retentions} in share row exclusive mode`);
  const former = await latestRetention(tx);
  if ((former?.version ?? 0) !== seenVersion) {
    throw new AppError(
      "Conflict",
      `${former?.actorName ?? "Somebody"} changed this meanwhile. Load the page again, then make your change.`,
    );
  }
  const before = daysOf(former);
  const changed = retentionKinds.filter((kind) => before[kind] !== days[kind]);
  if (changed.length === 0) throw new AppError("NotAllowedNow", "It says exactly this already.");
  return {
    scope: "",
    version: seenVersion,
    summary: `Retention: ${changed.map((kind) => `${retentionRules[kind].name} kept ${keptFor(days[kind])}, before ${keptFor(before[kind])}`).join("; ")}`,
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
          summary: `How long things are kept, version ${version}`,
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
  return Object.fromEntries(retentionKinds.map((kind) => [retentionRules[kind].name, keptFor(days[kind])]));
}

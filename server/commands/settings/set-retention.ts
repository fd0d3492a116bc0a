/** Sets for how long what may go is kept, as a new version. */
import { sql } from "drizzle-orm";
import type { SetRetentionInput } from "../../../shared/inputs.ts";
import { keptFor, type RetentionDays, retentionKinds, retentionRules } from "../../../shared/retention.ts";
import { includesRole } from "../../../shared/roles.ts";
import { actorColumns, type Context } from "../../context.ts";
import { announce, record } from "../../database/record.ts";
import { retentions } from "../../database/schema/retention.ts";
import { daysOf, latestRetention } from "../../database/queries/settings.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/new-id.ts";

/**
 * Stores the next version; it holds from the next run of the job on.
 *
 * @throws AppError `Forbidden` for other than admins, `Conflict` when somebody else set it meanwhile, `NotAllowedNow` when it
 *   says the same already
 */
export async function setRetention(ctx: Context, input: SetRetentionInput): Promise<{ version: number }> {
  if (ctx.actor.kind === "staff" && !includesRole(ctx.actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can set how long things are kept.");
  }
  const { seenVersion, reason, ...days } = input;
  return ctx.db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${retentions} in share row exclusive mode`);
    const former = await latestRetention(tx);
    if ((former?.version ?? 0) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "Somebody"} changed this meanwhile. Load the page again, then make your change.`,
      );
    }
    const before = daysOf(former);
    if (retentionKinds.every((kind) => before[kind] === days[kind])) {
      throw new AppError("NotAllowedNow", "It says exactly this already.");
    }
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
    return { version };
  });
}

function inWords(days: RetentionDays): Record<string, string> {
  return Object.fromEntries(retentionKinds.map((kind) => [retentionRules[kind].name, keptFor(days[kind])]));
}

/** The metering settings of admins: included quantities that Microsoft does not report, and how hours are sealed. */
import { desc, eq, and } from "drizzle-orm";
import type { SetIncludedInput, UsageSettingsInput } from "../../../shared/inputs/usage.ts";
import { unlimited } from "../../../shared/usage.ts";
import { termInWords } from "../../../shared/term.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import { usageAllowances } from "../../database/schema/usage-dimensions.ts";
import { usageSettings } from "../../database/schema/usage-settings.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { newId } from "../../database/statements/new-id.ts";
import { sealUnknown } from "../../database/writes/usage-sealing.ts";
import { actorColumns } from "../../domain/actor.ts";
import { planMark } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

function refuseUnlessAdmin({ actor }: Context): void {
  requireAdmin(actor, "Only an admin can change how usage is billed.");
}

/**
 * Stores what a plan includes of a dimension in a billing term, as a new version. It applies to hours that are sealed from
 * now on.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else changed it in the meantime
 */
export async function setIncluded(ctx: Context, input: SetIncludedInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  const { offerId, planId, dimension, termUnit, included, seenVersion, reason } = input;
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "usage allowances");
    const [former] = await tx
      .select()
      .from(usageAllowances)
      .where(
        and(
          eq(usageAllowances.offerId, offerId),
          eq(usageAllowances.planId, planId),
          eq(usageAllowances.dimension, dimension),
        ),
      )
      .orderBy(desc(usageAllowances.version))
      .limit(1);
    if ((former?.version ?? 0) !== seenVersion)
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "A colleague"} has changed this. Close this dialog and try again.`,
      );
    const now = ctx.now();
    await tx.insert(usageAllowances).values({
      id: newId(now),
      offerId,
      planId,
      dimension,
      version: seenVersion + 1,
      included: { ...former?.included, [termUnit]: included },
      reason,
      ...actorColumns(ctx.actor),
      createdAt: now,
    });
    await sealUnknown(tx, { planId, dimension }, (ctx.marketplaceNow ?? ctx.now)());
    await record(tx, ctx.actor, now, [
      {
        kind: "usage.included_changed",
        summary: `${planMark(planId, offerId)} includes ${included === unlimited ? "all" : included} of ${dimension} per ${termInWords(termUnit)}`,
        before: { offerId, planId, dimension, included: former?.included[termUnit] ?? null },
        after: { offerId, planId, dimension, included },
        reason,
      },
    ]);
    await announce(tx, [{ topic: "usage", subscriptionId: null }]);
  });
}

/**
 * Stores how hours are sealed, as a new version.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else changed it in the meantime
 */
export async function setUsageSettings(ctx: Context, input: UsageSettingsInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  const { seenVersion, reason, ...settings } = input;
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "usage settings");
    const former = await currentUsageSettings(tx);
    if (former.version !== seenVersion)
      throw new AppError("Conflict", "A colleague has changed these settings. Close this dialog and try again.");
    const now = ctx.now();
    await tx.insert(usageSettings).values({
      id: newId(now),
      version: seenVersion + 1,
      ...settings,
      reason,
      ...actorColumns(ctx.actor),
      createdAt: now,
    });
    await record(tx, ctx.actor, now, [
      {
        kind: "usage.settings_changed",
        summary: `Usage settings, version ${seenVersion + 1}`,
        before: {
          graceMinutes: former.graceMinutes,
          holdFactor: former.holdFactor,
          isShownToPurchasers: former.isShownToPurchasers,
        },
        after: settings,
        reason,
      },
    ]);
    await announce(tx, [{ topic: "usage", subscriptionId: null }]);
  });
}

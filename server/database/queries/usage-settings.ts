/** Reads the settings by which usage is sealed and shown. */
import { desc } from "drizzle-orm";
import { defaultGraceMinutes, defaultHoldFactor } from "../../../shared/usage.ts";
import type { Executor } from "../connection/database.ts";
import { usageSettings } from "../schema/usage-settings.ts";

export type UsageSettings = {
  version: number;
  graceMinutes: number;
  holdFactor: number | null;
  isShownToPurchasers: boolean;
};

const defaults: UsageSettings = {
  version: 0,
  graceMinutes: defaultGraceMinutes,
  holdFactor: defaultHoldFactor,
  isShownToPurchasers: true,
};

export async function currentUsageSettings(db: Executor): Promise<UsageSettings> {
  const [row] = await db
    .select({
      version: usageSettings.version,
      graceMinutes: usageSettings.graceMinutes,
      holdFactor: usageSettings.holdFactor,
      isShownToPurchasers: usageSettings.isShownToPurchasers,
    })
    .from(usageSettings)
    .orderBy(desc(usageSettings.version))
    .limit(1);
  return row ?? defaults;
}

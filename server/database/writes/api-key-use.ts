/** Records when API keys are used. */
import { eq } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { acceptsNoChanges } from "../statements/database-errors.ts";
import { apiKeys as k } from "../schema/api-keys.ts";

/** The last use of a key is stored to the minute, so that calls rarely write. */
const useRecordedEveryMs = 60_000;

/** Records the use of a key, at most once a minute. */
export async function recordApiKeyUse(
  db: Database,
  key: { id: string; lastUsedAt: Date | null },
  now: Date,
): Promise<void> {
  if (key.lastUsedAt !== null && now.getTime() - key.lastUsedAt.getTime() < useRecordedEveryMs) return;
  try {
    await db.update(k).set({ lastUsedAt: now }).where(eq(k.id, key.id));
  } catch (error) {
    // A database that accepts no changes can still be read.
    if (!acceptsNoChanges(error)) throw error;
  }
}

/** Reads to which origins purchasers may be sent. */
import { asc, eq } from "drizzle-orm";
import { originOf } from "../../../shared/destinations.ts";
import type { AllowedOriginView } from "../../../shared/views/destinations.ts";
import type { Executor } from "../connection/database.ts";
import { allowedOrigins } from "../schema/destinations.ts";

/** Whether purchasers may be sent to the address: its origin is listed. */
export async function isAllowedAddress(db: Executor, address: string): Promise<boolean> {
  const origin = originOf(address);
  if (origin === null) return false;
  const found = await db
    .select({ origin: allowedOrigins.origin })
    .from(allowedOrigins)
    .where(eq(allowedOrigins.origin, origin));
  return found.length > 0;
}

export async function listAllowedOrigins(db: Executor): Promise<AllowedOriginView[]> {
  const rows = await db.select().from(allowedOrigins).orderBy(asc(allowedOrigins.origin));
  return rows.map(({ origin, reason, createdAt, actorKind, actorName }) => ({
    origin,
    reason,
    at: createdAt.toISOString(),
    actor: { kind: actorKind, name: actorName },
  }));
}

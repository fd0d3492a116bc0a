/** Reads API keys. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { ApiScope, StoredApiScope } from "../../../shared/api-scopes.ts";
import type { ApiKeyView } from "../../../shared/views/api-keys.ts";
import type { Database, Executor } from "../connection/database.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { apiKeys as k } from "../schema/api-keys.ts";

/** All keys ever created: active ones first, then the newest. */
export async function listApiKeys(db: Database, now: Date): Promise<ApiKeyView[]> {
  const rows = await db
    .select()
    .from(k)
    .orderBy(sql`${k.revokedAt} is not null`, desc(k.id))
    .limit(200);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ending: row.ending,
    scopes: row.scopes,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    isExpired: row.expiresAt !== null && row.expiresAt <= now,
    noExpiryReason: row.noExpiryReason,
    createdByName: row.createdByName,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revoked:
      row.revokedAt === null
        ? null
        : { at: row.revokedAt.toISOString(), byName: row.revokedBy ?? "", reason: row.revokedReason ?? "" },
  }));
}

export type ApiKey = {
  id: string;
  name: string;
  /** Null: all that existed before keys had scopes. */
  scopes: StoredApiScope[] | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/** Prepared, because each call of the product begins with it. */
const keyByHash = oncePerDatabase((db) =>
  db
    .select({ id: k.id, name: k.name, scopes: k.scopes, expiresAt: k.expiresAt, lastUsedAt: k.lastUsedAt })
    .from(k)
    .where(and(eq(k.hash, sql.placeholder("hash")), isNull(k.revokedAt)))
    .prepare("api_key_by_hash"),
);

/** The key with this hash, unless it was revoked. Lookup by hash, so its duration reveals nothing. */
export async function findApiKey(db: Database, hash: string): Promise<ApiKey | null> {
  const [row] = await keyByHash(db).execute({ hash });
  return row ?? null;
}

/** Whether a key is active, and when any was last used. */
export async function productContact(db: Executor): Promise<{ hasKey: boolean; lastUsedAt: Date | null }> {
  const [row] = await db
    .select({
      hasKey: sql<boolean>`coalesce(bool_or(${k.revokedAt} is null and coalesce(${k.expiresAt} > now(), true)), false)`,
      lastUsedAt: sql<string | null>`max(${k.lastUsedAt})`,
    })
    .from(k);
  return { hasKey: row?.hasKey ?? false, lastUsedAt: row?.lastUsedAt ? new Date(row.lastUsedAt) : null };
}

/** Whether the key exists, is neither revoked nor expired, and has the scope. */
export async function isKeyActive(db: Executor, id: string, scope: ApiScope, now: Date): Promise<boolean> {
  const [key] = await db.select().from(k).where(eq(k.id, id));
  if (!key || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return false;
  return key.scopes?.includes(scope) ?? false;
}

/** Reads the keys that sign entitlements. */
import { and, asc, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { JWK } from "jose";
import type { SigningKeyView } from "../../../shared/views/signing-keys.ts";
import type { Executor } from "../connection/database.ts";
import { signingKeys as k } from "../schema/signing-keys.ts";

/** A token lives 15 minutes; the rest is for clocks that differ and an instance that signs while the key is replaced. */
export const publishedAfterUseMs = 30 * 60_000;

/** The public keys of all tokens that may be valid, and the next one. */
export async function publishedKeys(db: Executor, now: Date): Promise<JWK[]> {
  const rows = await db
    .select({ publicJwk: k.publicJwk })
    .from(k)
    .where(or(isNull(k.signsUntil), gt(k.signsUntil, new Date(now.getTime() - publishedAfterUseMs))))
    .orderBy(asc(k.createdAt), asc(k.id));
  return rows.map(({ publicJwk }) => publicJwk);
}

/** The key that signs now; undefined before the first start has made one. */
export async function signingKey(db: Executor): Promise<typeof k.$inferSelect | undefined> {
  const [row] = await db
    .select()
    .from(k)
    .where(and(isNotNull(k.signsFrom), isNull(k.signsUntil)));
  return row;
}

/** The key that signs after the next rotation. */
export async function nextSigningKey(db: Executor): Promise<typeof k.$inferSelect | undefined> {
  const [row] = await db.select().from(k).where(isNull(k.signsFrom));
  return row;
}

/** All keys: the next one, the one that signs, then the latest of the earlier ones. */
export async function listSigningKeys(db: Executor): Promise<SigningKeyView[]> {
  const rows = await db
    .select()
    .from(k)
    .orderBy(sql`${k.signsFrom} desc nulls first`);
  return rows.map((row) => ({
    id: row.id,
    state: row.signsFrom === null ? "next" : row.signsUntil === null ? "signs" : "earlier",
    createdAt: row.createdAt.toISOString(),
    signsFrom: row.signsFrom?.toISOString() ?? null,
    publishedUntil: row.signsUntil && new Date(row.signsUntil.getTime() + publishedAfterUseMs).toISOString(),
  }));
}

/** API keys for the product, created and revoked by admins. A key is shown once and never stored. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { defaultApiKeyLifetime, defaultApiScopes } from "../../../shared/api-scopes.ts";
import type { MakeApiKeyInput, RevokeApiKeyInput } from "../../../shared/inputs/keys.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { announce, record } from "../../database/record/record.ts";
import { apiKeys } from "../../database/schema/api-keys.ts";
import { endingOf, spellKey } from "../../domain/api-key.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { requireAdmin } from "../require-admin.ts";

/** With more keys, it would be hard to know who uses which. */
const maxKeys = 20;
const dayMs = 24 * 3_600_000;

/**
 * Creates a key.
 * @returns the key, which is shown only once
 * @throws AppError `Forbidden` unless admin, `Conflict` for a name that is in use, `NotAllowedNow` for too many
 */
export async function makeApiKey(
  ctx: Pick<Context, "actor" | "db" | "now">,
  input: MakeApiKeyInput,
): Promise<{ id: string; key: string }> {
  refuseUnlessAdmin(ctx);
  const key = spellKey(randomBytes(32));
  const now = ctx.now();
  const id = newId(now);
  const { actorId, actorName } = actorColumns(ctx.actor);
  const { name, expiresInDays = defaultApiKeyLifetime } = input;
  const scopes = [...new Set(input.scopes ?? defaultApiScopes)];
  const expiresAt = expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * dayMs);
  const noExpiryReason = expiresAt === null ? (input.reason ?? "") : null;
  await ctx.db.transaction(async (tx) => {
    // An index keeps names unique. Locked, so that two people who add a key at the same time cannot exceed the maximum.
    await lockExclusively(tx, "api keys");
    const count = await tx.$count(apiKeys, isNull(apiKeys.revokedAt));
    if (count >= maxKeys) {
      throw new AppError(
        "NotAllowedNow",
        `There are already ${maxKeys} keys, the maximum. Revoke an unused key first.`,
      );
    }
    const inserted = await tx
      .insert(apiKeys)
      .values({
        id,
        name,
        hash: hashOf(key),
        ending: endingOf(key),
        scopes,
        expiresAt,
        noExpiryReason,
        createdById: actorId,
        createdByName: actorName,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: apiKeys.id });
    if (inserted.length === 0) {
      throw new AppError("Conflict", "Another key has this name.", {
        fields: { name: ["Another key has this name. Choose another name, or revoke that key first."] },
      });
    }
    await record(tx, ctx.actor, now, [
      {
        kind: "api_key.made",
        summary: `API key “${name}” created`,
        after: { name, ending: endingOf(key), scopes, expiresAt: expiresAt?.toISOString() ?? "never" },
        reason: noExpiryReason,
      },
    ]);
    await announce(tx, [{ topic: "key", subscriptionId: null }]);
  });
  return { id, key };
}

/**
 * Revokes a key: the next call with it is refused.
 * @throws AppError `Forbidden`, `NotFound`, `NotAllowedNow`
 */
export async function revokeApiKey(ctx: Context, input: RevokeApiKeyInput): Promise<void> {
  refuseUnlessAdmin(ctx);
  await ctx.db.transaction(async (tx) => {
    const revoked = await tx
      .update(apiKeys)
      .set({ revokedAt: ctx.now(), revokedBy: actorColumns(ctx.actor).actorName, revokedReason: input.reason })
      .where(and(eq(apiKeys.id, input.id), isNull(apiKeys.revokedAt)))
      .returning({ name: apiKeys.name, ending: apiKeys.ending });
    const [key] = revoked;
    if (!key) throw new AppError("NotFound", "There is no active key with this ID. It may already have been revoked.");
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "api_key.revoked",
        summary: `API key “${key.name}” revoked`,
        after: { name: key.name, ending: key.ending },
        reason: input.reason,
      },
    ]);
    await announce(tx, [{ topic: "key", subscriptionId: null }]);
  });
}

/** The stored form of a key, as hex. */
export function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function refuseUnlessAdmin({ actor }: Pick<Context, "actor">): void {
  requireAdmin(actor, "Only an admin can create and revoke API keys.");
}

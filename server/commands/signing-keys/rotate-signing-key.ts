/** Makes and replaces the keys that sign entitlements. A key is published for a while before it signs. */
import { and, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { Context } from "../../context.ts";
import type { Actor } from "../../domain/actor.ts";
import { foreignSecret } from "../../domain/installation-secret.ts";
import type { Executor } from "../../database/connection/database.ts";
import { installationFingerprint } from "../../database/queries/installation-secret.ts";
import { publishedAfterUseMs, nextSigningKey, signingKey } from "../../database/queries/signing-keys.ts";
import { announce, record } from "../../database/record/record.ts";
import { signingKeys } from "../../database/schema/signing-keys.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { AppError } from "../../errors.ts";
import { fingerprintOf, seal } from "../../sealing.ts";
import { requireAdmin } from "../require-admin.ts";

export const signingAlgorithm = "ES256";
export const signingKeyPurpose = "signing key";

/** How long caches may keep the published keys, and how long a key is published at least before it signs: twice that. */
export const publishedKeysMaxAgeSeconds = 300;
const minPublishedMs = 2 * publishedKeysMaxAgeSeconds * 1_000;
const maxSigningMs = 30 * 24 * 3_600_000;
const minuteMs = 60_000;

/** `secret` encrypts private keys. */
export type SigningContext = Pick<Context, "db" | "now"> & { secret: string };

const system: Actor = { kind: "system", name: "Marketdesk" };

/** Makes the key that signs and the next one if they are missing, as they are before the first use. */
export async function ensureSigningKeys(ctx: SigningContext): Promise<void> {
  await inTurn(ctx, async (tx, now) => {
    if (!(await signingKey(tx))) await addKey(ctx, tx, now, "signs");
    if (!(await nextSigningKey(tx))) await addKey(ctx, tx, now, "next");
  });
}

/**
 * Signs with the next key from now on, and publishes another next key. Tokens of the earlier key stay valid.
 * @throws AppError `Forbidden` unless admin or product; `NotAllowedNow` if products may not know the next key yet
 */
export async function rotateSigningKey(
  ctx: SigningContext & { actor: Actor },
  input: { reason: string | null },
): Promise<void> {
  const { actor } = ctx;
  requireAdmin(actor, "Only an admin can replace the signing key.");
  await inTurn(ctx, (tx, now) => rotateIn(ctx, tx, now, input.reason));
}

async function rotateIn(
  ctx: SigningContext & { actor: Actor },
  tx: Executor,
  now: Date,
  reason: string | null,
): Promise<void> {
  const next = await nextSigningKey(tx);
  const waitsMs = next ? next.createdAt.getTime() + minPublishedMs - now.getTime() : minPublishedMs;
  if (next === undefined || waitsMs > 0) {
    throw new AppError(
      "NotAllowedNow",
      `The next key is too new: products may not know it yet. Try again in ${Math.ceil(waitsMs / minuteMs)} min.`,
    );
  }
  const current = await signingKey(tx);
  await retire(tx, now);
  await tx.update(signingKeys).set({ signsFrom: now }).where(eq(signingKeys.id, next.id));
  await addKey(ctx, tx, now, "next");
  await record(tx, ctx.actor, now, [
    {
      kind: "signing_key.rotated",
      summary: "Signing key of entitlements replaced",
      before: current ? { keyId: current.id } : null,
      after: { keyId: next.id },
      reason,
    },
  ]);
  await announce(tx, [{ topic: "key", subscriptionId: null }]);
}

/** The job's work: replaces the key after 30 days, and removes earlier keys whose tokens have all expired. */
export async function rotateDueSigningKey(ctx: SigningContext): Promise<void> {
  await ensureSigningKeys(ctx);
  await inTurn(ctx, async (tx, now) => {
    const current = await signingKey(tx);
    if (current?.signsFrom && now.getTime() - current.signsFrom.getTime() >= maxSigningMs) {
      await rotateIn({ ...ctx, actor: system }, tx, now, null);
    }
    const removed = await tx
      .delete(signingKeys)
      .where(lt(signingKeys.signsUntil, new Date(now.getTime() - publishedAfterUseMs)))
      .returning({ id: signingKeys.id });
    const entries = removed.map(({ id }) => ({
      kind: "signing_key.removed" as const,
      summary: "Earlier signing key of entitlements removed",
      before: { keyId: id },
    }));
    await record(tx, system, now, entries);
  });
}

/** Replaces both keys after the installation's secret was changed: their private parts can no longer be read. */
export async function replaceUnreadableKeys(ctx: SigningContext, unreadableId: string): Promise<void> {
  await inTurn(ctx, async (tx, now) => {
    const current = await signingKey(tx);
    if (current?.id !== unreadableId) return;
    await retire(tx, now);
    await tx.delete(signingKeys).where(isNull(signingKeys.signsFrom));
    const id = await addKey(ctx, tx, now, "signs");
    await addKey(ctx, tx, now, "next");
    await record(tx, system, now, [
      {
        kind: "signing_key.rotated",
        summary: "Signing key of entitlements replaced",
        before: { keyId: current.id },
        after: { keyId: id },
        reason: "The private key cannot be read, because SESSION_SECRET was changed.",
      },
    ]);
  });
}

/**
 * One change of the keys at a time, on any number of instances that have the same secret.
 * @throws AppError `Unavailable` on an instance with another one: the others could not read its keys
 */
async function inTurn<Result>(
  { db, now, secret }: SigningContext,
  work: (tx: Executor, now: Date) => Promise<Result>,
): Promise<Result> {
  return db.transaction(async (tx) => {
    await lockExclusively(tx, "signing keys");
    const installed = await installationFingerprint(tx);
    if (installed !== null && installed !== fingerprintOf(secret)) throw new AppError("Unavailable", foreignSecret);
    return work(tx, now());
  });
}

async function retire(tx: Executor, now: Date): Promise<void> {
  await tx
    .update(signingKeys)
    .set({ signsUntil: now, privateJwk: null })
    .where(and(isNotNull(signingKeys.signsFrom), isNull(signingKeys.signsUntil)));
}

async function addKey(ctx: SigningContext, tx: Executor, now: Date, state: "signs" | "next"): Promise<string> {
  const pair = await generateKeyPair(signingAlgorithm, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const id = await calculateJwkThumbprint(publicJwk);
  await tx.insert(signingKeys).values({
    id,
    publicJwk: { ...publicJwk, kid: id, alg: signingAlgorithm, use: "sig" },
    privateJwk: await seal(ctx.secret, signingKeyPurpose, { jwk: await exportJWK(pair.privateKey) }, null, now),
    createdAt: now,
    signsFrom: state === "signs" ? now : null,
  });
  return id;
}

/**
 * Keeps all instances on one SESSION_SECRET. An instance with another one could not read what the others have encrypted,
 * nor they what it encrypts, and each would replace the other's signing key. A new secret is adopted while none runs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { setAlarm } from "../../database/writes/alarms.ts";
import {
  countEncrypted,
  doesAnyInstanceRun,
  type EncryptedCounts,
  installationFingerprint,
} from "../../database/queries/installation-secret.ts";
import { signingKey } from "../../database/queries/signing-keys.ts";
import { record } from "../../database/record/record.ts";
import { installationSecret } from "../../database/schema/installation-secret.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { otherSecretAlarm, refusedSecret, restoredAfterNewSecret } from "../../domain/installation-secret.ts";
import { fingerprintOf, unseal } from "../../sealing.ts";
import { signingKeyPurpose } from "../signing-keys/rotate-signing-key.ts";

type SecretContext = Pick<Context, "db" | "now"> & { secret: string; instance: string };

/** The database notices the end of a process that was killed within this time. */
const endsWithinMs = 3_000;
const checkEveryMs = 200;

/**
 * Adopts this instance's secret, unless instances with another one run.
 * @throws Error a sentence for the person who starts the instance
 */
export async function adoptSecret(ctx: SecretContext): Promise<void> {
  const until = performance.now() + endsWithinMs;
  while (!(await tryToAdopt(ctx))) {
    if (performance.now() > until) return refuse(ctx);
    await sleep(checkEveryMs);
  }
}

/**
 * Whether the secret is still this instance's, now that others see that it runs: of two that start at the same time with
 * different secrets, the later one may have adopted its own before it saw the earlier one.
 * @throws Error as {@link adoptSecret}
 */
export async function confirmSecret(ctx: SecretContext): Promise<void> {
  const hasOwnSecret = await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "installation secret");
    return (await installationFingerprint(tx)) === fingerprintOf(ctx.secret);
  });
  if (!hasOwnSecret) await refuse(ctx);
}

async function tryToAdopt({ db, now, secret }: SecretContext): Promise<boolean> {
  const fingerprint = fingerprintOf(secret);
  if ((await installationFingerprint(db)) === fingerprint) return true;
  return db.transaction(async (tx) => {
    await lockExclusively(tx, "installation secret");
    const stored = await installationFingerprint(tx);
    if (stored === fingerprint) return true;
    const isSame = stored === null && (await canRead(tx, secret, now()));
    if (!isSame && (await doesAnyInstanceRun(tx))) return false;
    const row = { fingerprint, since: now() };
    await tx.insert(installationSecret).values(row).onConflictDoUpdate({ target: installationSecret.id, set: row });
    if (!isSame) await recordNewSecret(tx, now(), await countEncrypted(tx));
    return true;
  });
}

/** Earlier versions stored no fingerprint, so the secret is recognized by the signing key that it encrypted. */
async function canRead(tx: Executor, secret: string, now: Date): Promise<boolean> {
  const sealed = (await signingKey(tx))?.privateJwk;
  return !sealed || (await unseal(secret, signingKeyPurpose, sealed, now, { isForever: true })) !== null;
}

async function recordNewSecret(tx: Executor, now: Date, counts: EncryptedCounts): Promise<void> {
  await record(tx, { kind: "system", name: "Marketdesk" }, now, [
    {
      kind: "session_secret.changed",
      summary: "SESSION_SECRET changed",
      after: counts,
      reason: restoredAfterNewSecret(counts),
    },
  ]);
}

/** Shown to staff by the running instances, because staff may not see the log of this instance. */
async function refuse({ db, now, instance }: SecretContext): Promise<never> {
  await setAlarm(db, "secret", instance, { ...otherSecretAlarm(instance), since: now() });
  throw new Error(refusedSecret);
}

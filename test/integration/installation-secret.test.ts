/**
 * One SESSION_SECRET on all instances: an instance with another one does not start while they run, and adopts it when none runs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adoptSecret, confirmSecret } from "../../server/commands/connection/adopt-secret.ts";
import { awaitVisit, continueAwaitedVisits } from "../../server/commands/purchases/await-visit.ts";
import { rotateDueSigningKey } from "../../server/commands/signing-keys/rotate-signing-key.ts";
import { createTokenSigner, entitlementToken } from "../../server/commands/signing-keys/sign-token.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { activeAlarms } from "../../server/database/queries/alarms.ts";
import { publishedKeys } from "../../server/database/queries/signing-keys.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { awaitedVisits } from "../../server/database/schema/awaited-visits.ts";
import { installationSecret } from "../../server/database/schema/installation-secret.ts";
import { signingKeys } from "../../server/database/schema/signing-keys.ts";
import { openLiveness } from "../../server/jobs/liveness.ts";
import type { Context } from "../../server/context.ts";
import { quiet, startInstance, startTestApp } from "../support/app.ts";
import { createTestDatabase, longTimeouts } from "../support/database.ts";
import { freePort } from "../support/ports.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const now = () => new Date();
const former = "the secret before, of 32 characters";
const later = "the secret after, of 32 characters..";
const audience = "https://app.contoso.example";

describe("while another instance runs", () => {
  test("another secret does not start, changes nothing, and needs attention", async () => {
    const app = await startTestApp();
    closing.push(() => app.stop());
    const { key } = await app.as("admin").keys.make({ name: "Product", scopes: ["read"] });
    const tenant = crypto.randomUUID();
    const token = () =>
      fetch(`${app.url}/api/v1/entitlements/token?audience=${audience}&tenant=${tenant}`, {
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await token()).status).toBe(200);
    const before = await app.db.select().from(signingKeys);
    const stored = await app.db.select().from(installationSecret);

    const dataDir = await mkdtemp(path.join(tmpdir(), "marketdesk-test-"));
    closing.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    const second = async (SESSION_SECRET?: string) =>
      startInstance({
        sandbox: app.sandbox,
        databaseUrl: app.databaseUrl,
        dataDir,
        port: await freePort(),
        settings: SESSION_SECRET === undefined ? {} : { SESSION_SECRET },
      });
    await expect(second(later)).rejects.toThrow(
      "SESSION_SECRET differs from that of the other instances on this database, so this instance does not start",
    );
    expect((await token()).status).toBe(200);
    expect(await app.db.select().from(signingKeys)).toEqual(before);
    expect(await app.db.select().from(installationSecret)).toEqual(stored);
    expect(await app.db.$count(activity, eq(activity.kind, "signing_key.rotated"))).toBe(0);
    expect(await activeAlarms(app.db)).toMatchObject([
      { what: expect.stringContaining("did not start, because its SESSION_SECRET"), remedy: expect.any(String) },
    ]);

    const same = await second();
    await same.stop();
  });
});

describe("the secret of a database", () => {
  let db: ReturnType<typeof createDatabase>["db"];
  let url: string;
  beforeEach(async () => {
    const database = await createTestDatabase();
    const opened = createDatabase({ url: database.url, name: "test", max: 3, ...longTimeouts, log: quiet });
    closing.push(async () => {
      await opened.close();
      await database.drop();
    });
    ({ db } = opened);
    ({ url } = database);
  });
  const instance = (secret: string) => ({ db, now, secret, instance: `with ${secret.slice(0, 16)}` });
  const signer = (secret: string) => {
    const sign = createTokenSigner({ db, now, secret, issuer: "https://desk.example", log: quiet });
    return () => sign(entitlementToken, { subject: "t" }, audience);
  };
  const run = async () => {
    const liveness = await openLiveness({ url, onLost: () => {} });
    await liveness.prove("worker");
    closing.push(liveness.close);
    return liveness;
  };

  test("replaces a former one while no instance runs: the key is replaced, earlier tokens stay valid, the record says what to do", async () => {
    await adoptSecret(instance(former));
    const before = await signer(former)();
    await awaitVisit({ db, now, secret: former }, { purchaseToken: "token", email: "ada@example.com", language: "en" });
    await adoptSecret(instance(later));
    await confirmSecret(instance(later));
    const after = await signer(later)();
    const keys = createLocalJWKSet({ keys: await publishedKeys(db, now()) });
    for (const { token } of [before, after]) await jwtVerify(token, keys, { audience });
    const entries = await db.select().from(activity).where(eq(activity.kind, "session_secret.changed"));
    expect(entries).toMatchObject([{ after: { endpoints: 0, channels: 0, browsers: 0, visits: 1 } }]);
    expect(entries[0]?.reason).toContain("Purchasers who wait for an email (1) get none");
  });

  test("is kept by those that run: an instance with a former one neither signs nor changes a key", async () => {
    await adoptSecret(instance(former));
    const signFormer = signer(former);
    await signFormer();
    await adoptSecret(instance(later));
    await signer(later)();
    const before = await db.select().from(signingKeys);
    await expect(signFormer()).rejects.toMatchObject({ code: "Unavailable" });
    await expect(rotateDueSigningKey({ db, now, secret: former })).rejects.toMatchObject({ code: "Unavailable" });
    expect(await db.select().from(signingKeys)).toEqual(before);
  });

  test("is the later one's when two start at the same time, and the earlier one ends", async () => {
    await adoptSecret(instance(former));
    await adoptSecret(instance(later));
    await run();
    await expect(confirmSecret(instance(former))).rejects.toThrow("this instance does not start");
    await confirmSecret(instance(later));
  });

  test("is known by the signing key where a version before stored no fingerprint", async () => {
    await signer(former)();
    expect(await db.$count(installationSecret)).toBe(0);
    const running = await run();
    await expect(adoptSecret(instance(later))).rejects.toThrow("To change it, stop all instances first");
    expect(await db.$count(installationSecret)).toBe(0);
    await adoptSecret(instance(former));
    expect(await db.$count(activity, eq(activity.kind, "session_secret.changed"))).toBe(0);
    await running.close();
    await adoptSecret(instance(later));
    expect(await db.$count(activity, eq(activity.kind, "session_secret.changed"))).toBe(1);
  });

  test("does not decide about a visit that it cannot read", async () => {
    await awaitVisit({ db, now, secret: former }, { purchaseToken: "token", email: "ada@example.com", language: "en" });
    await continueAwaitedVisits({
      db,
      now,
      secret: later,
      log: quiet,
      actor: { kind: "system", name: "test" },
      marketplace: {} as Context["marketplace"],
    });
    expect(await db.$count(awaitedVisits)).toBe(1);
  });
});

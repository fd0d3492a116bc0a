/** Deliveries saved as cases, and `npm run replay-cases`: are they decided as they were? */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { PinnedCase } from "../../shared/cases.ts";
import { replayCase } from "../../server/replay-cases/replay-case.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { createTestDatabase } from "../support/database.ts";
import { runCommand } from "../support/command.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  const rule = { offerId: "insight", planId: null, followsWider: false, allowedPlans: null, minQuantity: 1 };
  const set = { ...rule, maxQuantity: 20, asksStaff: false, seenVersion: 0, reason: "Larger orders by contract" };
  await app.as("admin").rules.set(set);
});
afterAll(() => app?.stop());

/** Has Microsoft do this, and gives the case of the delivery once its operation has ended. */
async function caseOf(id: string, path: string, action: string, input: object = {}): Promise<PinnedCase> {
  await app.control(`subscriptions/${id}/${path}`, input);
  const delivery = await eventually(async () => {
    const { rows } = await app.as("viewer").deliveries.list({ subscription: id, action });
    return rows.find(({ operationOutcome }) => operationOutcome !== null);
  });
  return app.as("operator").deliveries.asCase({ id: delivery.id });
}

async function replay(pinned: PinnedCase): Promise<string[]> {
  const database = await createTestDatabase();
  const log = pino({ level: "silent" });
  const { db, pool, close } = createDatabase({
    url: database.url,
    name: "replay",
    max: 2,
    statementTimeoutMs: 60_000,
    log,
  });
  try {
    return await replayCase({ db, pool, log }, pinned);
  } finally {
    await close();
    await database.drop();
  }
}

describe("a delivery saved as a case", () => {
  test("has no personal data, and is decided as recorded on a new database", async () => {
    const id = await app.buyActive();
    const { beneficiary, purchaser } = (await app.find(id))!;
    const rejected = await caseOf(id, "change-quantity", "ChangeQuantity", { quantity: 40 });
    expect(rejected.recorded).toMatchObject({ decision: "reject", outcome: "rejected", after: { quantity: 5 } });
    const suspended = await caseOf(id, "suspend", "Suspend");
    expect(suspended.recorded).toMatchObject({ decision: null, outcome: "succeeded", after: { status: "Suspended" } });
    const reinstated = await caseOf(id, "reinstate", "Reinstate");
    const text = JSON.stringify([rejected, suspended, reinstated]);
    for (const secret of [id, beneficiary.email, purchaser.email, beneficiary.tenantId, "@fabrikam"])
      expect(text).not.toContain(secret);
    expect(await replay(rejected)).toEqual([]);
    expect(await replay(suspended)).toEqual([]);
    expect(await replay(reinstated)).toEqual([]);
    await expect(app.as("viewer").deliveries.asCase({ id: crypto.randomUUID() })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("shows a decision that is different now, and so does the command, with its exit code", async () => {
    const pinned = await caseOf(await app.buyActive(), "change-quantity", "ChangeQuantity", { quantity: 30 });
    const changed = { ...pinned, rules: pinned.rules.map((rule) => ({ ...rule, maxQuantity: 50 })) };
    expect(await replay(changed)).toEqual([
      "The decision was reject and is now accept.",
      "The outcome was rejected and is now succeeded.",
      "The number of seats was 5 and is now 30.",
    ]);
    const folder = await mkdtemp(path.join(tmpdir(), "cases-"));
    await writeFile(path.join(folder, "same.json"), JSON.stringify(pinned));
    await writeFile(path.join(folder, "different.json"), JSON.stringify(changed));
    const { code, output } = await runCommand("replay-cases", ["--database", inject("testServer").url, folder]);
    await rm(folder, { recursive: true });
    expect(output).toContain("The decision was reject and is now accept.");
    expect(output).toContain("1 of 2 cases are decided as recorded.");
    expect(code).toBe(1);
  });

  test("keeps the answer of staff", async () => {
    await app.as("admin").rules.set({
      offerId: "insight",
      planId: null,
      followsWider: false,
      allowedPlans: null,
      minQuantity: 1,
      maxQuantity: 20,
      asksStaff: true,
      seenVersion: 1,
      reason: "We look at each",
    });
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 45 });
    await eventually(async () => {
      const own = (await app.find(id))?.operations.find(({ stage }) => stage === "verified");
      return own && app.as("operator").operations.answer({ operationId: own.id, answer: "accept", reason: "" });
    });
    const delivery = await eventually(async () => {
      const { rows } = await app.as("viewer").deliveries.list({ subscription: id, action: "ChangeQuantity" });
      return rows.find(({ operationOutcome }) => operationOutcome !== null);
    });
    const pinned = await app.as("operator").deliveries.asCase({ id: delivery.id });
    expect(pinned).toMatchObject({ staffAnswer: "accept", recorded: { decision: "accept", after: { quantity: 45 } } });
    expect(await replay(pinned)).toEqual([]);
  });
});

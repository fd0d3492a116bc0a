/** C7 (82): the database has trouble in many places, and nothing of a person is in the log. */
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "../../server/log.ts";
import { type Staff, signInStaff } from "../faults/staff-client.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

const canary = "Canary Moreau";
const lines: string[] = [];

let app: TestApp;
let staff: Staff;
beforeAll(async () => {
  app = await startTestApp({ log: createLog({ level: "trace" }, { write: (line) => void lines.push(line) }) });
  staff = await signInStaff(app.url);
});
afterAll(() => app?.stop());

const tables = ["webhook_deliveries", "activity", "subscriptions", "sessions", "operation_steps"];
const refuse = (table: string) =>
  app.db.execute(sql.raw(`alter table ${table} add constraint canary_refused check (false) not valid`));
afterEach(async () => {
  for (const table of tables)
    await app.db.execute(sql.raw(`alter table ${table} drop constraint if exists canary_refused`));
});

/** Waits for the line that proves that the trouble was logged, and then looks at all of them. */
async function expectProblem(message: string, constraint = "canary_refused"): Promise<void> {
  await eventually(async () => lines.some((line) => line.includes(message) && line.includes(constraint)));
  expect(lines.filter((line) => line.includes("Canary"))).toEqual([]);
}

describe("C7 (82): if the database refuses, the log has no personal data of", () => {
  test("a webhook", async () => {
    await refuse("webhook_deliveries");
    const answer = await app.deliver({
      id: "x",
      subscriptionId: canary,
      action: "Renew",
      purchaser: { emailId: canary },
    });
    expect(answer.status).toBe(503);
    await expectProblem("could not store a webhook");
  });

  test("an operation being settled", async () => {
    const id = await app.buyActive({ name: canary });
    await refuse("operation_steps");
    await app.control(`subscriptions/${id}/renew`, {});
    await expectProblem("settling failed with an internal error", "constraint");
  });

  test("a reconciliation with Microsoft, in a job", async () => {
    await refuse("subscriptions");
    await app.control("purchases", { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada", name: canary });
    await app.as("operator").reconcile.start();
    await expectProblem("subscription");
  });

  test("a change by staff", async () => {
    const id = await app.buyActive({ name: canary });
    await refuse("activity");
    const answer = await staff.call("subscriptions.addNote", { subscriptionId: id, text: `${canary} called` });
    expect(answer.status).toBe(500);
    expect(answer.message).not.toContain("Failed query");
    await expectProblem("a procedure failed");
  });

  test("a page that cannot be rendered", async () => {
    await refuse("sessions");
    await expect(signInStaff(app.url)).rejects.toThrow();
    await expectProblem("sign-in failed");
  });
});

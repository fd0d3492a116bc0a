/** A tab that was open during an upgrade calls with the names of the version that it came from. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

const updated = "Marketdesk was updated after this page was opened. Reload the page";
let app: TestApp;
let cookie: string;

beforeAll(async () => {
  app = await startTestApp({ build: "new-build" });
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "admin");
  cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
});
afterAll(() => app?.stop());

type Refusal = { error: { message: string; data: { appCode: string | null; fields: object | null } } };

async function call(build: string | null, procedure: string, input: object): Promise<Refusal> {
  const response = await fetch(`${app.url}/trpc/${procedure}`, {
    method: "POST",
    headers: {
      cookie,
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      "x-marketdesk": "1",
      ...(build === null ? {} : { "x-marketdesk-build": build }),
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Refusal;
}

const oldName = { scope: { offerId: null, planId: null }, way: "automatic", version: 0, reason: "" };

describe("a page of an earlier build", () => {
  test.each([
    ["an input with a former name", "policies.set", oldName],
    ["another input that this version does not know", "subscriptions.setFollowUp", { id: "sub-1", date: "2026-12-01" }],
    ["a procedure that this version does not have", "policies.choose", {}],
  ])("reads that it has to be reloaded for %s, and no error of a field", async (_what, procedure, input) => {
    for (const build of ["old-build", null]) {
      const { error } = await call(build, procedure, input);
      expect(error.message).toBe(`${updated} and try again; what you typed is kept.`);
      expect(error.data.fields).toBeNull();
    }
  });

  test.each([
    [
      "a number that is too small",
      "subscriptions.changeQuantity",
      { subscriptionId: "sub-1", quantity: 0, reason: "Fewer" },
      "quantity",
    ],
    [
      "a text that is too long",
      "subscriptions.addNote",
      { subscriptionId: "sub-1", text: "x".repeat(100_000) },
      "text",
    ],
    ["a day that is none", "subscriptions.setFollowUp", { subscriptionId: "sub-1", on: "tomorrow" }, "on"],
  ])("reads which field is wrong for %s", async (_what, procedure, input, field) => {
    for (const build of ["old-build", "new-build"]) {
      const { error } = await call(build, procedure, input);
      expect(error.data).toMatchObject({ appCode: "Invalid", fields: { [field]: [expect.any(String)] } });
      expect(error.message).not.toContain("updated");
    }
  });

  test("reads the reason of every other refusal", async () => {
    const { error } = await call("old-build", "subscriptions.setFollowUp", { subscriptionId: "sub-1", on: null });
    expect(error).toMatchObject({ data: { appCode: "NotFound" } });
    expect(error.message).not.toContain("updated");
  });
});

describe("a page of this build", () => {
  test("reads which field is wrong", async () => {
    const { error } = await call("new-build", "subscriptions.setFollowUp", { subscriptionId: "sub-1", on: "tomorrow" });
    expect(error).toMatchObject({ data: { appCode: "Invalid", fields: { on: [expect.any(String)] } } });
  });
});

test.each([
  ["a read", "GET", "me.get", undefined],
  ["a change", "POST", "subscriptions.addNote", { subscriptionId: "sub-1", text: "Note" }],
  ["a batch", "GET", "me.get,needs.counts?batch=1", undefined],
  ["an unknown procedure", "GET", "policies.choose", undefined],
])("the answer to %s names the server's build", async (_what, method, procedure, input) => {
  for (const signedIn of [cookie, ""]) {
    const response = await fetch(`${app.url}/trpc/${procedure}`, {
      method,
      headers: {
        cookie: signedIn,
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        "x-marketdesk": "1",
      },
      ...(input ? { body: JSON.stringify(input) } : {}),
    });
    expect(response.headers.get("x-marketdesk-build")).toBe("new-build");
  }
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHarness, until } from "./sandbox-harness.ts";
import type { Harness } from "./sandbox-harness.ts";

let at: Harness;
beforeAll(async () => {
  at = await startHarness({ sample: true });
});
afterAll(() => at.stop());

const page = async (path: string) => (await fetch(`${at.sandbox.url}${path}`)).text();

/** Sends a form as a browser on the page does, and returns the page that it leads to. */
async function submit(action: string, form: Record<string, string> = {}, from = "/"): Promise<string> {
  const answer = await fetch(`${at.sandbox.url}${action}`, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: { origin: at.sandbox.url, referer: `${at.sandbox.url}${from}` },
    redirect: "manual",
  });
  expect(answer.status).toBe(303);
  return page(answer.headers.get("location") ?? "");
}

test("is reached on loopback alone: it lets anyone act as Microsoft", async () => {
  const { port } = new URL(at.sandbox.url);
  await expect(fetch(`http://127.0.0.1:${port}/`)).resolves.toMatchObject({ status: 200 });
  const elsewhere = fetch(`http://127.0.0.2:${port}/`).catch((error: Error) => error.cause);
  await expect(elsewhere).resolves.toMatchObject({ code: "ECONNREFUSED" });
});

describe("the sandbox page", () => {
  test("says on all views that it is a sandbox", async () => {
    for (const path of ["/", "/operations", "/webhooks", "/calls", "/conditions", "/rehearsal"]) {
      expect(await page(path)).toContain("Sandbox of Microsoft’s marketplace and Entra");
    }
  });

  test("pages and searches the subscriptions", async () => {
    expect(await page("/")).toContain("Page 1 of 2 (40 in total)");
    const found = await page("/?q=woodgrove&status=Subscribed");
    expect(found).toContain("1 subscription<");
    expect(found).toContain("Woodgrove Bank Insight");
  });

  test("buys, links to the landing page, and shows names as text", async () => {
    const shown = await submit("/page/purchases", {
      plan: "insight/team",
      quantity: "5",
      purchaser: "ada",
      name: "<b>Ada</b>",
    });
    expect(shown).toContain("&lt;b&gt;Ada&lt;/b&gt; was purchased");
    expect(shown).not.toContain("<b>Ada</b>");
    const link = /href="([^"]+)"[^>]*>Open landing page</.exec(shown)?.[1] ?? "";
    const token = new URL(link).searchParams.get("token") ?? "";
    expect(
      (await at.api("POST", "/resolve", { headers: { "x-ms-marketplace-token": token } })).json.subscriptionName,
    ).toBe("<b>Ada</b>");
  });

  test("says why something cannot be bought", async () => {
    const shown = await submit("/page/purchases", { plan: "insight/team", quantity: "51", purchaser: "ada" });
    expect(shown).toContain("Plan team allows at most 50 seats.");
  });

  test("changes, suspends and ends a subscription, and returns to the same view", async () => {
    const id = await at.buy();
    const here = `/subscriptions/${id}`;
    expect(await submit(`/page${here}/change-quantity`, { quantity: "8" }, here)).toContain("seat change requested");
    await until(async () => (await page(here)).includes("ChangeQuantity"));
    await submit(`/page${here}/suspend`, {}, here);
    expect(await submit(`/page${here}/renew`, {}, here)).toContain(
      "Only a subscription that is Subscribed can be renewed",
    );
    await submit(`/page${here}/unsubscribe`, {}, here);
    expect((await at.control("GET", here)).status).toBe("Unsubscribed");
  });

  test("opens the landing page with a new token", async () => {
    const id = await at.buy({}, false);
    const answer = await fetch(`${at.sandbox.url}/page/subscriptions/${id}/landing`, {
      method: "POST",
      redirect: "manual",
    });
    expect(answer.headers.get("location")).toMatch(new RegExp(`^${at.origin}/landing\\?token=.+%`));
  });

  test("sets faults, settings and the clock", async () => {
    const fault = {
      target: "GET ^/api/saas/subscriptions/?$",
      times: "2",
      kind: "status",
      status: "429",
      retryAfter: "3",
      ms: "0",
    };
    expect(await submit("/page/faults", fault, "/conditions")).toContain("returns 429");
    expect((await at.api("GET", "")).headers.get("retry-after")).toBe("3");
    await submit("/page/faults/clear", {}, "/conditions");
    const {
      windowOpensOn,
      activationOutcome,
      revertAfterRejection: _,
      grantsMailSend,
      ...numbers
    } = await at.control("GET", "/settings");
    expect(grantsMailSend).toBe(true);
    const boxes = { revertAfterRejection: "on", grantsMailSend: "on" };
    const settings = { ...numbers, windowOpensOn, activationOutcome, ...boxes, listLagMs: "7" };
    await submit("/page/settings", settings, "/conditions");
    expect(await at.control("GET", "/settings")).toMatchObject({
      ...numbers,
      listLagMs: 7,
      revertAfterRejection: true,
      grantsMailSend: true,
    });
    const before = Date.parse((await at.control("GET", "/clock")).now);
    await submit("/page/clock", { advanceMs: "3600000" }, "/conditions");
    expect(Date.parse((await at.control("GET", "/clock")).now)).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  test("shows calls with their bodies and without tokens", async () => {
    await at.api("PATCH", "/unknown", { body: { quantity: 77 } });
    const shown = await page("/calls");
    expect(shown).toContain("/api/saas/subscriptions/unknown");
    expect(shown).toContain("77");
    expect(shown).not.toContain(await at.getToken());
  });
});

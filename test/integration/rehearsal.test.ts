/** The rehearsal of a publisher's product: a good one passes, and a fault in one is found and named. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExampleProduct } from "../../clients/example-product/product.ts";
import type { Change, Subscription } from "../../clients/typescript/src/client.ts";
import { rehearse, type SceneResult, tableOf } from "../../sandbox/rehearsal/rehearse.ts";
import { scenes } from "../../sandbox/rehearsal/scenes.ts";
import { prepareScenes } from "../../sandbox/rehearsal/scene-tools.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { freePort } from "../support/ports.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

type Product = new (options: ConstructorParameters<typeof ExampleProduct>[0]) => ExampleProduct;

/** Rehearses a product that polls so seldom that only webhooks count. */
async function rehearsed(Product: Product, names?: string[], withinMs = 60_000): Promise<SceneResult[]> {
  const port = await freePort();
  const { tools, product } = await prepareScenes({
    deskUrl: app.url,
    sandboxUrl: app.sandbox.url,
    endpoint: `http://127.0.0.1:${port}/webhooks`,
    withinMs,
    desk: { stop: app.stopApp, start: app.startApp },
  });
  const { url, key, secret } = product;
  const running = await new Product({ url, key, webhookSecrets: [secret], port, everyMs: 600_000 }).start();
  try {
    return await rehearse(tools, () => {}, names);
  } finally {
    await running.stop();
    await tools.close();
  }
}

const submit = async (action: string, form: Record<string, string> = {}) => {
  const { url } = app.sandbox;
  const response = await fetch(`${url}/page/rehearsal/${action}`, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: { origin: url, referer: `${url}/rehearsal` },
  });
  return response.text();
};
const active = async () => ({
  keys: (await app.as("admin").keys.list()).filter(({ revoked }) => revoked === null).map(({ name }) => name),
  endpoints: (await app.as("admin").endpoints.list()).map(({ name }) => name),
});

describe("a rehearsal", () => {
  test("has at least 20 scenes with different names", () => {
    expect(scenes.length).toBeGreaterThanOrEqual(20);
    expect(new Set(scenes.map(({ name }) => name)).size).toBe(scenes.length);
  });

  test("is passed by the example product", { timeout: 240_000 }, async () => {
    const results = await rehearsed(ExampleProduct);
    expect(results.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
    expect(results).toHaveLength(scenes.length);
    expect(tableOf(results)).toMatch(new RegExp(`${scenes.length} passed, 0 failed$`));
  });

  test("finds a product that does not suspend, and says what it confirmed", async () => {
    class LenientProduct extends ExampleProduct {
      override provision(subscription: Subscription, isAskedToConfirm = false): void {
        const isSuspended = subscription.access === "suspended";
        super.provision(isSuspended ? { ...subscription, access: "full" } : subscription, isAskedToConfirm);
      }
    }
    const names = ["A purchase with seats", "A payment fails, and Microsoft suspends", "The publisher suspends access"];
    const [purchase, suspended, hold] = await rehearsed(LenientProduct, names, 15_000);
    expect(purchase).toMatchObject({ outcome: "passed", why: null });
    for (const result of [suspended, hold]) {
      expect(result).toMatchObject({
        outcome: "failed",
        why: "Your product should confirm access suspended within 15 s. It confirmed plan team, 5 seats, access full.",
      });
    }
  });

  test("finds a product that replays old events", async () => {
    class ForgetfulProduct extends ExampleProduct {
      override receive(change: Change): void {
        this.workspaces.delete(change.subscriptionId);
        super.receive(change);
      }
    }
    const [old] = await rehearsed(ForgetfulProduct, ["An old event after a newer one"], 15_000);
    expect(old).toMatchObject({
      outcome: "failed",
      why: expect.stringContaining("It confirmed plan team, 5 seats, access full"),
    });
  });

  test("finds a product that accepts any signature", async () => {
    class TrustingProduct extends ExampleProduct {
      protected override read(_headers: unknown, body: string): Change {
        return JSON.parse(body) as Change;
      }
    }
    const names = ["An event with a wrong signature", "An event that was recorded and sent again an hour later"];
    for (const result of await rehearsed(TrustingProduct, names, 15_000)) {
      expect(result).toMatchObject({
        outcome: "failed",
        why: expect.stringMatching(/^Your endpoint should refuse an event .* It answered 204\.$/),
      });
    }
  });

  test("is prepared on the sandbox's page, and leaves neither a key nor an endpoint when it is ended", async () => {
    const before = await active();
    expect(await submit("prepare", { endpoint: "no address" })).toContain(
      "Enter the address of your product’s webhook.",
    );
    expect(await submit("start")).toContain("Prepare the rehearsal first.");
    const page = await submit("prepare", { endpoint: "http://127.0.0.1:9/webhooks" });
    expect(page).toMatch(/MARKETDESK_KEY=md_[\w-]{43}\s+MARKETDESK_WEBHOOK_SECRET=whsec_/);
    expect((await active()).keys).toHaveLength(before.keys.length + 2);
    expect(await submit("end")).toContain("The keys and the endpoint of the rehearsal were removed.");
    expect(await active()).toEqual(before);
  });

  test("whose endpoint is refused leaves no key", async () => {
    const before = await active();
    expect(await submit("prepare", { endpoint: "ftp://127.0.0.1/webhooks" })).toContain("Marketdesk did not create");
    expect(await active()).toEqual(before);
  });

  test("that is prepared twice at the same time leaves only the last", async () => {
    const before = await active();
    await Promise.all([9, 10].map((port) => submit("prepare", { endpoint: `http://127.0.0.1:${port}/webhooks` })));
    expect((await active()).keys).toHaveLength(before.keys.length + 2);
    expect((await active()).endpoints).toHaveLength(before.endpoints.length + 1);
    await submit("end");
    expect(await active()).toEqual(before);
  });

  test("can be ended although an admin has removed its endpoint, and again when Marketdesk was away", async () => {
    const before = await active();
    await submit("prepare", { endpoint: "http://127.0.0.1:9/webhooks" });
    const [endpoint] = (await app.as("admin").endpoints.list()).filter(({ name }) => !before.endpoints.includes(name));
    await app.as("admin").endpoints.remove({ id: endpoint?.id ?? "", reason: "Removed by hand" });
    await app.stopApp();
    expect(await submit("end")).toContain("Marketdesk did not remove all keys and the endpoint.");
    await app.startApp();
    expect(await submit("end")).toContain("The keys and the endpoint of the rehearsal were removed.");
    expect(await active()).toEqual(before);
  });
});

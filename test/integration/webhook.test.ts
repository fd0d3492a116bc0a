import { readdir, readFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import fc from "fast-check";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { requestFrom } from "../support/request-from-address.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const count = async (table: string) => {
  const { rows } = await app.db.execute<{ count: number }>(sql.raw(`select count(*)::int as count from ${table}`));
  return rows[0]?.count ?? 0;
};
const samples = new URL("../samples/webhooks/", import.meta.url);

describe("the sample payload of each action", async () => {
  test.each((await readdir(samples)).filter((name) => name.endsWith(".json")))(
    "%s is accepted unmodified",
    async (file) => {
      const subscriptionId = randomUUID();
      const text = (await readFile(new URL(file, samples), "utf8"))
        .replace("<operationId>", randomUUID())
        .replace(/("subscriptionId": )"<guid>"/, `$1"${subscriptionId}"`)
        .replaceAll("<guid>", () => randomUUID());
      const answer = await app.deliver(text);
      expect(answer.status).toBe(200);
      const { rows } = await app.as("viewer").deliveries.list({ subscription: subscriptionId });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ outcome: "accepted", action: file.replace(".json", "") });
      const delivery = await app.as("viewer").deliveries.get({ id: rows[0]?.id ?? "" });
      expect(delivery.body).toBe(text);
    },
  );
});

describe("a body of any shape with a valid token", () => {
  const shapes = [
    ["broken JSON", '{"id": '],
    ["nothing", ""],
    ["a list", "[1, 2]"],
    ["a bare word", "null"],
    ["numbers for ids", '{"id": 1, "subscriptionId": 2, "action": 3}'],
    ["a NUL in a field", `{"id": "a\\u0000b${randomUUID()}", "subscriptionId": "s\\u0000", "action": "Foo\\u0000"}`],
    ["__proto__", '{"__proto__": {"polluted": true}, "id": "p1", "subscriptionId": "s", "action": "Foo"}'],
    ["depth", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["1e400", '{"id": "big-quantity", "subscriptionId": "s", "action": "ChangeQuantity", "quantity": 1e400}'],
  ];

  test.each(shapes)("%s is stored, never lost", async (_, body) => {
    const before = await count("webhook_deliveries");
    expect((await app.deliver(body)).status).toBe(200);
    expect(await count("webhook_deliveries")).toBe(before + 1);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("random JSON and random text are stored too", async () => {
    const bodies = fc.sample(fc.oneof(fc.json(), fc.string({ unit: "binary" })), 60);
    const before = await count("webhook_deliveries");
    for (const body of bodies) {
      // On a busy machine the answer may be 503: Microsoft, too, then sends it again.
      const status = await eventually(async () => {
        const answer = await app.deliver(body);
        return answer.status !== 503 && answer.status;
      });
      expect(status, JSON.stringify(body)).toBe(200);
    }
    expect(await count("webhook_deliveries")).toBeGreaterThanOrEqual(before + bodies.length);
  });

  test("case 39: with an unknown action is stored, shown, and quarantined if Microsoft does not know the operation", async () => {
    const id = randomUUID();
    await app.deliver({ id, subscriptionId: randomUUID(), action: "Transfer" });
    const operation = await eventually(async () => {
      const { rows } = await app.as("viewer").operations.list({ state: "settled" });
      return rows.find((row) => row.marketplaceId === id);
    });
    expect(operation).toMatchObject({ action: "Transfer", outcome: "quarantined" });
    expect(operation.lastError).toMatch(/knows neither this operation nor its subscription/);
  });
});

describe("a webhook is refused", () => {
  const post = (headers: Record<string, string>, body: BodyInit = "{}") =>
    fetch(`${app.url}/webhooks/marketplace`, { method: "POST", headers, body });

  test("probe 01: without a token, with 401, and only counted", async () => {
    const before = await count("webhook_deliveries");
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: "Bearer not-a-token" })).status).toBe(401);
    expect(await count("webhook_deliveries")).toBe(before);
    const rejected = await eventually(async () => {
      const listed = await app.as("viewer").deliveries.rejected();
      return listed.length >= 1 && listed;
    });
    expect(rejected.every((call) => call.status === 401 && call.count >= 1)).toBe(true);
  });

  test("probe 02: with two Authorization headers", async () => {
    const { token } = await app.control<{ token: string }>("webhook-token", {});
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${app.url}/webhooks/marketplace`, { method: "POST" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on("error", reject);
      call.setHeader("Authorization", [`Bearer ${token}`, `Bearer ${token}`]);
      call.end("{}");
    });
    expect(answer).toBe(401);
  });

  test("probe 37: with other methods, with 405", async () => {
    for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await fetch(`${app.url}/webhooks/marketplace`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  test("probe 39: with 257 kB, with 413, and with an encoded body, with 415", async () => {
    expect((await app.deliver(JSON.stringify({ padding: "x".repeat(257 * 1024) }))).status).toBe(413);
    const { token } = await app.control<{ token: string }>("webhook-token", {});
    expect((await post({ authorization: `Bearer ${token}`, "content-encoding": "gzip" })).status).toBe(415);
    for (const none of ["identity", "Identity", ""])
      expect((await post({ authorization: `Bearer ${token}`, "content-encoding": none })).status).toBe(200);
  });
});

describe("B9: addresses similar to the webhook's", () => {
  const deliverTo = async (path: string, token?: string) => {
    const good = token ?? (await app.control<{ token: string }>("webhook-token", {})).token;
    return requestFrom("127.0.0.1", app.url, {
      method: "POST",
      headers: { authorization: `Bearer ${good}`, "content-type": "application/json" },
      body: JSON.stringify({ id: randomUUID(), subscriptionId: randomUUID(), action: "Renew" }),
      path,
    });
  };

  test.each([
    "/webhooks/marketplace/",
    "/webhooks/marketplace?source=offer",
    "/webhooks/marketplace/?a=1",
    "http://desk.example/webhooks/marketplace",
  ])("%s is served", async (path) => {
    const before = await count("webhook_deliveries");
    expect((await deliverTo(path)).status).toBe(200);
    expect(await count("webhook_deliveries")).toBe(before + 1);
  });

  test.each(["//webhooks/marketplace", "/Webhooks/Marketplace", "/webhooks/marketplace/x", "/webhook", "/api/v2/hook"])(
    "probe 45: %s is answered with 404, and staff see the call and how to correct the address",
    async (path) => {
      expect((await deliverTo(path, "e30.e30.forged")).status).toBe(404);
      const before = await count("webhook_deliveries");
      expect((await deliverTo(path)).status).toBe(404);
      expect(await count("webhook_deliveries")).toBe(before);
      const item = await eventually(async () => {
        const { needs } = await app.as("viewer").needs.list({});
        return needs.find(({ what }) => what.startsWith(`Microsoft calls ${path},`));
      });
      expect(item).toMatchObject({ place: "/settings/connection", tone: "bad" });
      expect(item.rule).toContain("Partner Center");
      const { groups } = await app.as("admin").connection.check();
      const lines = groups.flatMap(({ lines: all }) => all).filter(({ value }) => value.includes(` ${path},`));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ state: "warning", note: expect.stringContaining("1 time,") });
      expect(lines[0]?.remedy).toContain("Partner Center");
    },
  );
});

describe("the stored webhook", () => {
  test.each(["activity", "webhook_deliveries"])("%s is append-only", async (table) => {
    for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
      await expect(app.db.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: "42501" } });
    }
  });
});

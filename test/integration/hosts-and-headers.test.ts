/** Which host names are served, and which headers of a webhook call are kept. */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { webhookDeliveries } from "../../server/database/schema/deliveries.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ dashboard: (routes) => void routes.get("*", (c) => c.text("the dashboard")) });
});
afterAll(() => app?.stop());

/** A request with a Host of our choosing, which `fetch` does not allow. */
function ask(base: string, path: string, host: string, method = "GET"): Promise<{ status: number; text: string }> {
  return send(base, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function send(base: string, request: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(new URL(base).port), "127.0.0.1", () => socket.write(request));
    socket.setTimeout(10_000, () => reject(new Error("no answer")));
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("end", () => resolve({ status: Number(text.split(" ")[1]), text }));
    socket.on("error", reject);
  });
}

describe("C20: a request under a foreign host name", () => {
  test("to the app gets 421 with a message: pages, sign-in, procedures, exports and the product API", async () => {
    for (const path of [
      "/",
      "/auth/sign-in",
      "/trpc/me.get",
      "/exports/activity.csv",
      "/api/v1/openapi.json",
      "/landing",
    ]) {
      const { port } = new URL(app.url);
      const refused = await ask(app.url, path, `rebound.example:${port}`);
      expect(refused.status, path).toBe(421);
      expect(refused.text).toContain("This host name is not served");
      expect(refused.text).not.toContain("rebound.example");
      expect((await ask(app.url, path, `127.0.0.1:${port}`)).status, path).not.toBe(421);
    }
  });

  test("to the sandbox gets 421: its page, its control and its sign-in", async () => {
    for (const [path, method] of [
      ["/", "GET"],
      ["/control/purchases", "POST"],
      ["/common/oauth2/v2.0/authorize", "GET"],
      ["/api/saas/subscriptions", "GET"],
    ] as const) {
      expect((await ask(app.sandbox.url, path, "rebound.example", method)).status, path).toBe(421);
      expect((await ask(app.sandbox.url, path, "localhost", method)).status, path).not.toBe(421);
    }
  });

  test("is answered for health checks and Microsoft's webhook", async () => {
    expect((await ask(app.url, "/healthz", "10.0.0.4.balancer.example")).status).toBe(200);
    expect((await ask(app.url, "/readyz", "balancer.example")).status).toBe(200);
    expect((await ask(app.url, "/webhooks/marketplace", "proxy.example", "POST")).status).toBe(401);
  });

  test.each(["/healthz", "/readyz", "/readyz?from=balancer"])(
    "or without one is answered for checks of %s",
    async (path) => {
      expect((await send(app.url, `GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(200);
      for (const host of ["", "balancer.example", "balancer:99999", "[::1"])
        expect((await ask(app.url, path, host)).status, host).toBe(200);
    },
  );

  test.each(["/\\evil", "*", "http://[::1"])("with the address %s gets 400 with words and headers", async (path) => {
    const { status, text } = await ask(app.url, path, "localhost");
    expect(status).toBe(400);
    expect(text).toContain("cannot be read");
    expect(text).toMatch(/x-content-type-options: nosniff/i);
    expect(text).toMatch(/content-security-policy: default-src 'none'/i);
  });
});

describe("C18: secrets that a proxy adds to a webhook", () => {
  const secrets = {
    "x-original-authorization": "Bearer proxy-secret",
    "x-ms-token-aad-id-token": "proxy-secret",
    "x-arr-clientcert": "proxy-secret",
    "cf-access-jwt-assertion": "proxy-secret",
    "x-api-key": "proxy-secret",
  };

  test("are not stored; the headers that Microsoft's support needs are", async () => {
    const id = randomUUID();
    const { token } = await app.control<{ token: string }>("webhook-token", {});
    const answer = await fetch(`${app.url}/webhooks/marketplace`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-ms-requestid": "request-1",
        "x-ms-correlationid": "correlation-1",
        ...secrets,
      },
      body: JSON.stringify({ id, action: "Renew", subscriptionId: randomUUID(), status: "Succeeded" }),
    });
    expect(answer.status).toBe(200);
    const [row] = await app.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.marketplaceId, id));
    expect(row?.headers).toMatchObject({ "x-ms-requestid": "request-1", "x-ms-correlationid": "correlation-1" });
    expect(JSON.stringify(row)).not.toContain("proxy-secret");
    expect(JSON.stringify(row?.headers)).not.toContain("authorization");
  });

  test("are not shown for rows that were stored earlier", async () => {
    const stored = await app.deliver({ id: randomUUID(), action: "Renew", subscriptionId: randomUUID() });
    expect(stored.status).toBe(200);
    const [row] = await eventually(async () => {
      const rows = await app.db.select().from(webhookDeliveries).limit(1);
      return rows.length > 0 && rows;
    });
    const id = randomUUID();
    const headers = { ...secrets, "content-type": "application/json", "x-ms-requestid": "request-2" };
    await app.db.insert(webhookDeliveries).values({ ...row!, id, headers });
    const shown = await app.as("viewer").deliveries.get({ id });
    expect(shown.headers).toEqual({ "content-type": "application/json", "x-ms-requestid": "request-2" });
    expect(JSON.stringify(shown)).not.toContain("proxy-secret");
  });
});

import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { requireSameOrigin, securityHeaders } from "../../server/http/security.ts";

const publicUrl = "https://desk.example";

describe("requireSameOrigin (probe 64)", () => {
  const app = new Hono().use(requireSameOrigin(publicUrl)).all("/", (c) => c.text("done"));
  const status = async (method: string, headers: Record<string, string>) =>
    (await app.request(`${publicUrl}/`, { method, headers })).status;

  test.each([
    [{ Origin: publicUrl }],
    [{ "Sec-Fetch-Site": "same-origin" }],
    [{ Origin: publicUrl, "Sec-Fetch-Site": "same-origin" }],
  ])("lets a change from %j through", async (headers) => {
    expect(await status("POST", headers)).toBe(200);
  });

  test.each([
    [{}],
    [{ Origin: "null" }],
    [{ Origin: "" }],
    [{ Origin: "http://desk.example" }],
    [{ Origin: "https://desk.example.evil.example" }],
    [{ Origin: "https://desk.example:8443" }],
    [{ Origin: publicUrl, "Sec-Fetch-Site": "cross-site" }],
    [{ "Sec-Fetch-Site": "same-site" }],
    [{ "Sec-Fetch-Site": "none" }],
  ])("refuses a change from %j", async (headers: Record<string, string>) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(await status(method, headers)).toBe(403);
  });

  test("lets a program read that names no origin, and refuses another site's page", async () => {
    expect(await status("GET", {})).toBe(200);
    expect(await status("GET", { "Sec-Fetch-Site": "cross-site" })).toBe(403);
    expect(await status("GET", { Origin: "https://evil.example" })).toBe(403);
  });
});

describe("securityHeaders (probe 77)", () => {
  const app = new Hono()
    .use(securityHeaders({ publicUrl, authority: "https://login.microsoftonline.com" }))
    .get("/", (c) => c.text(c.get("nonce")))
    .get("/strict", (c) => c.text("", 200, { "Referrer-Policy": "no-referrer", "Cache-Control": "max-age=60" }))
    .get("/broken", () => {
      throw new Error("broken");
    })
    .onError((_error, c) => c.text("broken", 500));

  test.each(["/", "/strict", "/broken", "/missing"])("are on %s", async (path) => {
    const { headers } = await app.request(`${publicUrl}${path}`);
    expect(headers.get("strict-transport-security")).toBe("max-age=63072000");
    expect(headers.get("content-security-policy")).toContain("form-action 'self' https://login.microsoftonline.com;");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("name a nonce that differs with each request", async () => {
    const answers = await Promise.all([app.request("/"), app.request("/")]);
    const nonces = await Promise.all(answers.map((answer) => answer.text()));
    expect(nonces[0]).not.toBe(nonces[1]);
    for (const [index, answer] of answers.entries()) {
      expect(answer.headers.get("content-security-policy")).toContain(`'nonce-${nonces[index]}'`);
    }
  });

  test("leave a handler's stricter referrer policy and its own caching alone", async () => {
    const { headers } = await app.request("/strict");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("max-age=60");
  });
});

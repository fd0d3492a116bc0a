/** Every call of the OpenAPI document with odd input: a problem in words, and never a server error. */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiScopes } from "../../shared/api-scopes.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  oneOf?: Schema[];
  required?: string[];
  enum?: unknown[];
  $ref?: string;
};
type Parameter = { name: string; in: "path" | "query" | "header"; schema: Schema };
type Call = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: { "application/json": { schema: Schema } } };
  responses: Record<string, unknown>;
};
type Document = { paths: Record<string, Record<string, Call>>; components: { schemas: Record<string, Schema> } };

let app: TestApp;
let key: string;
let document: Document;
beforeAll(async () => {
  app = await startTestApp();
  // Without the limit of calls, because the same key makes thousands of them.
  ({ key } = await app.as("admin").keys.make({ name: "Odd", scopes: [...apiScopes] }));
  document = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => app?.stop());

const calls = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ method: method.toUpperCase(), path, call })),
  );

type Sent = { method: string; path: string; headers?: Record<string, string>; body?: string };

/** Sends it, and again when the key made too many calls. */
async function send({
  method,
  path,
  headers = {},
  body,
}: Sent): Promise<{ status: number; text: string; type: string }> {
  for (;;) {
    const response = await fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body === undefined || method === "GET" || method === "HEAD" ? {} : { body }),
    });
    const text = await response.text();
    if (response.status !== 429)
      return { status: response.status, text, type: response.headers.get("content-type") ?? "" };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A problem in words, or a success; never a server error. */
function checkAnswer(sent: Sent, { status, text, type }: { status: number; text: string; type: string }): void {
  const described = `${sent.method} ${sent.path.slice(0, 200)} ${(sent.body ?? "").slice(0, 200)}: ${status} ${text.slice(0, 300)}`;
  expect(status, described).toBeLessThan(500);
  if (status < 400) return;
  expect(type, described).toBe("application/problem+json");
  const problem = JSON.parse(text) as { detail: string; title: string; status: number; type: string };
  expect(problem, described).toMatchObject({ status, type: expect.stringMatching(/^urn:marketdesk:[a-z-]+$/) });
  expect(problem.detail, described).toMatch(/^.{10,}[.…]$/s);
  expect(text, described).not.toMatch(/node_modules|\bat .*\.ts|select |insert |postgres|zod|invalid input syntax/i);
}

/** What no schema expects, as it stands in an address. */
const oddInAddress = [
  "%00",
  "%ed%a0%80",
  "%ff%fe",
  "%zz",
  "%",
  "__proto__",
  "constructor",
  "..%2f..%2f",
  "%20",
  "%F0%9F%98%80",
  "-1",
  "1e400",
  "NaN",
  "null",
  "[object%20Object]",
  "' or 1=1 --".replaceAll(" ", "%20"),
  "x".repeat(2_000),
  "9".repeat(60),
  Buffer.from('[null,"NaN"]').toString("base64url"),
  Buffer.from('["2026-01-01T00:00:00Z","a\\u0000"]').toString("base64url"),
  Buffer.from('["+999999-01-01T00:00:00Z","a"]').toString("base64url"),
  "11111111-2222-3333-4444-555555555555",
];

/** What a server may stumble over before it knows that the parameter is not one of its own. */
const oddAnywhere = ["%00", "%ed%a0%80", "%zz", "%", "__proto__"];

const oddBodies = [
  "",
  "{",
  "null",
  "[]",
  "1",
  '"text"',
  "{}",
  '{"a":"\\u0000"}',
  '{"a":"\\ud800"}',
  '{"__proto__":{"reason":"because"}}',
  "\u0000",
  "[".repeat(8_000),
  `{"reason":${"[".repeat(4_000)}${"]".repeat(4_000)}}`,
  `{"reason":"${"x".repeat(20_000)}"}`,
];

const fill = (path: string, id: string) => path.replace("{id}", id);
const json = { "content-type": "application/json" };

describe("every call of the document", () => {
  test("with odd IDs, parameters and headers", async () => {
    for (const { method, path, call } of calls()) {
      const headers = { ...json, "idempotency-key": randomUUID() };
      const query = (call.parameters ?? []).filter((parameter) => parameter.in === "query");
      const addresses = [
        ...(path.includes("{id}") ? oddInAddress.map((odd) => fill(path, odd)) : []),
        ...query.flatMap(({ name }) => oddInAddress.map((odd) => `${fill(path, "x")}?${name}=${odd}`)),
        // Twice: what counts is that there are two, and what cannot be decoded.
        ...query.flatMap(({ name }) => oddAnywhere.map((odd) => `${fill(path, "x")}?${name}=a&${name}=${odd}`)),
        ...oddAnywhere.map((odd) => `${fill(path, "x")}?unknown=${odd}`),
      ];
      for (const address of addresses) {
        const sent = { method, path: address, headers, body: "{}" };
        checkAnswer(sent, await send(sent));
      }
    }
  });

  test("with odd bodies, types of content and keys", async () => {
    for (const { method, path, call } of calls()) {
      if (!call.requestBody) continue;
      for (const body of oddBodies) {
        for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded", ""]) {
          const sent = {
            method,
            path: fill(path, "x"),
            headers: { ...(type ? { "content-type": type } : {}), "idempotency-key": randomUUID() },
            body,
          };
          const answered = await send(sent);
          checkAnswer(sent, answered);
          expect(answered.status, body).toBeGreaterThanOrEqual(400);
        }
      }
      for (const idempotencyKey of [" ", "a b", "x".repeat(300), "\u00e9", '""']) {
        const sent = {
          method,
          path: fill(path, "x"),
          headers: { ...json, "idempotency-key": idempotencyKey },
          body: "{}",
        };
        checkAnswer(sent, await send(sent));
      }
    }
  });

  test("with other methods", async () => {
    for (const path of Object.keys(document.paths)) {
      for (const method of ["DELETE", "PATCH", "PUT", "POST", "GET", "OPTIONS", "PROPFIND"]) {
        const isDescribed = method.toLowerCase() in (document.paths[path] ?? {});
        const sent = { method, path: fill(path, "x"), headers: json, body: "{}" };
        const answered = await send(sent);
        checkAnswer(sent, answered);
        if (!isDescribed) expect(answered.status, `${method} ${path}`).toBe(405);
      }
    }
  });

  test("with bodies of the right fields and any values", async () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constantFrom(
        "team",
        "full",
        "ChangePlan",
        "ChangeQuantity",
        "Hold",
        "2027-01-01",
        "Because of a test",
        5,
        1_000_000,
        1_000_001,
        -0,
      ),
    );
    for (const { method, path, call } of calls()) {
      const schema = call.requestBody?.content["application/json"].schema;
      if (!schema) continue;
      const body = schema.$ref ? (document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;
      const names = [
        ...new Set([body, ...(body.oneOf ?? [])].flatMap(({ properties = {} }) => Object.keys(properties))),
      ];
      expect(names.length, path).toBeGreaterThan(0);
      const bodies = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const headers = { ...json, "idempotency-key": randomUUID() };
          const sent = { method, path: fill(path, "nowhere"), headers, body: JSON.stringify(body) };
          checkAnswer(sent, await send(sent));
        }),
        { numRuns: 40 },
      );
    }
  });

  test("without a key, with a foreign one, and with an odd one", async () => {
    for (const { method, path } of calls()) {
      for (const authorization of [
        "",
        "Basic YTpi",
        "Bearer ",
        `Bearer md_${"a".repeat(43)}`,
        "Bearer \u00e9",
        "x".repeat(4_000),
      ]) {
        const sent = { method, path: fill(path, "x"), headers: { ...json, authorization }, body: "{}" };
        const answered = await send(sent);
        checkAnswer(sent, answered);
        expect(answered.status).toBe(401);
      }
    }
  });

  test("describes each status that it answers with", async () => {
    for (const { method, path, call } of calls()) {
      const described = Object.keys(call.responses);
      for (const status of ["400", "401", "403", "429", "500", "503"]) expect(described, path).toContain(status);
      if (call.requestBody) expect(described, path).toEqual(expect.arrayContaining(["413", "415"]));
      if (path.includes("{id}")) expect(described, path).toContain("404");
      const sent = { method, path: fill(path, "x"), headers: json, body: "{}" };
      const { status } = await send(sent);
      expect(described, `${method} ${path}`).toContain(String(status));
    }
  });
});

/** Calls that no honest client makes, on every address: each is answered with a 4xx that says what is wrong, never with a 500. */
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
let cookie: string;
let subscriptionId: string;

beforeAll(async () => {
  app = await startTestApp({ dashboard: (routes) => void routes.get("*", (c) => c.text("the dashboard", 404)) });
  ({ key } = await app.as("admin").keys.make({ name: "Odd" }));
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "admin");
  cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  subscriptionId = await app.buyActive();
});
afterAll(() => app?.stop());

type Answer = { status: number; headers: Headers; text: string };

/** Sends bytes as they are: `fetch` would correct the path, and refuses some methods and headers. A header of null is left out. */
function send(
  method: string,
  path: string,
  headers: Record<string, string | null> = {},
  body: string | Buffer = "",
): Promise<Answer> {
  const { port } = new URL(app.url);
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      const lines = Object.entries({
        host: `localhost:${port}`,
        connection: "close",
        "content-length": String(bytes.length),
        ...headers,
      }).filter(([, value]) => value !== null);
      socket.write(
        `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
      );
      socket.write(bytes);
    });
    socket.setTimeout(15_000, () => reject(new Error(`no answer to ${method} ${path}`)));
    socket.on("data", (chunk) => (answer += chunk.toString("utf8")));
    socket.on("error", reject);
    socket.on("end", () => {
      const [head = "", ...rest] = answer.split("\r\n\r\n");
      const [first = "", ...fields] = head.split("\r\n");
      resolve({
        status: Number(first.split(" ")[1]),
        headers: new Headers(fields.map((field) => field.split(/: ?(.*)/s).slice(0, 2) as [string, string])),
        text: rest.join("\r\n\r\n"),
      });
    });
  });
}

const place = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const json = { "content-type": "application/json" };
/** A lone surrogate as JSON can spell it, and as bytes that are no UTF-8. */
const loneSurrogate = String.raw`\ud800`;
const noUtf8 = Buffer.concat([
  Buffer.from('{"planId":"'),
  Buffer.from([0xff, 0xfe]),
  Buffer.from('","access":"full"}'),
]);

type Odd = { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer; status?: number };

const confirmation = () => `/api/v1/subscriptions/${subscriptionId}/confirmation`;

/** What is expected is 400 unless it says otherwise. */
const productCalls: [string, () => Odd][] = [
  ["a zero byte in an id", () => ({ path: "/api/v1/subscriptions/%00" })],
  ["a lone surrogate in an id", () => ({ path: "/api/v1/subscriptions/%ed%a0%80" })],
  ["bytes that are no UTF-8 in an id", () => ({ path: "/api/v1/subscriptions/%ff%fe" })],
  ["a broken escape in an id", () => ({ path: "/api/v1/subscriptions/%zz" })],
  ["an id named __proto__", () => ({ path: "/api/v1/subscriptions/__proto__", status: 404 })],
  ["an id of 500 characters", () => ({ path: `/api/v1/subscriptions/${"x".repeat(500)}` })],
  ["a zero byte in a filter", () => ({ path: "/api/v1/subscriptions?offer=%00" })],
  ["a zero byte inside a plan", () => ({ path: "/api/v1/subscriptions?plan=a%00b" })],
  ["bytes that are no UTF-8 in a filter", () => ({ path: "/api/v1/subscriptions?offer=%c3%28" })],
  ["a lone surrogate in a filter", () => ({ path: "/api/v1/subscriptions?offer=%ed%a0%80" })],
  ["a parameter named __proto__", () => ({ path: "/api/v1/subscriptions?__proto__=1" })],
  ["a parameter named constructor", () => ({ path: "/api/v1/subscriptions?constructor=1" })],
  ["a parameter twice", () => ({ path: "/api/v1/subscriptions?limit=1&limit=2" })],
  ["an unknown parameter", () => ({ path: "/api/v1/changes?page=2" })],
  ["a limit beyond every number", () => ({ path: "/api/v1/subscriptions?limit=1e400" })],
  ["a limit of many digits", () => ({ path: `/api/v1/changes?limit=${"9".repeat(60)}` })],
  ["a limit that is no number", () => ({ path: "/api/v1/changes?limit=NaN" })],
  ["a date in no year that is kept", () => ({ path: "/api/v1/subscriptions?updatedSince=0000-01-01T00:00:00Z" })],
  ["a date that is none", () => ({ path: "/api/v1/subscriptions?updatedSince=2026-13-45T99:99:99Z" })],
  ["a cursor that is no text of ours", () => ({ path: "/api/v1/subscriptions?cursor=%00" })],
  ["a cursor of null", () => ({ path: `/api/v1/subscriptions?cursor=${place(null)}` })],
  ["a cursor with a word for its time", () => ({ path: `/api/v1/subscriptions?cursor=${place(["soon", "a"])}` })],
  ["a cursor with a zero byte", () => ({ path: `/api/v1/subscriptions?cursor=${place(["2026-01-01\u0000", "a"])}` })],
  [
    "a cursor with a zero byte in its id",
    () => ({ path: `/api/v1/subscriptions?cursor=${place(["2026-01-01T00:00:00Z", "a\u0000"])}` }),
  ],
  [
    "a cursor with a lone surrogate",
    () => ({ path: `/api/v1/subscriptions?cursor=${place(["2026-01-01T00:00:00Z", "\ud800"])}` }),
  ],
  [
    "a cursor in a year that is not kept",
    () => ({ path: `/api/v1/subscriptions?cursor=${place(["+999999-01-01T00:00:00Z", "a"])}` }),
  ],
  ["a cursor of another spelling", () => ({ path: `/api/v1/subscriptions?cursor=${place(["yesterday", "a"])}` })],
  ["a place in the feed that is no number", () => ({ path: `/api/v1/changes?after=${place([null, "NaN"])}` })],
  [
    "a place in the feed beyond every number",
    () => ({ path: `/api/v1/changes?after=${place([null, "9".repeat(19)])}` }),
  ],
  ["another method on a list", () => ({ method: "DELETE", path: "/api/v1/subscriptions", status: 405 })],
  [
    "another method on a subscription",
    () => ({ method: "DELETE", path: `/api/v1/subscriptions/${subscriptionId}`, status: 405 }),
  ],
  ["another method on the feed", () => ({ method: "POST", path: "/api/v1/changes", status: 405 })],
  ["another method on a confirmation", () => ({ method: "PATCH", path: confirmation(), status: 405 })],
  ["an unknown method", () => ({ method: "PROPFIND", path: "/api/v1/subscriptions", status: 405 })],
  ["an address that is not there", () => ({ path: "/api/v1/nothing", status: 404 })],
  [
    "a body that is plain text",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: { "content-type": "text/plain" },
      body: '{"planId":"team","access":"full"}',
      status: 415,
    }),
  ],
  ...["gzip", "br", "banana"].map((encoding): (typeof productCalls)[number] => [
    `a body in ${encoding}`,
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: { ...json, "content-encoding": encoding },
      body: gzipSync('{"planId":"team","access":"full"}'),
      status: 415,
    }),
  ]),
  [
    "a form",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "planId=team",
      status: 415,
    }),
  ],
  [
    "a body without a type",
    () => ({ method: "PUT", path: confirmation(), body: '{"planId":"team","access":"full"}', status: 415 }),
  ],
  ["no body", () => ({ method: "PUT", path: confirmation(), headers: json })],
  ["a body that is no JSON", () => ({ method: "PUT", path: confirmation(), headers: json, body: "{" })],
  ["a body of null", () => ({ method: "PUT", path: confirmation(), headers: json, body: "null" })],
  ["a list for a body", () => ({ method: "PUT", path: confirmation(), headers: json, body: "[]" })],
  ["a body that is no UTF-8", () => ({ method: "PUT", path: confirmation(), headers: json, body: noUtf8 })],
  [
    "a zero byte in a body",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: String.raw`{"planId":"a\u0000","access":"full"}`,
    }),
  ],
  [
    "a lone surrogate in a body",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: `{"planId":"${loneSurrogate}","access":"full"}`,
    }),
  ],
  [
    "a lone surrogate in evidence",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: `{"planId":"team","access":"full","evidence":"${loneSurrogate}"}`,
    }),
  ],
  [
    "seats beyond every number",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: '{"planId":"team","access":"full","quantity":1e400}',
    }),
  ],
  [
    "seats of many digits",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: '{"planId":"team","access":"full","quantity":9007199254740993}',
    }),
  ],
  [
    "__proto__ in a body",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: '{"planId":"team","access":"full","__proto__":{"x":1}}',
    }),
  ],
  [
    "a body nested a thousand deep",
    () => ({ method: "PUT", path: confirmation(), headers: json, body: `${"[".repeat(5_000)}${"]".repeat(5_000)}` }),
  ],
  [
    "a body of 20 kB",
    () => ({
      method: "PUT",
      path: confirmation(),
      headers: json,
      body: JSON.stringify({ planId: "x".repeat(20_000) }),
      status: 413,
    }),
  ],
];

const own = () => ({ cookie, origin: app.url, "x-marketdesk": "1", ...json });
const read = (procedure: string, input: unknown) =>
  `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;

const deskCalls: [string, () => Odd][] = [
  ["export of __proto__", () => ({ path: "/exports/__proto__", status: 404 })],
  ["export of nothing", () => ({ path: "/exports/nothing.csv", status: 404 })],
  ["export with a parameter __proto__", () => ({ path: "/exports/subscriptions.csv?__proto__=1" })],
  ["export with a parameter constructor", () => ({ path: "/exports/operations.json?constructor=true" })],
  ["export with a parameter toString", () => ({ path: "/exports/activity.csv?toString=1" })],
  ["export with a zero byte", () => ({ path: "/exports/subscriptions.csv?q=%00" })],
  ["export with a zero byte in an offer", () => ({ path: "/exports/subscriptions.json?offer=a%00b" })],
  ["export with bytes that are no UTF-8", () => ({ path: "/exports/deliveries.csv?action=%ff%fe" })],
  ["export with huge seats", () => ({ path: "/exports/subscriptions.csv?seatsFrom=999999999999999999999" })],
  ["export with a year that is not kept", () => ({ path: "/exports/activity.csv?from=0000-01-01T00:00:00Z" })],
  ["export by DELETE", () => ({ method: "DELETE", path: "/exports/subscriptions.csv", status: 405 })],
  ["export by POST", () => ({ method: "POST", path: "/exports/activity.json", status: 405 })],
  ["procedure __proto__", () => ({ path: "/trpc/__proto__", status: 404 })],
  ["procedure constructor", () => ({ path: "/trpc/subscriptions.constructor", status: 404 })],
  ["procedure of a broken escape", () => ({ path: "/trpc/%zz" })],
  ["procedure with broken input", () => ({ path: "/trpc/subscriptions.list?input=%7B" })],
  ["procedure with input that is no UTF-8", () => ({ path: "/trpc/subscriptions.list?input=%ff%fe" })],
  ["zero byte in a filter", () => ({ path: read("subscriptions.list", { offer: "\u0000" }) })],
  [
    "lone surrogate in a filter",
    () => ({ path: `/trpc/subscriptions.list?input=${encodeURIComponent(`{"offer":"${loneSurrogate}"}`)}` }),
  ],
  ["zero byte in an id", () => ({ path: read("subscriptions.get", { id: "\u0000" }) })],
  ["zero byte in what is looked for", () => ({ path: read("find.all", { q: "abc\u0000" }) })],
  ["forged cursor", () => ({ path: read("subscriptions.list", { cursor: place(["\u0000", "a"]) }) })],
  [
    "forged cursor of a number",
    () => ({ path: read("subscriptions.list", { sort: "quantity", cursor: place(["9".repeat(40), "a"]) }) }),
  ],
  [
    "forged cursor of a day",
    () => ({ path: read("subscriptions.list", { sort: "termEnd", cursor: place(["tomorrow", "a"]) }) }),
  ],
  ["year that is not kept", () => ({ path: read("activity.list", { from: "0000-01-01T00:00:00Z" }) })],
  [
    "zero byte in a note",
    () => ({
      method: "POST",
      path: "/trpc/subscriptions.addNote",
      headers: own(),
      body: JSON.stringify({ subscriptionId, text: "a\u0000b" }),
    }),
  ],
  [
    "lone surrogate in a note",
    () => ({
      method: "POST",
      path: "/trpc/subscriptions.addNote",
      headers: own(),
      body: `{"subscriptionId":"${subscriptionId}","text":"a${loneSurrogate}b"}`,
    }),
  ],
  [
    "zero byte in a reason",
    () => ({
      method: "POST",
      path: "/trpc/subscriptions.suspend",
      headers: own(),
      body: JSON.stringify({ subscriptionId, reason: "abc\u0000" }),
    }),
  ],
  [
    "zero byte in the name of a key",
    () => ({ method: "POST", path: "/trpc/keys.make", headers: own(), body: JSON.stringify({ name: "a\u0000" }) }),
  ],
  [
    "lone surrogate in the name of a view",
    () => ({
      method: "POST",
      path: "/trpc/views.create",
      headers: own(),
      body: `{"name":"${loneSurrogate}","filters":{}}`,
    }),
  ],
  ["change by DELETE", () => ({ method: "DELETE", path: "/trpc/subscriptions.addNote", headers: own(), status: 405 })],
  ["change by PUT", () => ({ method: "PUT", path: "/trpc/me.get", headers: own(), status: 405 })],
  [
    "change as a form",
    () => ({
      method: "POST",
      path: "/trpc/subscriptions.addNote",
      headers: { ...own(), "content-type": "application/x-www-form-urlencoded" },
      body: "text=a",
      status: 415,
    }),
  ],
  ["landing form without a boundary", () => landingForm("multipart/form-data", "name=Ada")],
  [
    "landing form with another boundary",
    () => landingForm("multipart/form-data; boundary=a", "--b\r\n\r\nAda\r\n--b--"),
  ],
  ["landing form that breaks off", () => landingForm("multipart/form-data; boundary=a", "--a\r\nContent-Disp")],
  [
    "landing form with bytes that are no UTF-8",
    () => landingForm("application/x-www-form-urlencoded", Buffer.from([0x6e, 0x3d, 0xff, 0xfe])),
  ],
  ["landing form of an unknown type", () => landingForm("application/json", "{}")],
  [
    "request for a mail in a form without a boundary",
    () => ({ ...landingForm("multipart/form-data", "visit=a"), path: "/landing/wait", status: 303 }),
  ],
  ["landing with a zero byte for a token", () => ({ path: "/landing?token=%00", status: 303 })],
  ["landing with bytes that are no UTF-8", () => ({ path: "/landing?token=%ff%fe", status: 303 })],
  ["landing by DELETE", () => ({ method: "DELETE", path: "/landing", status: 405 })],
  ["sign-in by DELETE", () => ({ method: "DELETE", path: "/auth/sign-in", status: 405 })],
  ["sign-out by GET", () => ({ path: "/auth/sign-out", status: 405 })],
  ["sign-in callback with a zero byte", () => ({ path: "/auth/callback?state=%00&code=%00" })],
  ["sign-in callback with __proto__", () => ({ path: "/auth/callback?__proto__=1" })],
  ["sign-in callback with a huge error", () => ({ path: `/auth/callback?error=${"x".repeat(5_000)}` })],
];

function landingForm(type: string, body: string | Buffer): Odd {
  const headers = { cookie, origin: app.url, "content-type": type };
  return { method: "POST", path: "/landing/activate", headers, body };
}

function tellsNothing(text: string): void {
  expect(text).not.toMatch(
    /\bat .*\.ts:\d|node_modules|\/server\/|\bselect\b .*\bfrom\b|DrizzleQueryError|Failed query/i,
  );
}

describe("C14: malformed calls of the product API get a problem response, never a 500", () => {
  test.each(productCalls)("%s", async (_, oddCall) => {
    const { method = "GET", path, headers = {}, body, status = 400 } = oddCall();
    const answer = await send(method, path, { authorization: `Bearer ${key}`, ...headers }, body);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(JSON.parse(answer.text)).toMatchObject({ status, detail: expect.stringMatching(/^.{10,}$/s) });
    if (status === 405) expect(answer.headers.get("allow")).toMatch(/^(GET|PUT)\b/);
    tellsNothing(answer.text);
  });
});

describe("C14: malformed calls of the dashboard, exports, sign-in and landing page get a message, never a 500", () => {
  test.each(deskCalls)("%s", async (_, oddCall) => {
    const { method = "GET", path, headers = { cookie, origin: app.url }, body, status = 400 } = oddCall();
    const answer = await send(method, path, headers, body);
    expect({ status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status });
    if (status !== 303) expect(answer.text).not.toBe("");
    if (status === 405) expect(answer.headers.get("allow") ?? "").toMatch(/GET|POST/);
    tellsNothing(answer.text);
  });
});

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

describe("C14: a request without the length of its body", () => {
  const methods = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET", "HEAD"];
  const addresses = () => [
    confirmation(),
    `/api/v1/subscriptions/${subscriptionId}`,
    `/api/v1/subscriptions/${subscriptionId}/change-seats`,
    "/api/v1/usage",
    "/landing/activate",
    "/landing/wait",
    "/trpc/me.get",
    "/trpc/subscriptions.addNote",
    "/webhooks/marketplace",
    "/auth/sign-out",
  ];
  test.each([
    ["without a body", {}, ""],
    ["with an empty body in chunks", { "transfer-encoding": "chunked" }, chunk("")],
    ["with a body in chunks", { "transfer-encoding": "chunked" }, chunk("{}") + chunk("")],
  ])("%s never ends in a 500", async (_, framing, body) => {
    for (const method of methods) {
      for (const path of addresses()) {
        const who = path.startsWith("/api/") ? { authorization: `Bearer ${key}` } : own();
        const headers = { "content-type": "application/json", ...who, ...framing, "content-length": null };
        const { status } = await send(method, path, headers, body);
        expect(status, `${method} ${path}`).toBeGreaterThanOrEqual(200);
        expect(status, `${method} ${path}`).toBeLessThan(500);
      }
    }
  });

  test("is read, and refused when it is too large", async () => {
    const headers = {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "transfer-encoding": "chunked",
      "content-length": null,
    };
    const confirm = JSON.stringify({ planId: "team", access: "full", quantity: 5 });
    const parts = chunk(confirm.slice(0, 9)) + chunk(confirm.slice(9)) + chunk("");
    expect((await send("PUT", confirmation(), headers, parts)).status).toBe(200);
    const large = chunk(JSON.stringify({ planId: "x".repeat(20_000), access: "full" })) + chunk("");
    expect((await send("PUT", confirmation(), headers, large)).status).toBe(413);
  });
});

test("C14: unusual text that can be stored is stored unmodified", async () => {
  const text = "a\u{1F600} \ufffd \\u0000 'quoted' %00";
  await app.as("operator").subscriptions.addNote({ subscriptionId, text });
  const { rows } = await app.as("viewer").activity.list({ subscription: subscriptionId });
  expect(rows.some(({ note }) => note === text)).toBe(true);
});

/** How the example product behaves while Marketdesk fails, with a Marketdesk whose answers the test decides. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ExampleProduct } from "../../clients/example-product/product.ts";
import type { Subscription } from "../../clients/typescript/src/client.ts";

type Answer = [status: number, body?: object];

let answer: (request: IncomingMessage, pathname: string, query: URLSearchParams) => Answer | Promise<Answer>;
let calls: string[];
let server: ReturnType<typeof createServer>;
let url: string;

beforeEach(async () => {
  calls = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, search, searchParams } = new URL(request.url ?? "/", "http://marketdesk");
    calls.push(pathname.replace("/api/v1", "") + search);
    const [status, body = {}] = await answer(request, pathname.replace("/api/v1", ""), searchParams);
    const headers = { "content-type": "application/json", "retry-after": "0" };
    response.writeHead(status, headers).end(JSON.stringify(body));
  };
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const subscription = (changed: Partial<Subscription> = {}) =>
  ({ id: "s", planId: "team", quantity: 5, access: "full", version: 1, activation: null, ...changed }) as Subscription;
const productOf = () => new ExampleProduct({ url, key: "md_key", webhookSecrets: [], everyMs: 20 });

test("a resync that an outage interrupts is repeated until it has all subscriptions", async () => {
  let outages = 2;
  answer = (_request, pathname, query) => {
    if (pathname === "/subscriptions") {
      if (query.has("cursor") && outages-- > 0) return [500];
      return query.has("cursor")
        ? [200, { subscriptions: [subscription({ id: "second" })], next: null }]
        : [200, { subscriptions: [subscription({ id: "first" })], next: "page-2" }];
    }
    if (query.get("after") === "latest") return [200, { changes: [], next: "position", hasMore: false }];
    return query.has("after") ? [200, { changes: [], next: "position", hasMore: false }] : [410];
  };
  const product = productOf();
  const stopping = new AbortController();
  const following = product.follow(stopping.signal);
  const positions = () => calls.filter((call) => call.endsWith("after=position")).length;
  await expect.poll(positions, { timeout: 30_000 }).toBeGreaterThan(1);
  stopping.abort();
  await following;
  expect([...product.workspaces.keys()]).toEqual(["first", "second"]);
  expect(calls.filter((call) => call.endsWith("after=latest"))).toHaveLength(3);
});

test("a refused key is said on stderr, and is not tried again", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  answer = () => [401, { type: "urn:marketdesk:unauthenticated", detail: "This API key is revoked." }];
  await productOf().follow(new AbortController().signal);
  expect(said.mock.calls.flat().join()).toMatch(
    /refused the call \(401\), so changes are no longer read\. This API key is revoked\./,
  );
  expect(calls).toHaveLength(1);
});

test("confirmations do not overlap, so the newest is the last", async () => {
  const confirmed: number[] = [];
  let inProgress = 0;
  let maxInProgress = 0;
  answer = async (request) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    maxInProgress = Math.max(maxInProgress, (inProgress += 1));
    const { quantity } = JSON.parse(body) as { quantity: number };
    // The first attempt of the older state is slow and fails.
    if (confirmed.length === 0 && calls.length === 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      inProgress -= 1;
      return [503];
    }
    confirmed.push(quantity);
    inProgress -= 1;
    return [200, { id: "s" }];
  };
  const product = productOf();
  product.provision(subscription({ quantity: 5, version: 1 }));
  const first = product.confirmAll();
  product.provision(subscription({ quantity: 9, version: 2 }));
  await Promise.all([first, product.confirmAll()]);
  expect(maxInProgress).toBe(1);
  expect(confirmed).toEqual([5, 9]);
  expect(product.workspaces.get("s")?.isConfirmed).toBe(true);
});

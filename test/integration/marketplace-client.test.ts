// cspell:words faultstring errorcode
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { AppTokenError, MarketplaceError } from "../../server/marketplace/errors.ts";
import type { CallRecord, Marketplace } from "../../server/marketplace/types.ts";
import {
  answer as foreign,
  bomb,
  cutBody,
  cutConnection,
  drip,
  type Script,
  silence,
  startScriptedServer,
  type ScriptedServer,
} from "../support/scripted-server.ts";

/** Microsoft returns the IDs of a call with its answer. */
const answer: typeof foreign = (status, body, headers) => foreign(status, body, { "x-ms-requestid": "r", ...headers });

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const subscribed = { id: "s1", offerId: "offer1", planId: "silver", saasSubscriptionStatus: "Subscribed" };
const pending = { ...subscribed, saasSubscriptionStatus: "PendingFulfillmentStart" };

describe("the Marketplace client", () => {
  let server: ScriptedServer;
  let marketplace: Marketplace;
  let calls: CallRecord[];
  let logged: string[];
  let tokens: string[];
  let forgotten: number;

  beforeEach(async () => {
    server = await startScriptedServer();
    calls = [];
    logged = [];
    tokens = ["first-token", "second-token", "third-token"];
    forgotten = 0;
    const log = (fields: object, message: string) => void logged.push(JSON.stringify(fields) + message);
    marketplace = createMarketplace({
      baseUrl: `${server.url}/api`,
      getToken: async () => tokens[0]!,
      forgetToken: () => {
        forgotten++;
        tokens.shift();
      },
      log: { info: log, warn: log },
      onCall: (call) => calls.push(call),
    });
  });
  afterEach(() => server.stop());

  async function failure(promise: Promise<unknown>): Promise<MarketplaceError> {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MarketplaceError);
    return error as MarketplaceError;
  }

  describe("on the wire", () => {
    test("case 1: Resolve has the unmodified purchase token, the version, a bearer token and both ids", async () => {
      server.script(
        answer(200, { id: "s1", subscriptionName: "Mine", offerId: "offer1", planId: "silver", quantity: "20" }),
      );
      const purchase = await marketplace.resolve("ab+cd/ef==", { correlationId: "c-1" });
      expect(purchase).toEqual({
        subscriptionId: "s1",
        offerId: "offer1",
        planId: "silver",
        name: "Mine",
        quantity: 20,
        subscription: null,
      });
      const [request] = server.requests;
      expect(request).toMatchObject({
        method: "POST",
        path: "/api/saas/subscriptions/resolve?api-version=2018-08-31",
        body: "",
      });
      expect(request!.headers).toMatchObject({
        "x-ms-marketplace-token": "ab+cd/ef==",
        authorization: "Bearer first-token",
        "content-type": "application/json",
        "x-ms-correlationid": "c-1",
        "x-ms-requestid": expect.stringMatching(guid),
      });
    });

    test("a purchase token whose plus signs were decoded is repaired", async () => {
      server.script(answer(200, { subscription: { ...pending, name: "Nested", quantity: 5 } }));
      expect(await marketplace.resolve(" ab cd/ef ")).toMatchObject({
        subscriptionId: "s1",
        name: "Nested",
        quantity: 5,
      });
      expect(server.requests[0]!.headers["x-ms-marketplace-token"]).toBe("ab+cd/ef");
    });

    test.each(["", "a\nb", "a\r\nx-evil: 1", "日本", "x".repeat(9_000)])(
      "the purchase token %j is refused without a call",
      async (token) => {
        expect(await failure(marketplace.resolve(token))).toMatchObject({
          status: 400,
          code: "InvalidPurchaseToken",
          isTransient: false,
        });
        expect(server.requests).toHaveLength(0);
      },
    );

    test.each(["", ".", "..", "\ud800"])("the id %j is refused without a call, like an unknown one", async (id) => {
      expect(await failure(marketplace.getSubscription(id))).toMatchObject({ isNotFound: true, code: "InvalidId" });
      expect(await failure(marketplace.getOperation("s1", id))).toMatchObject({ isNotFound: true });
      expect(await failure(marketplace.changePlan(id, "gold"))).toMatchObject({ mayHaveHappened: false });
      expect(server.requests).toHaveLength(0);
    });

    test("ids are escaped in URLs", async () => {
      server.script(answer(200, { id: "o", action: "Renew" }));
      await marketplace.getOperation("s/../x", "o?a=1#b");
      expect(server.requests[0]!.path).toBe(
        "/api/saas/subscriptions/s%2F..%2Fx/operations/o%3Fa%3D1%23b?api-version=2018-08-31",
      );
    });

    test("Activate sends plan and seats, omits seats for a flat rate, and accepts any 2xx", async () => {
      server.script(answer(200), answer(202));
      await marketplace.activate("s1", "silver", 5);
      await marketplace.activate("s1", "silver", null);
      expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
        ["POST", "/api/saas/subscriptions/s1/activate?api-version=2018-08-31", '{"planId":"silver","quantity":5}'],
        ["POST", "/api/saas/subscriptions/s1/activate?api-version=2018-08-31", '{"planId":"silver"}'],
      ]);
    });

    test("a change whose response never ends is done after its headers, and its connection is closed", async () => {
      const { promise: isClosed, resolve } = Promise.withResolvers<void>();
      server.script((_request, response) => {
        response.on("close", resolve);
        response.writeHead(202, { "operation-location": `${server.url}/api/saas/subscriptions/s1/operations/op-9` });
        response.write("{");
      });
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "op-9", retryAfterMs: null });
      await isClosed;
    });

    test("case 43: a change has one value in its body and returns the operation from the location", async () => {
      const location = `${server.url}/api/saas/subscriptions/s1/operations/op-1?api-version=2018-08-31`;
      server.script(
        answer(202, "", { "operation-location": location }),
        answer(202, "", { "operation-id": "op-2" }),
        answer(202),
      );
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "op-1", retryAfterMs: null });
      expect(await marketplace.changeQuantity("s1", 7)).toEqual({ operationId: "op-2", retryAfterMs: null });
      expect(await marketplace.changeQuantity("s1", 8)).toEqual({ operationId: null, retryAfterMs: null });
      expect(server.requests.map(({ method, body }) => [method, body])).toEqual([
        ["PATCH", '{"planId":"gold"}'],
        ["PATCH", '{"quantity":7}'],
        ["PATCH", '{"quantity":8}'],
      ]);
    });

    test("B21: Retry-After is returned from a 202 and from polling an operation", async () => {
      const location = { "operation-location": "/saas/subscriptions/s1/operations/op-1" };
      server.script(
        answer(202, "", { ...location, "retry-after": "3" }),
        answer(202, "", { ...location, "retry-after": "7" }),
        answer(202, "", { "retry-after": "2" }),
        answer(200, { id: "op-1", action: "Unsubscribe", status: "InProgress" }, { "retry-after": "5" }),
      );
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "op-1", retryAfterMs: 3_000 });
      expect(await marketplace.cancel("s1")).toEqual({ operationId: "op-1", retryAfterMs: 7_000 });
      expect(await marketplace.activate("s1", "gold", 5)).toEqual({ operationId: null, retryAfterMs: 2_000 });
      expect(await marketplace.getOperation("s1", "op-1")).toMatchObject({ retryAfterMs: 5_000 });
    });

    test("Cancel returns the operation, or none if the subscription had already ended", async () => {
      server.script(answer(202, "", { "operation-location": "/saas/subscriptions/s1/operations/op-1" }), answer(200));
      expect(await marketplace.cancel("s1")).toEqual({ operationId: "op-1", retryAfterMs: null });
      expect(await marketplace.cancel("s1")).toEqual({ operationId: null, retryAfterMs: null });
      expect(server.requests[0]).toMatchObject({ method: "DELETE", body: "" });
    });

    test.each(["Success", "Failure"] as const)("Acknowledge sends %s in this spelling", async (outcome) => {
      server.script(answer(200));
      await marketplace.acknowledge("s1", "o1", outcome);
      expect(server.requests[0]).toMatchObject({ method: "PATCH", body: JSON.stringify({ status: outcome }) });
    });

    test("operations are read from an object, from an array, and from an empty body", async () => {
      const row = { id: "o1", action: "ChangePlan", status: "InProgress" };
      server.script(
        answer(200, { operations: [row] }),
        answer(200, [row, { nothing: 1 }, null]),
        answer(200, "{}"),
        answer(200, ""),
      );
      for (const count of [1, 1, 0, 0]) expect(await marketplace.listOperations("s1")).toHaveLength(count);
    });

    test("plans are read with and without prices, and from an empty body", async () => {
      server.script(answer(200, { plans: [{ planId: "gold" }, { displayName: "no id" }] }), answer(200, ""));
      expect(await marketplace.listAvailablePlans("s1")).toMatchObject([{ planId: "gold", displayName: "gold" }]);
      expect(await marketplace.listAvailablePlans("s1")).toEqual([]);
    });

    test("each try has its own request id, and all tries share the correlation id", async () => {
      server.script(answer(500), answer(500), answer(200, subscribed));
      await marketplace.getSubscription("s1", { correlationId: "c-9" });
      expect(new Set(server.requests.map(({ headers }) => headers["x-ms-requestid"])).size).toBe(3);
      expect(new Set(server.requests.map(({ headers }) => headers["x-ms-correlationid"]))).toEqual(new Set(["c-9"]));
      expect(calls.map(({ attempt, status }) => [attempt, status])).toEqual([
        [1, 500],
        [2, 500],
        [3, 200],
      ]);
      expect(calls[0]).toMatchObject({
        method: "GET",
        path: "/saas/subscriptions/s1",
        correlationId: "c-9",
        at: expect.any(Date),
      });
    });
  });

  describe("the list of subscriptions", () => {
    const link = (token: string, host = server.url) =>
      `${host}/api/saas/subscriptions/?continuationToken=${token}&api-version=2018-08-31`;

    test("case 49: is read page by page to its end", async () => {
      server.script(
        answer(200, { subscriptions: [{ id: "a" }, { id: "b" }], "@nextLink": link("%5Ba%2Bb%5D") }),
        answer(200, { subscriptions: [{ id: "c" }], "@nextLink": `https:// ${link("next")}` }),
        answer(200, { subscriptions: [{ id: "d" }], "@nextLink": "" }),
      );
      const ids: string[] = [];
      let continuation: string | null = null;
      do {
        const page = await marketplace.listSubscriptions(continuation);
        ids.push(...page.subscriptions.map(({ id }) => id));
        continuation = page.next;
      } while (continuation !== null);
      expect(ids).toEqual(["a", "b", "c", "d"]);
      expect(server.requests.map(({ path }) => path)).toEqual([
        "/api/saas/subscriptions?api-version=2018-08-31",
        "/api/saas/subscriptions?continuationToken=%5Ba%2Bb%5D&api-version=2018-08-31",
        "/api/saas/subscriptions?continuationToken=next&api-version=2018-08-31",
      ]);
    });

    test("case 49: a next link to a foreign host is refused", async () => {
      server.script(answer(200, { subscriptions: [], "@nextLink": link("a", "https://evil.example") }));
      const error = await failure(marketplace.listSubscriptions(null));
      expect(error).toMatchObject({ code: "UnreadableAnswer" });
      expect(error.message).toContain("evil.example");
      expect(server.requests).toHaveLength(1);
    });

    test.each(["", "  ", "{}", "[]", '{"subscriptions":[]}', '{"subscriptions":null,"@nextLink":null}'])(
      "case 49: the body %j is an empty list",
      async (body) => {
        server.script(answer(200, body));
        expect(await marketplace.listSubscriptions(null)).toEqual({ subscriptions: [], next: null, unreadable: 0 });
      },
    );

    test("counts unreadable rows and keeps the others", async () => {
      server.script(
        answer(200, { subscriptions: [{ id: "a" }, null, "x", { name: "no id" }, { id: "b", term: 7, quantity: [] }] }),
      );
      const page = await marketplace.listSubscriptions(null);
      expect(page.subscriptions.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(page.unreadable).toBe(3);
    });
  });

  describe("a refusal", () => {
    test.each([
      ['{"code":"BadArgument","message":"Plan gold is unknown"}', "BadArgument", "Plan gold is unknown."],
      ['{"Error":{"Code":"UnsupportedApiVersion","Message":"No."}}', "UnsupportedApiVersion", "No."],
      ['{"error":{"code":"x","message":"Inner."}}', "x", "Inner."],
      ['{"message":"Only words."}', null, "Only words."],
      ['"A bare string"', null, "A bare string."],
      ["plain text", null, "plain text."],
      ["", null, ""],
    ])("with the body %s keeps Microsoft's message", async (body, code, words) => {
      server.script(answer(400, body));
      const error = await failure(marketplace.changePlan("s1", "gold", { correlationId: "c-1" }));
      expect(error).toMatchObject({
        status: 400,
        code,
        correlationId: "c-1",
        body,
        isTransient: false,
        mayHaveHappened: false,
      });
      expect(error.message).toContain('Microsoft refused "Change plan" (400');
      expect(error.message).toContain(words);
      expect(error.requestId).toBe(server.requests[0]!.headers["x-ms-requestid"]);
      expect(server.requests).toHaveLength(1);
    });

    test("means not found for 404, and for 400 when reading operations", async () => {
      server.script(
        answer(404),
        answer(400),
        answer(400),
        answer(400),
        answer(400, { Error: { Code: "ApiVersionUnspecified" } }),
      );
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ isNotFound: true });
      expect(await failure(marketplace.getOperation("s1", "o1"))).toMatchObject({ isNotFound: true });
      expect(await failure(marketplace.listOperations("s1"))).toMatchObject({ isNotFound: true });
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ isNotFound: false });
      expect(await failure(marketplace.getOperation("s1", "o1"))).toMatchObject({ isNotFound: false });
    });

    test("means locked for 409, and for 400 with a message about a pending operation", async () => {
      const words = "The subscription is locked due to pending operations.";
      server.script(
        answer(409),
        answer(400, { code: "Failed", message: words }),
        answer(400, { message: "Unknown plan." }),
      );
      for (const isLocked of [true, true, false]) {
        expect(await failure(marketplace.changePlan("s1", "gold"))).toMatchObject({ isLocked, isTransient: false });
      }
    });

    test("contains no token, even if Microsoft repeats it", async () => {
      const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl";
      server.script(
        answer(400, { message: `failed to decrypt token se+cret/== or se%2Bcret%2F%3D%3D with first-token, ${jwt}` }),
      );
      const error = await failure(marketplace.resolve("se+cret/=="));
      for (const text of [error.message, error.body, JSON.stringify(error), String(error.stack), ...logged]) {
        for (const secret of ["se+cret", "se%2Bcret", "first-token", "eyJ"]) expect(text).not.toContain(secret);
      }
    });

    test("by a redirect is not followed", async () => {
      const other = await startScriptedServer();
      server.script(answer(307, "", { location: `${other.url}/steal` }));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ status: 307, isTransient: false });
      expect(other.requests).toHaveLength(0);
      await other.stop();
    });
  });

  describe("an answer of something in between", () => {
    const text = { "content-type": "text/plain" };
    const page = { "content-type": "text/html" };
    const odd: [string, Script][] = [
      ["404 with a page", foreign(404, "<html>", page)],
      ["404 with a page that says it is JSON", foreign(404, "\n<!DOCTYPE html>", { "x-ms-requestid": "r" })],
      ["404 with text", foreign(404, "404 page not found", text)],
      ["404 without anything", foreign(404, "", text)],
      ["400 with a page", foreign(400, "<html>", page)],
      ["401 with a page", foreign(401, "<html>", page)],
      ["403 with a page", foreign(403, "<html>", page)],
      ["407", foreign(407, "", page)],
      ["409 with a page", foreign(409, "<html>", page)],
      ["200 with a page", foreign(200, "<html>", page)],
      ["200 with text", foreign(200, "It works!", text)],
      ["204 without Microsoft's IDs", foreign(204, "", text)],
      [
        "404 of Azure API Management, proof of nothing",
        foreign(404, { statusCode: 404, message: "Resource not found" }),
      ],
      ["401 of Azure API Management, proof of nothing", foreign(401, { statusCode: 401, message: "No key." })],
      ["404 with an error in words, proof of nothing", foreign(404, { error: "no route" })],
      ["404 with a message, proof of nothing", foreign(404, { message: "no Route matched with those values" })],
      ["404 with an empty object, proof of nothing", foreign(404, {})],
      [
        "404 with a fault, proof of nothing",
        foreign(404, { fault: { faultstring: "no", detail: { errorcode: "x" } } }),
      ],
      [
        "404 of a framework, proof of nothing",
        foreign(404, { timestamp: "t", status: 404, error: "Not Found", path: "/" }),
      ],
      ["404 with problem details, proof of nothing", foreign(404, { title: "Not Found", status: 404 })],
      ["404 with a number as its code, proof of nothing", foreign(404, { error: { code: 404, message: "no" } })],
      ["404 with a list, proof of nothing", foreign(404, ["no"])],
      ["400 with an error in words, proof of nothing", foreign(400, { error: "bad host" })],
    ];

    test.each(odd)("%s is a failed call, which is tried again", async (_, script) => {
      server.script(script, answer(200, subscribed));
      expect(await marketplace.getSubscription("s1")).toMatchObject({ status: "Subscribed" });
      expect(server.requests).toHaveLength(2);
    });

    test.each(odd.filter(([name]) => /page|200|407|404|proof of nothing/.test(name)))(
      "%s proves nothing, however often it comes",
      async (_, script) => {
        server.always(script);
        expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({
          code: "ForeignAnswer",
          isNotFound: false,
          isLocked: false,
          isTransient: true,
          isRefusal: false,
          message: expect.stringContaining("A proxy or gateway answered") as string,
        });
        expect(forgotten).toBe(0);
      },
    );

    test("a 400 that says neither is Microsoft's if it comes three times in a row", async () => {
      for (const words of ["The token is expired.", "", '{"message":"The token is expired."}', '"Expired"']) {
        server.always(foreign(400, words, text));
        const refused = await failure(marketplace.resolve("token"));
        expect(refused).toMatchObject({ status: 400, isTransient: false, isForeign: false });
        expect(server.requests.splice(0)).toHaveLength(3);
      }
    });

    test.each([
      ["nothing", ""],
      ["an error of a gateway", { statusCode: 404, message: "no" }],
    ])("a 404 with %s is Microsoft's with Microsoft's IDs", async (_, body) => {
      for (const name of ["x-ms-requestid", "x-ms-correlationid", "mise-correlation-id"]) {
        server.always(foreign(404, body, { [name]: "r" }));
        expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ isNotFound: true });
        expect(server.requests.splice(0)).toHaveLength(1);
      }
    });

    test.each([
      [{ code: "NotFound", message: "Unknown." }],
      [{ Error: { Code: "NotFound", Message: "Unknown." } }],
      [{ error: { code: "NotFound", message: "Unknown." } }],
      [{ code: "NotFound", target: "subscription", details: [] }],
    ])("a 404 with the code of Microsoft in %j is Microsoft's", async (body) => {
      server.always(foreign(404, body));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ isNotFound: true });
      expect(server.requests).toHaveLength(1);
    });

    test("a page in place of a change's 2xx is no success, and the change may have happened", async () => {
      server.always(foreign(200, "<html>", page));
      for (const change of [() => marketplace.changePlan("s1", "gold"), () => marketplace.cancel("s1")]) {
        expect(await failure(change())).toMatchObject({ code: "ForeignAnswer", mayHaveHappened: true });
      }
      expect(server.requests).toHaveLength(2);
      expect(await failure(marketplace.acknowledge("s1", "o1", "Success"))).toMatchObject({ code: "ForeignAnswer" });
    });

    test("a page in place of a list is no empty list", async () => {
      server.always(foreign(200, "<html>", page));
      expect(await failure(marketplace.listSubscriptions(null))).toMatchObject({ code: "ForeignAnswer" });
    });
  });

  describe("a response that cannot be used", () => {
    test.each(["{", "null", "[]", "{}", ""])("with the body %j for a subscription is an error", async (body) => {
      server.script(answer(200, body));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({
        code: "UnreadableAnswer",
        isTransient: true,
      });
    });

    test("of more than 4 MB is aborted", async () => {
      server.script(answer(200, { id: "s1", filler: "x".repeat(5_000_000) }));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ code: "TooLarge", isTransient: false });
    });

    test("is up to 16 MB long if it lists usage, and of the plan and dimension that were asked for", async () => {
      const row = { usageDate: "2027-03-14T00:00:00Z", usageResourceId: "s1", dimension: "storage" };
      const list = (count: number) => Array.from({ length: count }, () => ({ ...row, planName: "x".repeat(1_000) }));
      const filter = { offerId: "offer1", planId: "silver", dimension: "storage & more" };
      const [from, to] = [new Date("2027-03-14"), new Date("2027-03-15")];
      server.script(answer(200, list(14_000)), answer(200, list(16_000)));
      expect(await marketplace.listUsage(from, to, { filter, deadlineMs: 30_000 })).toHaveLength(14_000);
      expect(await failure(marketplace.listUsage(from, to, { deadlineMs: 30_000 }))).toMatchObject({
        code: "TooLarge",
      });
      const { searchParams } = new URL(server.requests[0]!.path, server.url);
      expect(Object.fromEntries(searchParams)).toEqual({
        usageStartDate: from.toISOString(),
        UsageEndDate: to.toISOString(),
        ...filter,
        "api-version": "2018-08-31",
      });
    });
  });

  describe("the access token", () => {
    test.each([401, 403])("is fetched again after %i, and the call repeated, also for a change", async (status) => {
      server.script(answer(status), answer(202, "", { "operation-id": "o1" }));
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "o1", retryAfterMs: null });
      expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
        "Bearer first-token",
        "Bearer second-token",
      ]);
      expect(forgotten).toBe(1);
    });

    test("case 5: is not fetched in a loop after repeated 403, and not for each call", async () => {
      server.always(answer(403));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ status: 403, isTransient: false });
      expect(server.requests).toHaveLength(2);
      for (let i = 0; i < 5; i++) await failure(marketplace.getSubscription("s1"));
      expect(server.requests).toHaveLength(7);
      expect(forgotten).toBe(1);
    });

    test("is discarded once when many calls are refused at the same time", async () => {
      server.always((request, response) =>
        answer(request.headers.authorization === "Bearer second-token" ? 200 : 403, subscribed)(request, response),
      );
      await Promise.all(Array.from({ length: 20 }, () => marketplace.getSubscription("s1")));
      expect(forgotten).toBe(1);
    });

    test("is necessary to send a call", async () => {
      const refusing = createMarketplace({
        baseUrl: `${server.url}/api`,
        getToken: async () => {
          throw new AppTokenError("Entra refused.", { code: "AADSTS7000215", isTransient: false });
        },
      });
      expect(await failure(refusing.changePlan("s1", "gold"))).toMatchObject({
        message: "Entra refused.",
        code: "AADSTS7000215",
        status: null,
        isTransient: false,
        mayHaveHappened: false,
      });
      expect(server.requests).toHaveLength(0);
    });

    test("ends the call at its deadline if it does not arrive", async () => {
      const waiting = createMarketplace({ baseUrl: `${server.url}/api`, getToken: () => new Promise(() => undefined) });
      expect(await failure(waiting.cancel("s1", { deadlineMs: 50 }))).toMatchObject({
        code: "NoToken",
        mayHaveHappened: false,
      });
    });
  });

  describe("retries", () => {
    test.each([
      ["Get subscription", () => marketplace.getSubscription("s1"), answer(200, subscribed)],
      ["Get operation", () => marketplace.getOperation("s1", "o1"), answer(200, { id: "o1", action: "Renew" })],
      ["Resolve", () => marketplace.resolve("token"), answer(200, pending)],
      ["Acknowledge", () => marketplace.acknowledge("s1", "o1", "Success"), answer(200)],
    ])("of %s follow 500, 503 and a cut connection", async (_name, call, good) => {
      server.script(answer(500), answer(503), cutConnection, good);
      await call();
      expect(server.requests).toHaveLength(4);
    });

    test.each([
      ["another subscription", { ...subscribed, id: "s2" }],
      ["no subscription", { ...subscribed, id: "" }],
    ])("do not follow a body about %s, which is not used", async (_about, body) => {
      server.always(answer(200, body));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({
        code: "UnreadableAnswer",
        isTransient: true,
      });
      expect(server.requests).toHaveLength(1);
    });

    test("are limited to four tries", async () => {
      server.always(answer(500, { message: "Sorry." }));
      const error = await failure(marketplace.getSubscription("s1"));
      expect(error).toMatchObject({ status: 500, isTransient: true, mayHaveHappened: false });
      expect(server.requests).toHaveLength(4);
    });

    test("never follow 400, 404 and 409", async () => {
      for (const status of [400, 404, 409, 422]) {
        server.script(answer(status));
        expect(await failure(marketplace.acknowledge("s1", "o1", "Success"))).toMatchObject({
          status,
          isTransient: false,
        });
      }
      expect(server.requests).toHaveLength(4);
    });

    const changes = [
      ["Change plan", () => marketplace.changePlan("s1", "gold")],
      ["Change quantity", () => marketplace.changeQuantity("s1", 5)],
      ["Cancel", () => marketplace.cancel("s1")],
    ] as const;
    const unclear = [
      ["500", answer(500)],
      ["504", answer(504)],
      ["a cut connection", cutConnection],
    ] as const;
    test.each(changes.flatMap(([name, call]) => unclear.map(([what, script]) => [name, what, call, script] as const)))(
      "of %s do not follow %s, because it may have happened",
      async (_name, _what, call, script) => {
        server.script(script);
        expect(await failure(call())).toMatchObject({ isTransient: true, mayHaveHappened: true });
        expect(server.requests).toHaveLength(1);
      },
    );

    test("of a change follow 429, which was not carried out", async () => {
      server.script(answer(429), answer(202, "", { "operation-id": "o1" }));
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "o1", retryAfterMs: null });
    });

    test("of a change are possible if it was never sent", async () => {
      await server.stop();
      const error = await failure(marketplace.changePlan("s1", "gold"));
      expect(error).toMatchObject({ status: null, code: "NoAnswer", isTransient: true, mayHaveHappened: false });
      expect(error.message).toContain("ECONNREFUSED");
      expect(calls.length).toBe(4);
    });

    test("of a change are unnecessary after an answer, even with a cut body", async () => {
      server.script(cutBody(202, { "operation-id": "o1" }));
      expect(await marketplace.changePlan("s1", "gold")).toEqual({ operationId: "o1", retryAfterMs: null });
    });

    test("do not follow a refusal with a cut body", async () => {
      server.script(cutBody(404, { "x-ms-requestid": "r" }));
      expect(await failure(marketplace.cancel("s1"))).toMatchObject({
        status: 404,
        isNotFound: true,
        mayHaveHappened: false,
      });
    });

    test("of a read follow a cut body", async () => {
      server.script(cutBody(200), answer(200, subscribed));
      expect(await marketplace.getSubscription("s1")).toMatchObject({ id: "s1" });
    });

    test("of Activate after no answer require that the purchase is still pending", async () => {
      server.script(cutConnection, answer(200, pending), answer(200));
      await marketplace.activate("s1", "silver", null);
      expect(server.requests.map(({ method }) => method)).toEqual(["POST", "GET", "POST"]);
    });

    test("of Activate do not follow if it had happened", async () => {
      server.script(answer(500), answer(200, subscribed));
      await marketplace.activate("s1", "silver", null, { correlationId: "c-2" });
      expect(server.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
      expect(server.requests[1]!.headers["x-ms-correlationid"]).toBe("c-2");
    });

    test("of Activate end with its own error if the status cannot be read", async () => {
      server.script(answer(500, { message: "Broken." }), answer(404));
      expect(await failure(marketplace.activate("s1", "silver", null))).toMatchObject({
        status: 500,
        mayHaveHappened: true,
      });
      expect(server.requests).toHaveLength(2);
    });

    test("that are refused still report that the first try may have happened", async () => {
      server.script(answer(500), answer(409));
      expect(await failure(marketplace.acknowledge("s1", "o1", "Success"))).toMatchObject({
        status: 409,
        mayHaveHappened: true,
      });
    });
  });

  test.each([
    [400, { code: "BadArgument", message: "No." }, true],
    [404, "", true],
    [409, { message: "Locked." }, true],
    [400, "<html><h1>Bad request</h1></html>", false],
    [404, "\n<!DOCTYPE html>", false],
    [302, "", false],
    [401, "", false],
    [403, { message: "No." }, false],
    [407, "", false],
    [429, "", false],
    [503, "", false],
  ])("%i with %j is a refusal of what was asked for: %s", async (status, body, isRefusal) => {
    server.always(answer(status, body));
    expect((await failure(marketplace.cancel("s1", { deadlineMs: 5_000 }))).isRefusal).toBe(isRefusal);
  });

  test("a call without a token is not refused by Microsoft", async () => {
    const getToken = () => Promise.reject(new AppTokenError("No.", { code: "AADSTS7000222", isTransient: false }));
    const { cancel } = createMarketplace({ baseUrl: `${server.url}/api`, getToken });
    expect(await failure(cancel("s1"))).toMatchObject({ isTransient: false, isRefusal: false });
  });

  describe("Retry-After", () => {
    test("in seconds makes this call and others wait", async () => {
      server.script(answer(429, "", { "retry-after": "1" }));
      server.always(answer(200, subscribed));
      const startedAt = performance.now();
      const first = marketplace.getSubscription("s1");
      await expect.poll(() => calls.length).toBe(1);
      await Promise.all([first, marketplace.getSubscription("s1")]);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
      for (const request of server.requests.slice(1))
        expect(request.at - server.requests[0]!.at).toBeGreaterThanOrEqual(990);
      expect(server.requests).toHaveLength(3);
    });

    test("as a date is read with the clock of the response", async () => {
      const date = new Date(Date.now() - 3_600_000);
      const headers = { date: date.toUTCString(), "retry-after": new Date(date.getTime() + 40_000).toUTCString() };
      server.script(answer(429, "", headers));
      const error = await failure(marketplace.getSubscription("s1"));
      expect(error).toMatchObject({ status: 429, isTransient: true, mayHaveHappened: false });
      expect(error.retryAfterMs).toBe(40_000);
      expect(error.message).toContain("in 40 s");
    });

    test("that is repeated counts by its first value", async () => {
      server.script(answer(429, "", { "retry-after": ["40", "7"] }));
      expect((await failure(marketplace.getSubscription("s1"))).retryAfterMs).toBe(40_000);
    });

    test("after the deadline ends the call immediately, and the next ones before they are sent", async () => {
      server.script(answer(429, "", { "retry-after": "30" }));
      const startedAt = performance.now();
      expect(await failure(marketplace.changePlan("s1", "gold"))).toMatchObject({ retryAfterMs: 30_000 });
      const next = await failure(marketplace.getSubscription("s1"));
      expect(next).toMatchObject({ status: 429, code: "Throttled", isTransient: true });
      expect(next.retryAfterMs).toBeGreaterThan(20_000);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(server.requests).toHaveLength(1);
    });

    const usage = [
      {
        resourceId: "s1",
        planId: "silver",
        dimension: "storage",
        quantity: 1,
        effectiveStartTime: "2027-03-14T15:00:00Z",
      },
    ];
    const inWindow = { deadlineMs: 5_000, isInAnswerWindow: true };
    /** The calls to these paths are answered 429 with a pause of 30 s, all others 200. */
    const throttle = (isThrottled: (path: string) => boolean) =>
      server.always((request, response) =>
        (isThrottled(request.path)
          ? answer(429, "", { "retry-after": "30" })
          : answer(200, { ...subscribed, action: "ChangePlan", status: "Accepted" }))(request, response),
      );

    test("of usage does not hold back the fulfillment API, nor the other way round", async () => {
      throttle((path) => path.startsWith("/api/usageEvent"));
      expect(await failure(marketplace.sendUsage(usage))).toMatchObject({ status: 429, retryAfterMs: 30_000 });
      await marketplace.getSubscription("s1");
      await marketplace.acknowledge("s1", "o1", "Failure", inWindow);
      expect(await failure(marketplace.listUsage(new Date(0), new Date(1)))).toMatchObject({ code: "Throttled" });

      throttle((path) => path.startsWith("/api/saas"));
      await failure(marketplace.getSubscription("s1"));
      const other = createMarketplace({ baseUrl: `${server.url}/api`, getToken: async () => "token" });
      await failure(other.getSubscription("s1"));
      expect(await other.sendUsage(usage)).toMatchObject({ status: 200 });
    });

    test("of other calls does not hold back an answer that Microsoft waits for, and the calls that it needs", async () => {
      throttle((path) => path.startsWith("/api/saas/subscriptions?"));
      await failure(marketplace.listSubscriptions(null));
      expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ code: "Throttled" });
      const sent = server.requests.length;
      await marketplace.getOperation("s1", "o1", inWindow);
      await marketplace.getSubscription("s1", inWindow);
      await marketplace.acknowledge("s1", "o1", "Failure", inWindow);
      expect(server.requests).toHaveLength(sent + 3);
    });

    test("of an answer holds back the other answers and all calls of the fulfillment API", async () => {
      throttle((path) => path.includes("/operations/o1"));
      await failure(marketplace.acknowledge("s1", "o1", "Failure", inWindow));
      expect(await failure(marketplace.acknowledge("s2", "o2", "Failure", inWindow))).toMatchObject({
        code: "Throttled",
      });
      expect(await failure(marketplace.getSubscription("s2"))).toMatchObject({ code: "Throttled" });
      expect(server.requests).toHaveLength(1);
    });

    test("of a 503 holds back the repeats of its call, and no other call", async () => {
      server.always((request, response) =>
        (request.path.includes("broken")
          ? answer(503, "", { "retry-after": "30" })
          : answer(200, { ...subscribed, id: "well" }))(request, response),
      );
      expect(await failure(marketplace.getSubscription("broken"))).toMatchObject({ retryAfterMs: 30_000 });
      await marketplace.getSubscription("well");
      expect(server.requests).toHaveLength(2);

      server.script(answer(503, "", { "retry-after": "1" }), answer(200, subscribed));
      await marketplace.getSubscription("s1");
      const [first, second] = server.requests.slice(-2);
      expect(second!.at - first!.at).toBeGreaterThanOrEqual(990);
    });

    test.each(["86400", "999999999", "301.5", new Date(Date.now() + 86_400_000).toUTCString()])(
      "of %j is cut to five minutes, for errors and for accepted changes",
      async (value) => {
        server.script(answer(202, "", { "retry-after": value }), answer(429, "", { "retry-after": value }));
        expect(await marketplace.changePlan("s1", "gold")).toMatchObject({ retryAfterMs: 300_000 });
        expect(await failure(marketplace.getSubscription("s1"))).toMatchObject({ retryAfterMs: 300_000 });
      },
    );

    test.each(["soon", "-5", "0", ""])("of %j is ignored", async (value) => {
      server.script(answer(503, "", { "retry-after": value }), answer(200, subscribed));
      await marketplace.getSubscription("s1");
      expect(server.requests).toHaveLength(2);
    });
  });

  describe("an outage", () => {
    const ask = (id: string) =>
      marketplace.getOperation(id, "o1", { deadlineMs: 2_000 }).catch((error: unknown) => error);

    test("of five subscriptions without any answer limits calls, and the first answer ends that", async () => {
      server.always(answer(503));
      for (let index = 0; index < 5; index += 1) await ask(`s${index}`);
      const before = server.requests.length;
      const errors = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(`later${index}`)));
      expect(server.requests.length - before).toBeLessThanOrEqual(1);
      expect(errors.at(-1)).toMatchObject({
        code: "Away",
        isTransient: true,
        isDeferred: true,
        mayHaveHappened: false,
      });
      const { retryAfterMs } = errors.at(-1) as MarketplaceError;
      expect(retryAfterMs).toBeGreaterThan(0);
      server.always(answer(200, { id: "o1", status: "Succeeded", action: "Renew" }));
      await expect.poll(() => ask("back"), { timeout: 5_000, interval: 50 }).toMatchObject({ status: "Succeeded" });
      expect(await Promise.all(Array.from({ length: 50 }, (_, index) => ask(`s${index}`)))).toEqual(
        Array.from({ length: 50 }, () => expect.objectContaining({ status: "Succeeded" })),
      );
    });

    test("of other subscriptions does not hold back an answer that Microsoft waits for", async () => {
      server.always((request, response) =>
        answer(request.path.includes("broken") ? 503 : 200, { id: "o1", status: "InProgress", action: "ChangePlan" })(
          request,
          response,
        ),
      );
      for (let index = 0; index < 5; index += 1) await ask(`broken${index}`);
      const inWindow = { deadlineMs: 5_000, isInAnswerWindow: true };
      expect(await failure(marketplace.acknowledge("broken5", "o1", "Failure", inWindow))).toMatchObject({
        status: 503,
      });
      await marketplace.acknowledge("well", "o1", "Failure", inWindow);
    });

    test("is not what answers are that are too long", async () => {
      server.always(answer(200, { id: "o1", filler: "x".repeat(4_100_000) }));
      for (let index = 0; index < 6; index += 1)
        expect(await ask(`long${index}`)).toMatchObject({ code: "TooLarge", isDeferred: false });
    });

    test.each(["gzip", "br"] as const)("of a gigabyte that is compressed with %s uses no memory", async (encoding) => {
      server.always(bomb(200, encoding));
      const before = process.memoryUsage().rss;
      // On a busy machine, unpacking takes longer than the usual deadline.
      const options = { deadlineMs: 60_000 };
      expect(await failure(marketplace.getSubscription("s1", options))).toMatchObject({ code: "TooLarge" });
      expect(await failure(marketplace.listSubscriptions(null, options))).toMatchObject({ code: "TooLarge" });
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    });

    test("of a single subscription does not delay others, nor do refusals", async () => {
      server.always((request, response) =>
        answer(request.path.includes("broken") ? 500 : request.path.includes("gone") ? 404 : 200, {
          id: "o1",
          status: "Succeeded",
          action: "Renew",
        })(request, response),
      );
      for (let time = 0; time < 6; time += 1) await ask("broken");
      for (let index = 0; index < 20; index += 1) await ask(`gone${index}`);
      expect(await ask("well")).toMatchObject({ status: "Succeeded" });
    });
  });

  describe("the deadline", () => {
    test.each([
      ["silence", silence],
      ["a body that drips", drip],
    ])("ends %s", async (_name, script) => {
      server.always(script);
      const startedAt = performance.now();
      const error = await failure(marketplace.getSubscription("s1", { deadlineMs: 300 }));
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(error).toMatchObject({ code: "NoAnswer", isTransient: true });
      expect(error.message).toMatch(/did not respond to "Get subscription" within \d+ ms/);
    });

    test("does not fail a change whose body is slow: it is done after its headers", async () => {
      server.always(drip);
      await marketplace.acknowledge("s1", "o1", "Success", { deadlineMs: 5_000 });
    });

    test("of the caller ends retries", async () => {
      server.always(answer(500));
      const startedAt = performance.now();
      await failure(marketplace.getSubscription("s1", { deadlineMs: 200 }));
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });

    test("ends a call that starts after it", async () => {
      server.always(silence);
      expect(await failure(marketplace.changePlan("s1", "gold", { deadlineMs: -5 }))).toMatchObject({
        isTransient: true,
      });
    });

    test("A5: prevents sending, even if the token arrives late", async () => {
      server.always(answer(200));
      const slow = createMarketplace({
        baseUrl: `${server.url}/api`,
        getToken: () => {
          const until = performance.now() + 80;
          // A process that is busy for longer than the deadline: the timer of the deadline is late as well.
          while (performance.now() < until);
          return Promise.resolve("token");
        },
      });
      const error = await failure(slow.acknowledge("s1", "o1", "Failure", { deadlineMs: 40 }));
      expect(error).toMatchObject({ code: "NoTime", isTransient: true });
      expect(server.requests).toEqual([]);
    });

    test.each([
      ["503", answer(503)],
      ["429 with Retry-After", answer(429, "", { "retry-after": "1" })],
      ["a connection that is cut", cutConnection],
    ])("A5: prevents a retry after %s", async (_name, script) => {
      server.always(script);
      const startedAt = performance.now();
      await failure(marketplace.acknowledge("s1", "o1", "Failure", { deadlineMs: 600 }));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      for (const { at } of server.requests) expect(at - startedAt).toBeLessThan(700);
    });

    test("can be replaced by the caller, who can stop a call, which is then not retried", async () => {
      server.always(silence);
      const stopper = new AbortController();
      const promise = failure(marketplace.getSubscription("s1", { signal: stopper.signal }));
      await expect.poll(() => server.requests.length).toBe(1);
      stopper.abort();
      expect(await promise).toMatchObject({ code: "Stopped", isTransient: false });
      expect(server.requests).toHaveLength(1);
      expect(await failure(marketplace.getSubscription("s1", { signal: stopper.signal }))).toMatchObject({
        code: "Stopped",
      });
    });

    test("case 5: is 8 s for a call without a deadline of its own", async () => {
      server.always(silence);
      const startedAt = performance.now();
      expect(await failure(marketplace.cancel("s1"))).toMatchObject({ mayHaveHappened: true });
      expect(performance.now() - startedAt).toBeGreaterThan(7_800);
      expect(performance.now() - startedAt).toBeLessThan(12_000);
    });
  });
});

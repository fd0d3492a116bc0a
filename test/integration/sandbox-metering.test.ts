/** The sandbox as Microsoft's metering API. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiVersion, type Harness, type Json, startHarness, until } from "./sandbox-harness.ts";

let at: Harness;
let id: string;
beforeAll(async () => {
  at = await startHarness();
  id = await buy();
});
afterAll(() => at.stop());

const hourMs = 3_600_000;
const buy = (others: object = {}) => at.buy({ offerId: "vault", planId: "basic", quantity: undefined, ...others });
const hoursAgo = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString();
let hours = 1;
/** Usage of an hour of its own. */
const usage = (others: object = {}) => ({
  resourceId: id,
  quantity: 2.5,
  dimension: "storage",
  effectiveStartTime: hoursAgo((hours += 0.01)),
  planId: "basic",
  ...others,
});

async function call(method: string, path: string, body?: unknown, query = apiVersion) {
  const response = await fetch(`${at.sandbox.url}/api/${path}?${query}`, {
    method,
    headers: { authorization: `Bearer ${await at.getToken()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: (text === "" ? null : JSON.parse(text)) as Json };
}
const send = (event: unknown) => call("POST", "usageEvent", event);
const sendAll = async (...request: unknown[]) => call("POST", "batchUsageEvent", { request });
const statusOf = async (event: unknown): Promise<string> => (await sendAll(event)).json.result[0].status;

describe("usageEvent", () => {
  test("is accepted once in an hour, and a second one names the first", async () => {
    const subscription = await buy();
    const event = usage({ resourceId: subscription, effectiveStartTime: hoursAgo(2) });
    const accepted = await send(event);
    expect(accepted).toMatchObject({ status: 200, json: { ...event, status: "Accepted" } });
    expect(accepted.json.usageEventId).toMatch(/^[0-9a-f-]{36}$/);
    const again = await send({ ...event, quantity: 9 });
    expect(again).toMatchObject({
      status: 409,
      json: {
        code: "Conflict",
        message: "This usage event already exist.",
        additionalInfo: { acceptedMessage: { ...event, quantity: 2.5, status: "Duplicate" } },
      },
    });
    const other = { ...event, dimension: "restores" };
    expect((await send(other)).status).toBe(200);
  });

  test("is refused with a list of details", async () => {
    expect(await send(usage({ quantity: -1 }))).toMatchObject({
      status: 400,
      json: { code: "BadArgument", target: "usageEventRequest", details: [{ code: "BadArgument" }] },
    });
  });

  test("needs the publisher's token", async () => {
    const response = await fetch(`${at.sandbox.url}/api/usageEvent?${apiVersion}`, { method: "POST" });
    expect(response.status).toBe(403);
  });

  test("keeps two decimals", async () => {
    const subscription = await buy();
    const kept = await send(usage({ resourceId: subscription, quantity: 1.239 }));
    expect(kept.json.quantity).toBe(1.23);
    const [row] = (await at.control("GET", "/usage")).accepted.filter((one: Json) => one.resourceId === subscription);
    expect(row.quantity).toBe(1.23);
  });
});

describe("batchUsageEvent", () => {
  test("answers each item alone, and with 200 if all have failed", async () => {
    const subscription = await buy();
    const first = usage({ resourceId: subscription, effectiveStartTime: hoursAgo(3) });
    await send(first);
    const { status, json } = await sendAll(
      first,
      usage({ effectiveStartTime: hoursAgo(24.1) }),
      usage({ resourceId: randomUUID() }),
      usage({ dimension: "calls" }),
      usage({ quantity: 0 }),
      usage({ planId: "plus" }),
      usage({ effectiveStartTime: hoursAgo(-1) }),
      usage({ resourceUri: "x" }),
      usage({ quantity: "2" }),
      null,
    );
    expect(status).toBe(200);
    expect(json.count).toBe(10);
    expect(json.result.map((item: Json) => item.status)).toEqual([
      "Duplicate",
      "Expired",
      "ResourceNotFound",
      "InvalidDimension",
      "InvalidQuantity",
      "BadArgument",
      "BadArgument",
      "BadArgument",
      "BadArgument",
      "BadArgument",
    ]);
    const [duplicate] = json.result;
    expect(duplicate).not.toHaveProperty("usageEventId");
    expect(duplicate).toMatchObject({
      messageTime: "0001-01-01T00:00:00",
      error: { code: "Conflict", additionalInfo: { acceptedMessage: first } },
    });
  });

  test("takes 25 items and refuses 26", async () => {
    const subscription = await buy();
    const items = Array.from({ length: 26 }, (_, index) => {
      const effectiveStartTime = hoursAgo((index % 23) + 0.5);
      return usage({ resourceId: subscription, effectiveStartTime, dimension: index < 23 ? "storage" : "restores" });
    });
    expect((await sendAll(...items)).status).toBe(400);
    const { json } = await sendAll(...items.slice(1));
    expect(json.result.every((item: Json) => item.status === "Accepted")).toBe(true);
    expect((await sendAll()).status).toBe(400);
  });

  test("fails items when told to, without an effect", async () => {
    await at.control("POST", "/usage/failures", { times: 1 });
    const event = usage({ resourceId: await buy() });
    expect([await statusOf(event), await statusOf(event)]).toEqual(["Error", "Accepted"]);
  });
});

describe("usage is refused", () => {
  test("while the subscription is pending or suspended, and after it has ended", async () => {
    const pending = await at.buy({ offerId: "vault", planId: "basic", quantity: undefined }, false);
    expect(await statusOf(usage({ resourceId: pending }))).toBe("ResourceNotActive");
    const subscription = await buy();
    const before = usage({ resourceId: subscription });
    const late = { ...before, dimension: "restores" };
    await at.control("POST", `/subscriptions/${subscription}/suspend`, {});
    expect(await statusOf(before)).toBe("ResourceNotActive");
    await at.control("POST", `/subscriptions/${subscription}/unsubscribe`, {});
    await until(async () => (await at.control("GET", `/subscriptions/${subscription}`)).status === "Unsubscribed");
    await new Promise((resolve) => setTimeout(resolve, 10));
    const after = new Date().toISOString();
    expect(await statusOf(late)).toBe("Accepted");
    expect(await statusOf(usage({ resourceId: subscription, effectiveStartTime: after }))).toBe("ResourceNotActive");
  });

  test("for a plan per seat", async () => {
    const perSeat = await at.buy({});
    expect(await statusOf(usage({ resourceId: perSeat, planId: "team" }))).toBe("BadArgument");
  });

  test("for another plan than the one at that time", async () => {
    const subscription = await buy();
    const early = hoursAgo(0.001);
    await at.control("POST", `/subscriptions/${subscription}/change-plan`, { planId: "plus" });
    await until(async () => (await at.control("GET", `/subscriptions/${subscription}`)).planId === "plus");
    const now = new Date().toISOString();
    const of = (planId: string, effectiveStartTime: string, dimension: string) =>
      statusOf(usage({ resourceId: subscription, planId, effectiveStartTime, dimension }));
    expect(await of("plus", early, "storage")).toBe("BadArgument");
    expect(await of("basic", early, "storage")).toBe("Accepted");
    expect(await of("basic", now, "restores")).toBe("BadArgument");
    expect(await of("plus", now, "restores")).toBe("Accepted");
  });
});

describe("usageEvents", () => {
  const read = (query: string) => call("GET", "usageEvents", undefined, `${apiVersion}&${query}`);

  test("needs a first day", async () => {
    expect((await read("")).status).toBe(400);
    expect((await read("usageStartDate=soon")).status).toBe(400);
  });

  test("adds accepted usage up by day, dimension and subscription", async () => {
    const subscription = await buy();
    const today = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 24 * hourMs).toISOString().slice(0, 10);
    // Two hours of yesterday within the window, at any time of the day.
    const times = [hoursAgo(23.5), hoursAgo(0.01)];
    for (const effectiveStartTime of times)
      await send(usage({ resourceId: subscription, effectiveStartTime, quantity: 0.1 }));
    const { json } = await read(`usageStartDate=${yesterday}&UsageEndDate=${today}&dimension=storage`);
    const own = json.filter((row: Json) => row.usageResourceId === subscription);
    expect(own.reduce((sum: number, row: Json) => sum + row.submittedQuantity, 0)).toBeCloseTo(0.2);
    for (const row of own) {
      const isToday = row.usageDate.startsWith(today);
      expect(row).toMatchObject({
        dimension: "storage",
        planId: "basic",
        offerId: "vault",
        reconStatus: isToday ? "Submitted" : "Accepted",
        processedQuantity: isToday ? 0 : row.submittedQuantity,
      });
    }
  });

  test("can be limited to an offer, a plan, a dimension, a state and an Azure subscription", async () => {
    const subscription = await buy();
    const at = usage({ resourceId: subscription });
    await send(at);
    await send({ ...at, dimension: "restores" });
    const from = `usageStartDate=${new Date(Date.now() - 48 * hourMs).toISOString()}`;
    const dimensionsOf = async (filter: string) =>
      (await read(`${from}&${filter}`)).json
        .filter((row: Json) => row.usageResourceId === subscription)
        .map((row: Json) => row.dimension)
        .toSorted();
    expect(await dimensionsOf("offerId=vault&planId=basic")).toEqual(["restores", "storage"]);
    expect(await dimensionsOf("offerId=vault&planId=basic&dimension=storage")).toEqual(["storage"]);
    expect(await dimensionsOf("azureSubscriptionId=00000000-0000-0000-0000-000000000000")).toHaveLength(2);
    for (const other of ["offerId=insight", "planId=plus", "dimension=calls", "reconStatus=Rejected"])
      expect(await dimensionsOf(other)).toEqual([]);
    for (const wrong of ["reconStatus=accepted", "azureSubscriptionId=none"])
      expect((await read(`${from}&${wrong}`)).status).toBe(400);
  });
});

test("the page Usage shows what was accepted", async () => {
  const { accepted } = await at.control("GET", "/usage");
  const page = await (await fetch(`${at.sandbox.url}/usage`)).text();
  expect(page).toContain(accepted.at(-1).usageEventId);
});

test("without a product, no usage can be reported from the page Usage", async () => {
  const { url } = at.sandbox;
  const headers = { origin: url, referer: `${url}/usage` };
  const page = await fetch(`${url}/page/usage/report`, { method: "POST", headers });
  expect(await page.text()).toContain("No simulated product is connected.");
});

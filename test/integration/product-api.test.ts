import { Validator } from "@seriousme/openapi-schema-validator";
import { desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planMark } from "../../server/domain/name-marks.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { apiKeys } from "../../server/database/schema/api-keys.ts";
import { confirmations, events } from "../../server/database/schema/product.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { hashOf } from "../../server/commands/product/api-keys.ts";
import { readFeed } from "../../server/database/queries/product.ts";
import { createProductApi } from "../../server/http/product-api/product-api.ts";
import { record } from "../../server/database/record/record.ts";
import { encodeCursor } from "../../server/database/statements/keyset.ts";
import { accessOf, subscriptionStatuses } from "../../shared/lifecycle.ts";
import type { ChangeShape, ProblemShape, SubscriptionShape } from "../../server/http/product-api/schemas.ts";
import { confirmedAccesses, productDifferences } from "../../shared/product.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Production" }));
});
afterAll(() => app?.stop());

type Answer<Body> = { status: number; headers: Headers; body: Body };
type Page = { subscriptions: SubscriptionShape[]; next: string | null };
type Changes = { changes: ChangeShape[]; next: string; hasMore: boolean };

async function call<Body = ProblemShape>(
  path: string,
  options: { method?: string; body?: unknown; key?: string | null } = {},
) {
  const { method = "GET", body, key: given = key } = options;
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: {
      ...(given === null ? {} : { authorization: `Bearer ${given}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() } as Answer<Body>;
}

const confirm = <Body = SubscriptionShape>(id: string, body: object) =>
  call<Body>(`/subscriptions/${id}/confirmation`, { method: "PUT", body });

type OpenApi = { openapi: string; paths: object; components: { schemas: object } };

async function recorded(kind: string) {
  return app.db.select().from(activity).where(eq(activity.kind, kind)).orderBy(desc(activity.id));
}

describe("API keys", () => {
  test("are shown once, stored only as a hash, and recorded without the key", async () => {
    const made = await app.as("admin").keys.make({ name: "Staging" });
    expect(made.key).toMatch(/^md_[\w-]{43}$/);
    const [row] = await app.db.select().from(apiKeys).where(eq(apiKeys.id, made.id));
    expect(row).toMatchObject({ hash: hashOf(made.key), createdByName: "Test admin", ending: made.key.slice(-4) });
    expect(JSON.stringify(await app.as("admin").keys.list())).not.toContain(made.key);
    const [entry] = await recorded("api_key.made");
    expect(entry).toMatchObject({ actorKind: "staff", summary: "API key “Staging” created" });
    expect(JSON.stringify(entry)).not.toContain(made.key);
    expect((await call("/subscriptions", { key: made.key })).status).toBe(200);
    const listed = (await app.as("admin").keys.list()).find(({ id }) => id === made.id);
    expect(Date.parse(listed?.lastUsedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  test("are refused after they were revoked, which is recorded with the reason", async () => {
    const made = await app.as("admin").keys.make({ name: "Leaked" });
    expect((await call("/subscriptions", { key: made.key })).status).toBe(200);
    await app.as("admin").keys.revoke({ id: made.id, reason: "Seen in a log file" });
    const refused = await call("/subscriptions", { key: made.key });
    expect(refused).toMatchObject({ status: 401, body: { type: "urn:marketdesk:unauthenticated", status: 401 } });
    expect(refused.body.detail).toContain("was revoked");
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    expect((await recorded("api_key.revoked"))[0]).toMatchObject({ reason: "Seen in a log file" });
    await expect(app.as("admin").keys.revoke({ id: made.id, reason: "Second try" })).rejects.toThrow("no active key");
    // Its name is free again.
    await app.as("admin").keys.make({ name: "Leaked" });
    await expect(app.as("admin").keys.make({ name: "Leaked" })).rejects.toThrow("Another key has this name");
  });

  test.each(["viewer", "operator"] as const)(
    "are not shown to a %s, who can neither create nor revoke them",
    async (role) => {
      const { keys } = app.as(role);
      await expect(keys.list()).rejects.toThrow("needs the role admin");
      await expect(keys.make({ name: "Mine" })).rejects.toThrow("needs the role admin");
      const [row] = await app.db.select().from(apiKeys).limit(1);
      await expect(keys.revoke({ id: row?.id ?? "", reason: "Because" })).rejects.toThrow("needs the role admin");
    },
  );

  test("are required: no key, an invalid one and a staff session get an explanation", async () => {
    for (const given of [null, "md_short", `md_${"a".repeat(43)}`]) {
      const refused = await call("/subscriptions", { key: given });
      expect(refused.status).toBe(401);
      expect(refused.body.detail).toMatch(/admin/);
    }
  });

  test("are limited when used without pause, and work again soon after", async () => {
    const { key: busy } = await app.as("admin").keys.make({ name: "Busy" });
    let at = Date.now();
    const api = createProductApi({
      db: app.db,
      marketplace: app.marketplace,
      publicUrl: app.url,
      signing: { db: app.db, secret: "s".repeat(32), now: () => new Date(at) },
      recordRefusal: () => {},
      byAddress: { take: async () => null },
      now: () => new Date(at),
      log: quiet,
    });
    const ask = () => api.request("/changes?after=latest", { headers: { authorization: `Bearer ${busy}` } });
    const statuses = [];
    for (let n = 0; n < 201; n += 1) statuses.push((await ask()).status);
    expect(statuses.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => 200));
    expect(statuses[200]).toBe(429);
    const refused = await ask();
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ type: "urn:marketdesk:too-many-calls", status: 429 });
    expect((await call("/changes?after=latest")).status).toBe(200);
    at += 1_000;
    expect((await ask()).status).toBe(200);
  });
});

describe("reading", () => {
  test("returns one subscription, with the access of the customer and why", async () => {
    const id = await app.buyActive({ name: "Reading" });
    const { status, body } = await call<SubscriptionShape>(`/subscriptions/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      name: "Reading",
      planId: "team",
      quantity: 5,
      access: "full",
      confirmation: null,
    });
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Fraud check" });
    expect((await call<SubscriptionShape>(`/subscriptions/${id}`)).body).toMatchObject({
      status: "Subscribed",
      access: "suspended",
    });
    expect(await call("/subscriptions/nowhere")).toMatchObject({ status: 404, body: { title: "Not found" } });
    expect(await call("/nothing/here")).toMatchObject({ status: 404, body: { type: "urn:marketdesk:not-found" } });
  });

  test("returns all subscriptions once across pages, also with filters", async () => {
    for (let n = 0; n < 5; n += 1) await app.buyActive({ offerId: "vault", planId: "plus", quantity: undefined });
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await call<Page>(`/subscriptions?offer=vault&plan=plus&limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.subscriptions.length).toBeLessThanOrEqual(2);
      seen.push(...body.subscriptions.map((one) => one.id));
      cursor = body.next ?? "";
    } while (cursor);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
    const since = new Date(Date.now() + 60_000).toISOString();
    expect((await call(`/subscriptions?updatedSince=${since}`)).body).toEqual({ subscriptions: [], next: null });
  });

  test.each([
    ["/subscriptions?status=Broken", "status"],
    ["/subscriptions?limit=0", "limit must be at least 1"],
    ["/subscriptions?page=2", "page"],
    ["/subscriptions?cursor=foreign", "Start from the first page"],
    ["/subscriptions?updatedSince=yesterday", "must be an instant"],
    ["/changes?after=foreign", "cannot be opened"],
  ])("%s is refused with a message", async (path, words) => {
    const refused = await call(path);
    expect(refused).toMatchObject({ status: 400, body: { type: "urn:marketdesk:invalid", status: 400 } });
    expect(refused.body.detail).toContain(words);
  });
});

describe("a confirmation", () => {
  test("is stored and recorded once, even if repeated", async () => {
    const id = await app.buyActive();
    const confirmation = { planId: "team", quantity: 5, access: "full", reference: "tenant-17" };
    const first = await confirm(id, confirmation);
    expect(first).toMatchObject({
      status: 200,
      body: { confirmation: { ...confirmation, differences: [], differsSince: null } },
    });
    const again = await confirm(id, confirmation);
    expect(again.body.confirmation?.changedAt).toBe(first.body.confirmation?.changedAt);
    expect(Date.parse(again.body.confirmation?.confirmedAt ?? "")).toBeGreaterThanOrEqual(
      Date.parse(first.body.confirmation?.confirmedAt ?? ""),
    );
    const entries = (await recorded("subscription.confirmed")).filter((entry) => entry.subscriptionId === id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      actorKind: "product",
      actorName: "Production",
      summary: `The product confirmed: ${planMark("team")}, 5 seats, full access`,
      after: confirmation,
    });
  });

  test("that differs says in what and since when, until either side changes", async () => {
    const id = await app.buyActive();
    expect(
      (await confirm(id, { planId: "team", quantity: 5, access: "full" })).body.confirmation?.differsSince,
    ).toBeNull();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    const differing = await eventually(async () => {
      const { body } = await call<SubscriptionShape>(`/subscriptions/${id}`);
      return body.quantity === 9 && body;
    });
    expect(differing.confirmation).toMatchObject({
      differences: ["quantity"],
      differsSince: differing.updatedAt,
    });
    const wrong = await confirm(id, { planId: "business", quantity: 8, access: "full" });
    expect(wrong.body.confirmation).toMatchObject({
      differences: ["planId", "quantity"],
      differsSince: differing.updatedAt,
    });
    expect((await confirm(id, { planId: "team", quantity: 9, access: "full" })).body.confirmation).toMatchObject({
      differences: [],
      differsSince: null,
    });
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Fraud check" });
    expect((await call<SubscriptionShape>(`/subscriptions/${id}`)).body.confirmation?.differences).toEqual(["access"]);
  });

  test("has the same differences in the database and in code, in all cases", async () => {
    const id = await app.buyActive();
    const at = new Date();
    for (const status of subscriptionStatuses) {
      for (const isOnHold of [false, true]) {
        for (const access of confirmedAccesses) {
          for (const planId of ["team", "gold"]) {
            for (const quantity of [null, 5, 6]) {
              const hold = isOnHold
                ? { holdAt: at, holdBy: "x", holdReason: "x" }
                : { holdAt: null, holdBy: null, holdReason: null };
              await app.db.delete(confirmations).where(eq(confirmations.subscriptionId, id));
              await app.db
                .update(subscriptions)
                .set({ status, ...hold })
                .where(eq(subscriptions.id, id));
              const confirmation = { planId, quantity, access };
              await app.db.insert(confirmations).values({
                ...confirmation,
                subscriptionId: id,
                keyId: "00000000-0000-7000-8000-000000000000",
                keyName: "x",
                confirmedAt: at,
                changedAt: at,
              });
              const [row] = await app.db.select().from(confirmations).where(eq(confirmations.subscriptionId, id));
              const entitled = { planId: "team", quantity: 5, access: accessOf(status, isOnHold) };
              const expected = productDifferences(entitled, confirmation).length > 0;
              expect(row?.differsSince !== null, JSON.stringify({ status, isOnHold, ...confirmation })).toBe(expected);
            }
          }
        }
      }
    }
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
  });

  test.each([
    [{}, "planId"],
    [{ planId: "team", access: "some" }, "access must be full, suspended or ended"],
    [{ planId: "team", access: "full", quantity: 1.5 }, "quantity"],
    [{ planId: "team", access: "full", colour: "red" }, "colour"],
    ["{broken", "not JSON"],
    [`{"planId":"${"x".repeat(20_000)}"}`, "16 kB"],
  ])("that is invalid is refused with a message and changes nothing (%#)", async (body, words) => {
    const id = await app.buyActive();
    const refused = await confirm<ProblemShape>(id, body as object);
    expect([400, 413]).toContain(refused.status);
    expect(refused.body.detail).toContain(words);
    expect((await call<SubscriptionShape>(`/subscriptions/${id}`)).body.confirmation).toBeNull();
    expect(await confirm("nowhere", { planId: "team", access: "full" })).toMatchObject({ status: 404 });
  });
});

describe("the feed of changes", () => {
  /** Everything after a cursor. */
  async function follow(from: string, limit = 3): Promise<{ changes: ChangeShape[]; next: string }> {
    const changes: ChangeShape[] = [];
    let next = from;
    for (;;) {
      const { body } = await call<Changes>(`/changes?limit=${limit}${next && `&after=${next}`}`);
      changes.push(...body.changes);
      next = body.next;
      if (!body.hasMore) return { changes, next };
    }
  }

  test("has a subscription's events in order, with stable ids", async () => {
    const { next } = (await call<Changes>("/changes?after=latest")).body;
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 7 });
    await eventually(async () => (await app.record(id))?.quantity === 7);
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Fraud check" });
    await app.as("operator").subscriptions.addNote({ subscriptionId: id, text: "Not for the product" });
    const own = async () => (await follow(next)).changes.filter((change) => change.subscriptionId === id);
    const changes = await own();
    expect(changes.map(({ type }) => type)).toEqual([
      "subscription.first_seen",
      "subscription.quantity_changed",
      "subscription.held",
    ]);
    expect(changes[1]).toMatchObject({ before: { quantity: 5 }, after: { quantity: 7 }, by: "marketplace" });
    for (const change of changes) expect(change.subscription).toMatchObject({ id, quantity: 7, access: "suspended" });
    expect(await own()).toEqual(changes);
  });

  test("does not skip an event that commits late with an older id", async () => {
    const actor = { kind: "system", name: "Test" } as const;
    const entry = (summary: string) => [{ subscriptionId: "s", kind: "subscription.renewed" as const, summary }];
    const { next } = await readFeed(app.db, "latest", 1);
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const late = app.db.transaction(async (tx) => {
      await record(tx, actor, new Date(), entry("late"));
      begun();
      await isReleased;
    });
    await hasBegun;
    await record(app.db, actor, new Date(), entry("early"));
    const first = await readFeed(app.db, next, 10);
    expect(first.events.map(({ entry: { summary } }) => summary)).toEqual(["early"]);
    release();
    await late;
    const second = await readFeed(app.db, first.next, 10);
    expect(second.events.map(({ entry: { summary } }) => summary)).toEqual(["late"]);
  });

  test("has each event once, in the same order for all readers, without gaps, with many writers", async () => {
    const actor = { kind: "system", name: "Test" } as const;
    const start = (await call<Changes>("/changes?after=latest")).body.next;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1) {
        await record(app.db, actor, new Date(), [
          { subscriptionId: "s", kind: "subscription.renewed", summary: `${writer}-${n}` },
        ]);
      }
    });
    const readers = Array.from({ length: 3 }, async () => {
      const seen: string[] = [];
      let next = start;
      while (seen.length < 100) {
        const { body } = await call<Changes>(`/changes?limit=17&after=${next}`);
        seen.push(...body.changes.map(({ summary }) => summary));
        next = body.next;
      }
      return seen;
    });
    await Promise.all(writers);
    const [one, ...others] = await Promise.all(readers);
    expect(new Set(one).size).toBe(100);
    for (const other of others) expect(other).toEqual(one);
    const [line] = await app.db
      .select({ count: sql<number>`count(*)::int`, last: sql<number>`max(position)::int` })
      .from(events);
    expect(line?.last).toBe(line?.count);
  });
});

describe("the feed of a restored database", () => {
  const actor = { kind: "system", name: "Test" } as const;
  const happens = (summary: string) =>
    record(app.db, actor, new Date(), [{ subscriptionId: "s", kind: "subscription.renewed", summary }]);
  const latest = async () => (await call<Changes>("/changes?after=latest")).body.next;
  /** As if a backup from then were restored. */
  async function restore(cursor: string): Promise<void> {
    const [, position] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [null, string];
    await app.db.execute(sql`delete from events where position is null or position > ${Number(position)}`);
  }

  test("says so to a reader that was further, instead of leaving out what happens now", async () => {
    const backup = await latest();
    await happens("lost with the restored database");
    const further = await latest();
    await restore(backup);
    const gone = { status: 410, body: { type: "urn:marketdesk:gone", detail: expect.stringContaining("backup") } };
    expect(await call(`/changes?after=${further}`)).toMatchObject(gone);
    await happens("new");
    expect(await call(`/changes?after=${further}`)).toMatchObject(gone);
    await happens("newer");
    expect(await call(`/changes?after=${further}`)).toMatchObject(gone);
  });

  test("continues for a reader that was not further than the backup", async () => {
    const backup = await latest();
    await happens("lost with the restored database");
    await restore(backup);
    await happens("new");
    const { body } = await call<Changes>(`/changes?after=${backup}`);
    expect(body.changes.map(({ summary }) => summary)).toEqual(["new"]);
    expect((await call<Changes>(`/changes?after=${body.next}`)).body.changes).toEqual([]);
  });

  test("also refuses a cursor of an older version of Marketdesk that is beyond its end", async () => {
    const { position } = (
      await app.db.execute<{ position: number }>(sql`select max(position)::int as position from events`)
    ).rows[0] ?? { position: 0 };
    const after = (beyond: number) =>
      call<Changes>(`/changes?after=${encodeCursor({ value: null, id: String(position + beyond) })}`);
    expect(await after(0)).toMatchObject({ status: 200, body: { changes: [] } });
    expect(await after(1)).toMatchObject({ status: 410 });
  });
});

test("is described by a valid OpenAPI 3.1 document that has all calls and needs no key", async () => {
  const { status, body } = await call<OpenApi>("/openapi.json", { key: null });
  expect(status).toBe(200);
  const verdict = await new Validator().validate(body);
  expect(verdict.errors).toBeUndefined();
  expect(verdict.valid).toBe(true);
  expect(body.openapi).toBe("3.1.0");
  expect(Object.keys(body.paths).toSorted()).toEqual([
    "/changes",
    "/entitlements",
    "/entitlements/token",
    "/handoffs/{jti}/use",
    "/operations/{id}",
    "/planned-changes/{id}",
    "/signing-keys/rotate",
    "/subscriptions",
    "/subscriptions/{id}",
    "/subscriptions/{id}/activate",
    "/subscriptions/{id}/change-plan",
    "/subscriptions/{id}/change-quantity",
    "/subscriptions/{id}/confirmation",
    "/subscriptions/{id}/hold",
    "/subscriptions/{id}/lift-hold",
    "/subscriptions/{id}/planned-changes",
    "/subscriptions/{id}/request-cancellation",
    "/subscriptions/{id}/usage",
    "/usage",
  ]);
  expect(Object.keys(body.components.schemas)).toEqual(
    expect.arrayContaining(["Subscription", "ConfirmationBody", "Change", "Problem"]),
  );
});

/**
 * A database that accepts no changes: a standby, one that its provider made read-only because its disk is nearly full, and a full
 * disk. Reading continues as far as it can, and staff read why nothing can be changed.
 */
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareDatabase } from "../../server/database/migrations/migrate.ts";
import { createBrowserSession, type BrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let id: string;
let staff: BrowserSession;
let key: string;

beforeAll(async () => {
  app = await startTestApp();
  id = await app.buyActive();
  staff = createBrowserSession();
  await staff.chooseAccount(await staff.visit(`${app.url}/auth/sign-in`), "admin");
  ({ key } = await app.as("admin").keys.make({ name: "Product", scopes: ["read", "change"] }));
});
afterAll(() => app?.stop());

const tables = [
  "sessions",
  "api_keys",
  "submissions",
  "subscriptions",
  "idempotent_calls",
  "webhook_deliveries",
  "activity",
];
const name = () => new URL(app.databaseUrl).pathname.slice(1);

/** New sessions of the app follow a default of the database; its connections are made again. */
async function setReadOnly(setting: string): Promise<void> {
  await app.db.execute(sql.raw(`set default_transaction_read_only = off`));
  await app.db.execute(sql.raw(`alter database ${name()} ${setting}`));
  await app.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'marketdesk%'
      and application_name not like 'marketdesk test%'`,
  );
}

const conditions = {
  "is read-only": {
    begin: () => setReadOnly("set default_transaction_read_only = on"),
    end: () => setReadOnly("reset default_transaction_read_only"),
  },
  "has no space left": {
    async begin() {
      await app.db.execute(sql`create function no_space() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
      for (const table of tables)
        await app.db.execute(
          sql.raw(`create trigger no_space before insert or update on ${table} execute function no_space()`),
        );
    },
    end: () => app.db.execute(sql`drop function no_space() cascade`),
  },
} as const;

const cookieOf = (browser: BrowserSession) =>
  [...browser.cookies(app.url)].map(([one, value]) => `${one}=${value}`).join("; ");

async function call(procedure: string, input: object | null) {
  const isRead = input === null;
  const response = await fetch(`${app.url}/trpc/${procedure}`, {
    method: isRead ? "GET" : "POST",
    headers: {
      cookie: cookieOf(staff),
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      "x-marketdesk": "1",
      "x-marketdesk-submission": crypto.randomUUID(),
    },
    ...(isRead ? {} : { body: JSON.stringify(input) }),
  });
  return {
    status: response.status,
    ...((await response.json()) as { result?: { data: unknown }; error?: { message: string } }),
  };
}

const product = (path: string, body?: object) =>
  fetch(`${app.url}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(body ? { "idempotency-key": crypto.randomUUID() } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

describe.each(Object.keys(conditions) as (keyof typeof conditions)[])("E: while the database %s", (condition) => {
  beforeAll(async () => {
    // What was seen a while ago is written when it is seen again.
    await app.db.execute(sql`update sessions set last_seen_at = now() - interval '10 minutes'`);
    await app.db.execute(sql`update api_keys set last_used_at = null`);
    await conditions[condition].begin();
    await eventually(
      async () => (await app.deliver({ id: "none", action: "Renew", subscriptionId: id })).status === 503,
    );
  });
  afterAll(async () => {
    await conditions[condition].end();
    // Without a restart.
    await eventually(
      async () => (await call("subscriptions.addNote", { subscriptionId: id, text: "Again" })).status === 200,
    );
  });

  test("staff read everything", async () => {
    const answer = await call(`subscriptions.get?input=${encodeURIComponent(JSON.stringify({ id }))}`, null);
    expect(answer).toMatchObject({ status: 200, result: { data: { id, status: "Subscribed" } } });
    // On new connections, a busy machine takes longer to plan what needs attention than a page may take.
    await eventually(async () => (await call("needs.counts", null)).status === 200);
  });

  test("a change says that nothing was changed, and why", async () => {
    const answer = await call("subscriptions.addNote", { subscriptionId: id, text: "Called today" });
    expect(answer.error?.message).toMatch(/^Nothing was changed: the database accepts no changes.*disk is full/);
  });

  test("an export, which has to be recorded, says so too", async () => {
    const headers = { cookie: cookieOf(staff), "sec-fetch-site": "same-origin" };
    const answer = await fetch(`${app.url}/exports/subscriptions.csv`, { headers });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/^Nothing was changed: the database accepts no changes/);
  });

  test("the product reads, and its commands are answered 503 with words", async () => {
    expect((await product(`/subscriptions/${id}`)).status).toBe(200);
    const refused = await product(`/subscriptions/${id}/hold`, { reason: "Abuse" });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("Nothing was changed") });
  });
});

describe("E: while the database cannot be used", () => {
  /** As its administrator, from another database; the app's connections are ended. */
  async function administer(statement: string): Promise<void> {
    const server = new URL(app.databaseUrl);
    server.pathname = "/postgres";
    const admin = new pg.Client({ connectionString: server.href });
    await admin.connect();
    try {
      const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`;
      // A database in use cannot be renamed, and the app connects again immediately.
      await eventually(async () => {
        await admin.query(end);
        return admin.query(statement).catch(() => null);
      });
      await admin.query(end);
    } finally {
      await admin.end();
    }
  }

  test.each([
    [
      "it allows no more connections",
      () => `alter database ${name()} connection limit 0`,
      () => `alter database ${name()} connection limit -1`,
    ],
    [
      "its server has no database of that name",
      () => `alter database ${name()} rename to ${name()}_away`,
      () => `alter database ${name()}_away rename to ${name()}`,
    ],
  ])(
    "because %s, staff, products and /readyz read so, strangers do not, and all work again without a restart",
    async (why, begin, end) => {
      await administer(begin());
      try {
        const ready = await eventually(async () => {
          const text = await (await fetch(`${app.url}/readyz`)).text();
          return text.includes("cannot be used") && text;
        });
        expect(ready).toBe(`not ready: the database cannot be used: ${why}`);
        const answer = await call("subscriptions.addNote", { subscriptionId: id, text: "Called today" });
        expect(answer.error?.message).toMatch(`Nothing was changed: the database cannot be used, because ${why}.`);
        const refused = await product(`/subscriptions/${id}`);
        expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
        expect(await refused.json()).toMatchObject({ detail: expect.stringContaining(why) });
        const page = await fetch(`${app.url}/.well-known/jwks.json`);
        expect([page.status, page.headers.get("retry-after")]).toEqual([503, "30"]);
        expect(await page.text()).toBe("Marketdesk cannot use its database. Try again in a minute.");
        expect((await app.deliver({ id: "none", action: "Renew", subscriptionId: id })).status).toBe(503);
      } finally {
        await administer(end());
      }
      await eventually(
        async () => (await call("subscriptions.addNote", { subscriptionId: id, text: "Again" })).status === 200,
      );
      await eventually(async () => (await fetch(`${app.url}/readyz`)).status === 200);
    },
  );

  test("for one table, a change says so, and the others work", async () => {
    const role = new URL(app.appDatabaseUrl).username;
    await app.db.execute(sql.raw(`revoke insert on activity from ${role}`));
    const answer = await call("subscriptions.addNote", { subscriptionId: id, text: "Called today" });
    await app.db.execute(sql.raw(`grant insert on activity to ${role}`));
    expect(answer.error?.message).toMatch("Marketdesk's database user lacks a permission");
    expect((await call("subscriptions.addNote", { subscriptionId: id, text: "Again" })).status).toBe(200);
  });
});

test("E: staff see that webhooks cannot be stored, and a start says what to do", async () => {
  await conditions["is read-only"].begin();
  try {
    await eventually(async () => {
      // The first calls may be refused, because their connections were ended.
      const answer = await call("overview.health", null);
      return JSON.stringify(answer).includes("not ready: the database is read-only");
    });
    await expect(prepareDatabase(app.databaseUrl)).rejects.toThrow(
      /is read-only. Set DATABASE_URL to the primary server/,
    );
  } finally {
    await conditions["is read-only"].end();
  }
});

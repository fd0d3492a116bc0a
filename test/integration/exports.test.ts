/** Files of what a list's filters let through. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { customerSorts, subscriptionSorts } from "../../shared/filters.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { customerIdsInOrder } from "../../server/database/queries/customer-list.ts";
import { subscriptionIdsInOrder } from "../../server/database/queries/subscription-list.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";

let app: TestApp;
let cookie: string;
const many = 5_000;

beforeAll(async () => {
  app = await startTestApp();
  cookie = await signedInAs("viewer");
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at,
      created_at, updated_at, contact_name, contact_email, contact_company, contact_phone, tags)
    select 'sub-' || lpad(n::text, 5, '0'), 'Customer ' || n, 'insight', 'team', n,
      (case when n % 10 = 0 then 'Suspended' else 'Subscribed' end)::subscription_status, now(), 'reconcile', now(), now(),
      now() - n * interval '1 second', 'Ada', 'ada@example.com',
      case n when 1 then '=cmd|''/c calc''!A1' when 2 then '+1' when 3 then '@sum' when 4 then '-2' when 5 then 'a "b", c' else '' end,
      '', array['one', 'two']
    from generate_series(1, ${many}) n`);
});
afterAll(() => app?.stop());

async function signedInAs(account: string): Promise<string> {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), account);
  return [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
}

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.url}${path}`, { headers: { cookie, "sec-fetch-site": "same-origin", ...headers } });

/** The lines of a file without its byte order mark; only for files whose cells have no line breaks. */
const linesOf = (text: string) => text.split("\r\n").slice(0, -1);

const recorded = async (kind: string) => {
  const rows = await app.db
    .select()
    .from(activity)
    .orderBy(sql`${activity.id} desc`)
    .limit(20);
  return rows.find((row) => row.kind === kind);
};

describe("GET /exports/subscriptions.csv", () => {
  test("returns all filtered rows once, with headings in words", async () => {
    const response = await ask("/exports/subscriptions.csv?q=sub-");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="marketdesk-subscriptions-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3).toString("hex")).toBe("efbbbf");
    const [head, ...lines] = linesOf(bytes.subarray(3).toString());
    expect(head).toMatch(
      /^Subscription,Subscription ID,Company,.*,Tags,Owner,Follow-up,.*,Synced \(UTC\),Recently out of sync \(UTC\)$/,
    );
    expect(lines).toHaveLength(many);
    expect(new Set(lines.map((line) => /sub-\d{5}/.exec(line)?.[0])).size).toBe(many);
    expect(await recorded("subscriptions.exported")).toMatchObject({
      actorKind: "staff",
      summary: "Exported 5,000 subscriptions",
      after: { format: "csv", rows: many, q: "sub-" },
    });
    expect(await recorded("subscriptions.export_begun")).toMatchObject({ after: { format: "csv", q: "sub-" } });
  });

  test("contains no formula for a spreadsheet, and keeps cells apart", async () => {
    const text = await (await ask("/exports/subscriptions.csv?q=sub-0000")).text();
    expect(text).toContain("sub-00001,'=cmd|'/c calc'!A1,");
    expect(text).toContain("sub-00002,'+1,");
    expect(text).toContain("sub-00003,'@sum,");
    expect(text).toContain("sub-00004,'-2,");
    expect(text).toContain('sub-00005,"a ""b"", c",');
    expect(text).toContain(",one; two,");
  });

  test("follows the filters and the sorting of the view", async () => {
    const suspended = linesOf(await (await ask("/exports/subscriptions.csv?status=Suspended&q=sub-")).text());
    expect(suspended).toHaveLength(1 + many / 10);
    const bySeats = await ask("/exports/subscriptions.json?q=sub-&sort=quantity&order=desc");
    const rows = (await bySeats.json()) as { quantity: number }[];
    expect(rows.map((row) => row.quantity)).toEqual(Array.from({ length: many }, (_, n) => many - n));
  });

  test("come in the order that the list shows", async () => {
    const admin = { cookie: await signedInAs("admin") };
    const viewer = app.as("viewer");
    await eventually(async () => (await viewer.customers.count({})).count >= many);
    const idsOf = async (path: string) =>
      ((await (await ask(path, admin)).json()) as { id: string }[]).map(({ id }) => id);
    for (const [query, filters] of [
      ["", {}],
      ["&sort=updated&order=asc", { sort: "updated", order: "asc" }],
      ["&sort=company", { sort: "company" }],
    ] as const) {
      const { rows } = await viewer.subscriptions.list({ q: "sub-0001", ...filters });
      expect(rows, query).toHaveLength(10);
      expect(await idsOf(`/exports/subscriptions.json?q=sub-0001${query}`)).toEqual(rows.map(({ id }) => id));
    }
    for (const [query, filters] of [
      ["", {}],
      ["&sort=name&order=desc", { sort: "name", order: "desc" }],
      ["&sort=mrr", { sort: "mrr" }],
    ] as const) {
      const { rows } = await viewer.customers.list({ q: "Customer 10", ...filters });
      const file = await idsOf(`/exports/customers.json?q=Customer+10${query}`);
      expect(file.slice(0, rows.length), query).toEqual(rows.map(({ id }) => id));
    }
  });

  test("sort by each column in both directions as the list does", async () => {
    const viewer = app.as("viewer");
    const wrong: string[] = [];
    for (const order of ["asc", "desc", undefined] as const) {
      for (const sort of subscriptionSorts) {
        const filters = { q: "sub-0001", sort, order };
        const { rows } = await viewer.subscriptions.list(filters);
        const ids = [...(await subscriptionIdsInOrder(app.db, filters))].flat();
        if (ids.length !== 10 || ids.join() !== rows.map(({ id }) => id).join()) wrong.push(`${sort} ${order}`);
      }
      for (const sort of customerSorts) {
        const filters = { q: "Customer 10", sort, order };
        const { rows } = await viewer.customers.list(filters);
        const ids = [...(await customerIdsInOrder(app.db, filters))].flat();
        const shown = rows.map(({ id }) => id);
        if (ids.length < 50 || ids.slice(0, 50).join() !== shown.join()) wrong.push(`customers: ${sort} ${order}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("have each row once, also if rows change their place while the file is written", async () => {
    const operator = { cookie: await signedInAs("operator") };
    const response = await ask("/exports/subscriptions.json?q=sub-&sort=updated", operator);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? "";
    await app.db.execute(sql`update subscriptions set updated_at = now() where id like 'sub-%5'`);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
    const ids = (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(many);
    expect(new Set(ids).size).toBe(many);
  });

  test("A12: finds follow-ups that are due by the reader's day", async () => {
    const today = utcDayOf(Date.now());
    const tomorrow = addDays(today, 1);
    await app.db.execute(sql`update subscriptions set follow_up_on = ${tomorrow} where id = 'sub-00005'`);
    // An account of its own: exports are limited by account.
    const operator = { cookie: await signedInAs("operator") };
    const due = async (day: string) =>
      linesOf(await (await ask(`/exports/subscriptions.csv?followUp=due&q=sub-00005&today=${day}`, operator)).text())
        .length - 1;
    expect([await due(today), await due(tomorrow), await due(addDays(today, 5)), await due("nonsense")]).toEqual([
      0, 1, 0, 0,
    ]);
  });

  test("reads true and false, and refuses other values with a message", async () => {
    expect(linesOf(await (await ask("/exports/subscriptions.csv?hold=true")).text())).toHaveLength(1);
    for (const [query, sentence] of [
      ["hold=maybe", "This list cannot be exported: hold:"],
      ["status=nonsense", "This list cannot be exported: status:"],
      ["page=3", "This list cannot be exported: the address:"],
      ["cursor=abc", "This list cannot be exported: the address:"],
    ]) {
      const response = await ask(`/exports/subscriptions.csv?${query}`);
      expect(response.status, query).toBe(400);
      expect(await response.text()).toContain(sentence);
    }
  });

  test("streams while it is read: a reader who leaves ends it, and its progress is recorded", async () => {
    const stop = new AbortController();
    const response = await fetch(`${app.url}/exports/subscriptions.json?tag=one`, {
      headers: { cookie },
      signal: stop.signal,
    });
    await response.body?.getReader().read();
    stop.abort();
    const note = await eventually(async () => {
      const found = await recorded("subscriptions.exported");
      return found?.after?.["tag"] === "one" ? found : null;
    });
    // What fits into the buffers of the connection may have been read to its end.
    expect(note.after?.["rows"]).toBeLessThanOrEqual(many);
  });

  test("is for signed-in staff, from our own pages", async () => {
    expect((await ask("/exports/subscriptions.csv", { cookie: "" })).status).toBe(401);
    expect((await ask("/exports/subscriptions.csv", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await ask("/exports/subscriptions.csv", { origin: "https://evil.example" })).status).toBe(403);
    expect((await ask("/exports/activity.csv", { cookie: "" })).status).toBe(401);
  });
});

describe("GET /exports/subscriptions.json", () => {
  test("returns the rows of the list, also if there are none", async () => {
    expect(await (await ask("/exports/subscriptions.json?q=nothing-like-it")).json()).toEqual([]);
    const rows = (await (await ask("/exports/subscriptions.json?q=sub-00001")).json()) as object[];
    expect(rows).toEqual((await app.as("viewer").subscriptions.list({ q: "sub-00001" })).rows);
  });
});

describe("GET /exports/activity.csv", () => {
  test("returns the audit trail with notes, newest first, and is recorded itself", async () => {
    await app.as("operator").subscriptions.addNote({ subscriptionId: "sub-00001", text: "=danger, in two\nlines" });
    const text = await (await ask("/exports/activity.csv?subscription=sub-00001")).text();
    expect(text).toMatch(/^At \(UTC\),Who,/);
    expect(text).toContain(`,Test operator,staff,desk,Note,,,"'=danger, in two\nlines",Customer 1,sub-00001,`);
    expect(await recorded("activity.exported")).toMatchObject({
      summary: "Exported 1 audit entries",
      after: { rows: 1, subscription: "sub-00001" },
    });
  });
});

describe("C13: exports", () => {
  /** An export whose reader has taken the first piece and waits. */
  async function begin(headers: Record<string, string> = {}) {
    const stop = new AbortController();
    const response = await fetch(`${app.url}/exports/subscriptions.json?tag=two`, {
      headers: { cookie, ...headers },
      signal: stop.signal,
    });
    const reader = response.body!.getReader();
    if (response.status === 200) await reader.read();
    return { response, reader, stop };
  }

  const freed = () =>
    eventually(async () => {
      const { response, stop } = await begin();
      stop.abort();
      return response.status === 200;
    });

  test("are limited to two per person; the next one gets 429 until one has ended", async () => {
    // Rows too long for the buffers between app and reader; owners are neither searched nor do customers have them.
    await app.db.execute(
      sql`update subscriptions set owner_id = 'owner', owner_name = repeat('long ', 2000) where id like 'sub-%'`,
    );
    const [one, two] = [await begin(), await begin()];
    expect([one.response.status, two.response.status]).toEqual([200, 200]);
    const third = await ask("/exports/activity.csv");
    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await third.text()).toContain("2 exports running");
    one.stop.abort();
    await freed();
    two.stop.abort();
    await freed();
  });

  test("end early soon after the person has signed out or was blocked", async () => {
    const browser = createBrowserSession();
    await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "operator");
    const own = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const [operator] = await app.db.select().from(staff).where(eq(staff.role, "operator"));
    const { response, reader } = await begin({ cookie: own });
    expect(response.status).toBe(200);
    await fetch(`${app.url}/auth/sign-out`, {
      method: "POST",
      headers: { origin: app.url, cookie: own },
      redirect: "manual",
    });
    // It was not read to its end when the sign-in ended, and what was on its way is not the whole file.
    const note = await eventually(async () => {
      const found = await recorded("subscriptions.exported");
      return found?.actorName === operator?.name ? found : null;
    });
    expect(note.after).toMatchObject({ aborted: true });
    const rest = async () => {
      for (;;) if ((await reader.read()).done) return "ended as if whole";
    };
    await expect(rest()).rejects.toThrow();
  });

  test("do not start for a request of the headers only", async () => {
    for (let time = 0; time < 5; time += 1) {
      const answer = await fetch(`${app.url}/exports/activity.csv`, { method: "HEAD", headers: { cookie } });
      expect(answer.status).toBe(200);
    }
    expect((await ask("/exports/activity.csv?kind=nothing")).status).toBe(200);
  });
});

describe("a list that is too long to sort by a column without an index", () => {
  beforeAll(() =>
    app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at,
        beneficiary_email)
      select 'long-' || lpad(n::text, 5, '0'), 'Long', 'long', 'team', 'Subscribed', now(), 'reconcile', now(), now(), now(),
        'c' || lpad((10001 - n)::text, 5, '0') || '@example.com' from generate_series(1, 10001) n`),
  );

  test("is neither shown nor exported in that order, and says how long it may be", async () => {
    const sentence = "Filter to at most 10,000 subscriptions to sort by customer.";
    const viewer = app.as("viewer").subscriptions;
    const filters = { offer: "long", sort: "company" } as const;
    await expect(viewer.list(filters)).rejects.toMatchObject({ code: "UNPROCESSABLE_CONTENT", message: sentence });
    const operator = { cookie: await signedInAs("operator") };
    const refused = await ask("/exports/subscriptions.csv?offer=long&sort=company", operator);
    expect([refused.status, await refused.text()]).toEqual([422, sentence]);
    expect((await viewer.list({ offer: "long" })).rows).toHaveLength(50);
    await app.db.execute(sql`delete from subscriptions where id = 'long-00001'`);
    expect((await viewer.list(filters)).rows.map(({ id }) => id).slice(0, 2)).toEqual(["long-10001", "long-10000"]);
    const exported = await ask("/exports/subscriptions.json?offer=long&sort=company", operator);
    const ids = ((await exported.json()) as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(10_000);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});

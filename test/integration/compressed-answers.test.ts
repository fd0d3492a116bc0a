/** Large answers of the dashboard's reads are compressed, as they arrive over HTTP. */
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let cookie: string;
beforeAll(async () => {
  app = await startTestApp();
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "viewer");
  cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at, created_at,
      updated_at, follow_up_on)
    select 'large-' || n, 'Café ' || n, 'insight', 'team', 5, 'Subscribed', now(), 'reconcile', now(), now(), now(),
      (now() at time zone 'UTC')::date - 1 from generate_series(1, 90) n`);
  // The first time, a busy machine takes longer to plan what needs attention than a page may take.
  await eventually(async () => (await read("needs.list", null)).body.includes("Café 90"));
});
afterAll(() => app?.stop());

const ownPage = { "x-marketdesk": "1" };

type Answer = { encoding: string | undefined; vary: string; body: Buffer };

/** Unlike `fetch`, without a header of its own, and as the answer was sent. */
function read(procedure: string, accepted: string | null, page: Record<string, string> = ownPage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, ...page, ...(accepted === null ? {} : { "accept-encoding": accepted }) };
    request(`${app.url}/trpc/${procedure}?input=%7B%7D`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => void chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          encoding: response.headers["content-encoding"],
          vary: String(response.headers.vary),
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

const plain = async () => (await read("needs.list", null)).body;

test.each(["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5"])(
  "a large answer is compressed for a client that accepts %s, and says the same",
  async (accepted) => {
    const { encoding, vary, body } = await read("needs.list", accepted);
    expect(encoding).toBe("gzip");
    expect(vary).toContain("accept-encoding");
    const whole = await plain();
    expect(whole.length).toBeGreaterThan(32_768);
    expect(body.length).toBeLessThan(whole.length / 4);
    const named = (answer: Buffer) =>
      (JSON.parse(String(answer)) as { result: { data: { needs: { subject: string }[] } } }).result.data.needs.map(
        ({ subject }) => subject,
      );
    expect(named(gunzipSync(body))).toEqual(named(whole));
    expect(named(whole)).toContain("Café 90");
  },
);

test.each([null, "", "identity", "br", "gzip;q=0", "gzip;q=0.0, br"])(
  "a large answer is sent as it is to a client that accepts %j",
  async (accepted) => {
    const { encoding, body } = await read("needs.list", accepted);
    expect(encoding).toBeUndefined();
    expect(body.toString()).toContain("Café 90");
  },
);

test.each<[string, Record<string, string>]>([
  ["that any website can cause", {}],
  ["of a page with another header", { "x-marketdesk": "2" }],
])("a large answer to a request %s is not compressed, because its length would tell something", async (_, page) => {
  const { encoding, body } = await read("needs.list", "gzip", page);
  expect(encoding).toBeUndefined();
  expect(body.toString()).toContain("Café 90");
});

test("a small answer is sent as it is", async () => {
  const { encoding, vary, body } = await read("subscriptions.counts", "gzip");
  expect(encoding).toBeUndefined();
  expect(vary).toContain("accept-encoding");
  expect(body.toString()).toContain("byStatus");
});

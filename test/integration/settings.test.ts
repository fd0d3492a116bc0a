// cspell:words schreiben Ihnen
import { desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SetBrandingInput } from "../../shared/branding.ts";
import { encodeCursor, firstIdAt } from "../../server/database/statements/keyset.ts";
import { readFeed } from "../../server/database/queries/product.ts";
import { defaultRetention, type RetentionDays } from "../../shared/retention.ts";
import { proveRecord } from "../../server/database/record/record-proof.ts";
import { applyRetention } from "../../server/commands/upkeep/apply-retention.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { quiet, startTestApp, type TestApp } from "../support/app.ts";
import { approved } from "../support/second-admin.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const plain: Omit<SetBrandingInput, "seenVersion"> = {
  offerId: null,
  publisherName: "Contoso",
  accent: "#8a1c5c",
  supportEmail: "help@contoso.example",
  supportUrl: "",
  termsUrl: "https://contoso.example/terms",
  privacyUrl: "",
  introduction: {},
  nextSteps: { en: "We write to you within a day.\nHave <b>your</b> tenant at hand.", de: "Wir schreiben Ihnen." },
  logo: "keep",
  reason: "The new brand",
};

const landing = async () => (await fetch(`${app.url}/landing`)).text();
const lastOf = async (kind: string) =>
  (await app.db.select().from(activity).where(eq(activity.kind, kind)).orderBy(desc(activity.id)).limit(1))[0];
const keeper = () => ({
  db: app.db,
  marketplace: app.marketplace,
  now: () => new Date(),
  log: quiet,
  actor: { kind: "system" as const, name: "Marketdesk" },
});

const brandingOf = async (offerId: string | null) =>
  (await app.as("viewer").branding.list()).find((scope) => scope.offerId === offerId)?.own;

describe("branding", () => {
  test("is Marketdesk's own until an admin sets it", async () => {
    expect(await brandingOf(null)).toBeNull();
    expect(await landing()).not.toContain("<header>");
  });

  test("is versioned, shown on the landing page, and recorded", async () => {
    expect(await app.as("admin").branding.set({ ...plain, seenVersion: 0 })).toEqual({ version: 1 });
    const page = await landing();
    expect(page).toContain("<header>Contoso</header>");
    expect(page).toContain(":root{--accent:#8a1c5c;--on:#ffffff}");
    expect(page).toContain('href="mailto:help@contoso.example"');
    expect(page).toContain('href="https://contoso.example/terms"');
    expect(page).not.toContain("Privacy</a>");
    expect(Buffer.byteLength(page)).toBeLessThan(15_000);
    expect(await lastOf("branding.changed")).toMatchObject({
      actorKind: "staff",
      actorName: "Test admin",
      before: null,
      after: expect.objectContaining({ publisher: "Contoso", colour: "#8a1c5c" }) as object,
      reason: "The new brand",
    });
  });

  test("recognizes an image by its bytes and serves it safely", async () => {
    const version = (await brandingOf(null))?.version ?? 0;
    await app.as("admin").branding.set({ ...plain, logo: png.toString("base64"), seenVersion: version });
    const logoUrl = (await brandingOf(null))?.logoUrl;
    expect(await landing()).toContain(`<img src="${logoUrl}" alt="Contoso"`);
    const response = await fetch(`${app.url}${logoUrl}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
    await app.as("admin").branding.set({ ...plain, seenVersion: version + 1 });
    expect((await brandingOf(null))?.logoUrl).toBe(logoUrl);
    await app.as("admin").branding.set({ ...plain, logo: "none", seenVersion: version + 2 });
    expect((await brandingOf(null))?.logoUrl).toBeNull();
    expect((await fetch(`${app.url}/landing/logo/${"0".repeat(64)}`)).status).toBe(404);
    expect((await fetch(`${app.url}/landing/logo/..%2F..%2Fetc`)).status).toBe(404);
  });

  test.each([
    ["an SVG as a logo", { logo: Buffer.from("<svg onload=alert(1)>").toString("base64") }, /PNG, JPEG or WebP/],
    ["a logo that is too large", { logo: Buffer.concat([png, Buffer.alloc(70_000)]).toString("base64") }, /64 kB/],
    ["an unreadable color", { accent: "#ffd500" }, /4\.5 to 1. The nearest readable color is #[0-9a-f]{6}/],
    ["a color that contains style", { accent: "red}" }, /#0b6b68/],
    ["a link that contains script", { termsUrl: "javascript:alert(1)" }, /https/],
    ["no support contact for all offers", { supportEmail: "" }, /support email or a support URL/],
    ["no reason", { reason: "" }, /reason/],
  ])("refuses %s", async (_what, part, message) => {
    const version = (await brandingOf(null))?.version ?? 0;
    await expect(app.as("admin").branding.set({ ...plain, ...part, seenVersion: version })).rejects.toThrow(message);
    expect((await brandingOf(null))?.version).toBe(version);
  });

  test("is not overwritten unseen, and is set by admins only", async () => {
    await expect(app.as("admin").branding.set({ ...plain, seenVersion: 0 })).rejects.toThrow(
      /has changed the branding/,
    );
    await expect(app.as("viewer").branding.set({ ...plain, seenVersion: 4 })).rejects.toThrow(/role/);
    await expect(app.as("operator").branding.set({ ...plain, seenVersion: 4 })).rejects.toThrow(/role/);
  });
});

/** One delivery and one step of so many days ago. */
async function old(days: number, number: number) {
  const at = new Date(Date.now() - days * 86_400_000);
  const ms = at.getTime().toString(16).padStart(12, "0");
  const id = `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${String(number).padStart(12, "0")}`;
  await app.db.execute(sql`
    insert into webhook_deliveries (id, received_at, outcome, body, body_sha256, headers)
    values (${id}::uuid, ${at.toISOString()}::timestamptz, 'accepted', ''::bytea, '', '{}')`);
  await app.db.execute(sql`
    insert into operation_steps (id, operation_id, started_at, ended_at, step, stage, calls)
    values (${id}::uuid, ${id}::uuid, ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz, 'look', 'verified', '[]')`);
}

const rows = async (table: string) =>
  (await app.db.execute<{ count: number }>(sql`select count(*)::int as count from ${sql.identifier(table)}`)).rows[0]
    ?.count;

const shortest: RetentionDays = {
  deliveries: 90,
  calls: 30,
  refused: 7,
  contacts: 30,
  events: 30,
  messages: 7,
  usage: 90,
  movements: 400,
  dryRuns: 7,
};
const keepAll: RetentionDays = {
  deliveries: null,
  calls: null,
  refused: null,
  contacts: null,
  events: null,
  messages: null,
  usage: null,
  movements: null,
  dryRuns: null,
};

describe("retention", () => {
  const set = async (days: Partial<typeof keepAll>) => {
    const { version } = await app.as("viewer").retention.get();
    const retention = { ...keepAll, ...days, seenVersion: version, reason: "As the lawyers ask" };
    return approved(app, app.as("admin").retention.set(retention));
  };

  beforeAll(async () => {
    for (const [number, days] of [10, 50, 95, 200, 399].entries()) await old(days, number);
    await app.db.execute(sql`
      insert into rejected_calls (reason, status, count, last_at) values ('old', 401, 3, now() - interval '20 days'), ('new', 401, 1, now())`);
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, first_seen_by, status_since, synced_at, created_at, updated_at,
        contact_name, contact_email, contact_company, contact_phone)
      select 'ended ' || days, 'Ended', 'insight', 'team', status::subscription_status, 'landing', now() - make_interval(days => days), now(),
        now() - interval '2 years', now(), 'Ada', 'ada@example.com', 'Fabrikam', ''
      from (values (10, 'Unsubscribed'), (60, 'Unsubscribed'), (61, 'Subscribed')) made(days, status)`);
    // Put in line in another order than that of their ids, as it happens at the same moment.
    for (const [days, position] of [
      [90, 1],
      [60, 2],
      [50, 3],
      [10, 4],
      [40, 5],
      [1, 6],
    ] as const) {
      const id = `${firstIdAt(Date.now() - days * 86_400_000).slice(0, 13)}-7000-8000-${String(position).padStart(12, "0")}`;
      await app.db.execute(sql`
        insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary)
        values (${id}::uuid, now(), 'ended 10', 'marketplace', 'Microsoft', 'subscription.renewed', 'Renewed')`);
      await app.db.execute(sql`insert into events values (${id}::uuid, ${position})`);
    }
  });

  test("C8: has defaults until an admin changes them, and deletes nothing that is recent", async () => {
    expect(await app.as("viewer").retention.get()).toMatchObject({ version: 0, days: defaultRetention, lastRun: null });
    expect(await applyRetention(keeper())).toEqual({
      deliveries: 0,
      calls: 0,
      refused: 0,
      contacts: 0,
      events: 0,
      messages: 0,
      usage: 0,
      movements: 0,
      dryRuns: 0,
    });
    expect(await rows("webhook_deliveries")).toBe(5);
  });

  test("previews what will be deleted, deletes exactly that, and records it", async () => {
    const days = shortest;
    const preview = await app.as("admin").retention.preview(days);
    expect(preview).toEqual({
      deliveries: { count: 3, isMore: false },
      calls: { count: 4, isMore: false },
      refused: { count: 1, isMore: false },
      contacts: { count: 1, isMore: false },
      events: { count: 3, isMore: false },
      messages: { count: 0, isMore: false },
      usage: { count: 0, isMore: false },
      movements: { count: 0, isMore: false },
      dryRuns: { count: 0, isMore: false },
    });
    await set(days);
    expect(await lastOf("retention.changed")).toMatchObject({
      actorName: "Test admin",
      before: { "Raw deliveries": "400 days" },
      after: { "Raw deliveries": "90 days" },
      reason: "As the lawyers ask",
    });
    expect(await rows("webhook_deliveries")).toBe(5);
    expect(await applyRetention(keeper())).toEqual({
      deliveries: 3,
      calls: 4,
      refused: 1,
      contacts: 1,
      events: 3,
      messages: 0,
      usage: 0,
      movements: 0,
      dryRuns: 0,
    });
    expect([await rows("webhook_deliveries"), await rows("operation_steps"), await rows("rejected_calls")]).toEqual([
      2, 1, 1,
    ]);
    const { rows: contacts } = await app.db.execute(sql`select id, contact_name from subscriptions order by id`);
    expect(contacts).toEqual([
      { id: "ended 10", contact_name: "Ada" },
      { id: "ended 60", contact_name: null },
      { id: "ended 61", contact_name: "Ada" },
    ]);
    expect(await lastOf("retention.swept")).toMatchObject({ actorName: "Marketdesk", after: { "Raw deliveries": 3 } });
    expect((await app.as("viewer").retention.get()).lastRun).toMatchObject({ deleted: { deliveries: 3, contacts: 1 } });
    expect(await applyRetention(keeper())).toEqual({
      deliveries: 0,
      calls: 0,
      refused: 0,
      contacts: 0,
      events: 0,
      messages: 0,
      usage: 0,
      movements: 0,
      dryRuns: 0,
    });
  });

  test("reports a gap to a product that was offline for too long", async () => {
    const after = (position: number) => encodeCursor({ value: null, id: String(position) });
    const positionsAfter = async (cursor?: string) => (await readFeed(app.db, cursor, 10)).events.length;
    expect(await positionsAfter(after(3))).toBe(3);
    expect(await positionsAfter()).toBe(3);
    await expect(positionsAfter(after(2))).rejects.toMatchObject({ code: "Gone" });
    await app.db.execute(sql`update events set id = ('01800000' || substr(id::text, 9))::uuid`);
    // The last event stays, because the next position follows it.
    expect(await applyRetention(keeper())).toMatchObject({ events: 2 });
    expect(await readFeed(app.db, after(6), 10)).toMatchObject({ events: [], next: after(6), hasMore: false });
  });

  test("deletes many rows in small batches", async () => {
    await app.db.execute(sql`
      insert into webhook_deliveries (id, received_at, outcome, body, body_sha256, headers)
      select ('01800000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now() - interval '4 years', 'accepted', ''::bytea, '', '{}'
      from generate_series(1, 2500) n`);
    expect(await applyRetention(keeper())).toMatchObject({ deliveries: 2_500 });
  });

  test("is enforced by the database, which refuses recent rows and other deletions", async () => {
    await expect(app.db.execute(sql`delete from webhook_deliveries`)).rejects.toThrow();
    await expect(
      app.db.transaction(async (tx) => {
        await tx.execute(sql`set local marketdesk.retention = 'on'`);
        await tx.execute(sql`delete from webhook_deliveries`);
      }),
    ).rejects.toThrow();
    await expect(app.db.execute(sql`update operation_steps set note = 'changed'`)).rejects.toThrow();
    expect(await rows("webhook_deliveries")).toBe(2);
  });

  test("deletes hours of usage with the proof of their bill, but no undecided one, and none of a term that has not ended", async () => {
    await app.db.execute(sql`
      insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, lost, effective_at, state, sealed_at, ended_at, billable,
        accepted, term_starts_on)
      select gen_random_uuid(), made.name, 'storage', at, 'basic', quantity, 7 - quantity, at, state, at, case when state <> 'held' then at end, billable,
        case when state = 'accepted' then billable end, case when quantity > 0 then '2020-01-01'::date end
      from (values ('old', 100, 'accepted', 5, 3), ('old', 101, 'lost', 0, 0), ('recent', 80, 'accepted', 5, 5), ('undecided', 100, 'held', 5, 5),
        ('yearly', 100, 'accepted', 5, 5)) made(name, days, state, quantity, billable),
        lateral (select date_trunc('hour', now()) - make_interval(days => days) as at) times`);
    await app.db.execute(sql`
      insert into usage_accounts (subscription_id, plan_id, dimension, term_starts_on, is_trial, term_ends_on, used, billed)
      select name, 'basic', 'storage', '2020-01-01', false,
        case when name = 'yearly' then '2099-12-31'::date else (now() - interval '95 days')::date end, 5, 5
      from (values ('recent'), ('old'), ('undecided'), ('yearly')) made(name)`);
    await app.db.execute(sql`
      insert into usage_events (id, event_id, subscription_id, plan_id, dimension, quantity, occurred_at, hour, received_at, is_lost, source, actor_kind, actor_name)
      select gen_random_uuid(), subscription_id || n, subscription_id, 'basic', 'storage', 1, hour, hour, hour, false, 'product', 'product', 'Key'
      from usage_slots, generate_series(1, case when subscription_id = 'old' then 2500 else 5 end) n where quantity > 0`);
    await app.db.execute(sql`
      insert into usage_submissions (slot_id, call_id, sent_at, quantity) select id, gen_random_uuid(), hour, 5 from usage_slots`);
    await app.db.execute(sql`
      insert into usage_carries (from_slot_id, to_slot_id, quantity, at)
      select o.id, r.id, 1, now() from usage_slots o, usage_slots r where o.subscription_id = 'old' and r.subscription_id = 'recent'`);
    await app.db.execute(sql`
      insert into usage_days (day, subscription_id, dimension, ledger, compared_at)
      select hour::date, subscription_id, 'storage', 5, now() from usage_slots where subscription_id in ('old', 'recent') and quantity > 0`);
    await app.db.execute(sql`
      insert into money_movements (subscription_id, at, month, kind, offer_id, plan_id, channel, currency, amount)
      select 'old', at, date_trunc('month', at)::date, 'new', 'vault', 'basic', 'direct', 'USD', 99
      from (values (now()), (now() - interval '450 days')) made(at)`);

    expect(await app.as("admin").retention.preview(shortest)).toMatchObject({
      usage: { count: 2, isMore: false },
      movements: { count: 1, isMore: false },
    });
    expect(await applyRetention(keeper())).toMatchObject({ usage: 2, movements: 1 });
    const { rows: kept } = await app.db.execute<{ subscription_id: string; events: number; calls: number }>(sql`
      select s.subscription_id, (select count(*)::int from usage_events e where e.subscription_id = s.subscription_id) as events,
        (select count(*)::int from usage_submissions c where c.slot_id = s.id) as calls from usage_slots s order by 1`);
    expect(kept).toEqual(
      ["recent", "undecided", "yearly"].map((name) => ({ subscription_id: name, events: 5, calls: 1 })),
    );
    expect(
      await Promise.all(
        ["usage_events", "usage_submissions", "usage_carries", "usage_days", "usage_accounts", "money_movements"].map(
          rows,
        ),
      ),
    ).toEqual([15, 3, 2, 1, 4, 1]);
    await expect(app.db.execute(sql`select remove_old_usage(now() - interval '89 days', 10)`)).rejects.toThrow();
    // The account keeps the sums of what was deleted, and is not looked at again.
    const { rows: accounts } = await app.db.execute(sql`
      select subscription_id, deleted_used::int as used, deleted_accepted::int as accepted, deleted_lost::int as lost,
        coalesce(sweep_after::text, '') = 'infinity' as is_over
      from usage_accounts order by 1`);
    const none = { used: 0, accepted: 0, lost: 0, is_over: false };
    expect(accounts).toEqual([
      { subscription_id: "old", used: 5, accepted: 3, lost: 9, is_over: true },
      { subscription_id: "recent", ...none },
      { subscription_id: "undecided", ...none },
      { subscription_id: "yearly", ...none },
    ]);
    expect((await proveRecord(app.db, [])).problems).toEqual([]);
  });

  test("deletes the other kinds if one fails, and reports which one failed", async () => {
    await app.db.execute(sql`
      insert into rejected_calls (reason, status, count, last_at) values ('fails', 401, 1, now() - interval '20 days')`);
    await app.db.execute(sql`
      insert into money_movements (subscription_id, at, month, kind, offer_id, plan_id, channel, currency, amount)
      select 'fails', at, date_trunc('month', at)::date, 'new', 'vault', 'basic', 'direct', 'USD', 99
      from (values (now() - interval '450 days')) made(at)`);
    await app.db.execute(sql`
      create function fail_deletion() returns trigger language plpgsql as $$ begin raise exception 'statement timeout'; end $$`);
    await app.db.execute(sql`
      create trigger fail_deletion before delete on rejected_calls for each row execute function fail_deletion()`);
    await expect(applyRetention(keeper())).rejects.toThrow("Not deleted after their retention: Refused calls");
    const { lastRun } = await app.as("viewer").retention.get();
    expect(lastRun?.deleted).toMatchObject({ movements: 1 });
    expect(lastRun?.deleted).not.toHaveProperty("refused");
    await app.db.execute(sql`drop function fail_deletion cascade`);
    expect(await applyRetention(keeper())).toMatchObject({ refused: 1, movements: 0 });
  });

  test("refuses values below the minimum, unchanged values, unseen versions, and everyone but admins", async () => {
    await expect(set({ deliveries: 89 })).rejects.toThrow(/at least 90 days/);
    await expect(set(shortest)).rejects.toThrow(/already has these values/);
    const other = { ...keepAll, seenVersion: 0, reason: "Another" };
    await expect(app.as("admin").retention.set(other)).rejects.toThrow(/has changed data retention/);
    await expect(app.as("operator").retention.set(other)).rejects.toThrow(/role/);
    await expect(app.as("viewer").retention.set(other)).rejects.toThrow(/role/);
    await expect(app.as("operator").retention.preview(keepAll)).rejects.toThrow(/role/);
  });
});

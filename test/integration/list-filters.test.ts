/** The filters of the lists of operations, deliveries and the record; those of subscriptions that came later. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActivityFilters, DeliveryFilters, OperationFilters, SubscriptionFilters } from "../../shared/filters.ts";
import { boundedSubscriptionSorts } from "../../shared/bounded-sorts.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { activationWindowDays, subscriptionStatuses } from "../../shared/lifecycle.ts";
import { daysOfSpan, spansAhead } from "../../shared/relative-days.ts";
import { listCustomers } from "../../server/database/queries/customer-list.ts";
import { listSubscriptions } from "../../server/database/queries/subscription-list.ts";
import { indexedOrders } from "../../server/database/queries/subscription-orders.ts";
import { after, encodeCursor } from "../../server/database/statements/keyset.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let ada: string;
let cleo: string;
const hour = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

const viewer = () => app.as("viewer");
const operations = async (filters: OperationFilters) => (await viewer().operations.list(filters)).rows;
const deliveries = async (filters: DeliveryFilters) => (await viewer().deliveries.list(filters)).rows;
const record = async (filters: ActivityFilters) => (await viewer().activity.list(filters)).rows;
const subscriptions = async (filters: SubscriptionFilters) =>
  (await viewer().subscriptions.list(filters)).rows.map(({ id }) => id);

beforeAll(async () => {
  app = await startTestApp();
  ada = await app.buyActive({ name: "Fabrikam lists" });
  cleo = await app.buyActive({ name: "Northwind lists", quantity: 50, purchaser: "cleo" });
  await app.control(`subscriptions/${cleo}/change-quantity`, { quantity: 60 }).catch(() => null);
  await app.control(`subscriptions/${ada}/renew`, {});
  // One after the other: a renewal that is settled during the change may read, and put on record, its seats.
  await untilSettled("Renew");
  await app.as("operator").subscriptions.changeQuantity({ subscriptionId: ada, quantity: 7, reason: "they grow fast" });
  await untilSettled("ChangeQuantity");
});
afterAll(() => app?.stop());

const untilSettled = (wanted: string) =>
  eventually(async () =>
    (await operations({ subscription: ada, state: "settled" })).some(({ action }) => action === wanted),
  );

describe("operations", () => {
  test("are found by source, outcome, time and related ids", async () => {
    const mine = await operations({ person: "tenant:operator" });
    expect(mine).toMatchObject([{ action: "ChangeQuantity", subscriptionId: ada, actor: { name: "Test operator" } }]);
    expect((await app.as("operator").operations.list({ person: "me" })).rows).toHaveLength(1);
    expect(await operations({ person: "me" })).toEqual([]);
    expect(await operations({ outcome: "failed" })).toEqual([]);
    expect((await operations({ outcome: "succeeded", action: "Renew" })).map((one) => one.subscriptionId)).toEqual([
      ada,
    ]);
    expect(await operations({ stage: "received" })).toEqual([]);
    expect(await operations({ from: at(hour) })).toEqual([]);
    expect(await operations({ to: at(-hour) })).toEqual([]);
    expect((await operations({ from: at(-hour), to: at(hour) })).length).toBeGreaterThan(1);
    expect(new Set((await operations({ q: "fabrikam" })).map((one) => one.subscriptionId))).toEqual(new Set([ada]));
    const renewal = (await operations({ action: "Renew" }))[0];
    expect(await operations({ q: renewal?.marketplaceId ?? "" })).toMatchObject([{ id: renewal?.id }]);
    expect(await viewer().operations.rows({ ids: [renewal?.id ?? ""] })).toEqual([renewal]);
  });
});

describe("purchases without activation", () => {
  const startOf = (days: number) => Date.parse(`${addDays(utcDayOf(Date.now()), days)}T00:00:00Z`);
  const addPurchase = (
    id: string,
    given: { status?: string; activatedAt?: Date; purchasedAt?: Date | null; createdAt?: Date },
  ) =>
    app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, first_seen_by, activated_at, purchased_at, created_at, status_since, synced_at, updated_at)
      values (${id}, ${id}, 'lapsing', 'team', ${given.status ?? "PendingFulfillmentStart"}, 'landing', ${given.activatedAt?.toISOString() ?? null},
        ${given.purchasedAt?.toISOString() ?? null}, ${(given.createdAt ?? new Date()).toISOString()}, now(), now(), now())`);
  const found = async ({ sort, ...filters }: SubscriptionFilters) => {
    const ids = await subscriptions({ ...filters, sort, offer: "lapsing" });
    expect(await viewer().subscriptions.count({ ...filters, offer: "lapsing" })).toMatchObject({ count: ids.length });
    return ids.toSorted();
  };

  test("are found by the days on which they lapse, to the millisecond", async () => {
    const moments = [-1, 0, 1, 8, 31].flatMap((days) => [startOf(days) - 1, startOf(days)]);
    for (const [n, lapsesAt] of moments.entries()) {
      const boughtAt = new Date(lapsesAt - activationWindowDays * 86_400_000);
      await addPurchase(`lapse-${n}`, n % 2 ? { purchasedAt: boughtAt } : { createdAt: boughtAt });
      await addPurchase(`active-${n}`, { purchasedAt: boughtAt, status: "Subscribed", activatedAt: boughtAt });
    }
    for (const span of spansAhead) {
      const { from, to } = daysOfSpan(span, utcDayOf(Date.now()));
      const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${addDays(to, 1)}T00:00:00Z`)];
      const wanted = moments.flatMap((at, n) => (at >= first && at < last ? [`lapse-${n}`] : []));
      for (const sort of ["updated", "purchased", "owner"] as const)
        expect(await found({ lapsesIn: span, sort }), `${span} by ${sort}`).toEqual(wanted.toSorted());
    }
    await app.db.execute(sql`delete from subscriptions where offer_id = 'lapsing'`);
  });

  test("are those that never were active, also after their end", async () => {
    for (const status of subscriptionStatuses) {
      await addPurchase(`${status}-activated`, { status, activatedAt: new Date() });
      await addPurchase(`${status}-not`, { status });
    }
    expect(await found({ activated: false })).toEqual(["PendingFulfillmentStart-not", "Unsubscribed-not"]);
    expect(await found({ activated: true })).toHaveLength(6);
    await app.db.execute(sql`delete from subscriptions where offer_id = 'lapsing'`);
  });
});

describe("webhooks", () => {
  test("are found by the time of arrival, to the second, and by what they are about", async () => {
    const [renewal] = await deliveries({ action: "Renew" });
    const came = Date.parse(renewal?.receivedAt ?? "");
    const range = { from: new Date(came).toISOString(), to: new Date(came + 1).toISOString() };
    expect(await deliveries({ ...range, action: "Renew" })).toEqual([renewal]);
    expect(await deliveries({ from: at(hour) })).toEqual([]);
    expect(await deliveries({ to: new Date(came).toISOString(), action: "Renew" })).toEqual([]);
    expect(new Set((await deliveries({ q: "fabrikam" })).map((one) => one.subscriptionId))).toEqual(new Set([ada]));
    expect(await deliveries({ q: renewal?.marketplaceId ?? "" })).toEqual([renewal]);
    expect(await viewer().deliveries.rows({ ids: [renewal?.id ?? ""] })).toEqual([renewal]);
  });
});

describe("the audit trail", () => {
  test("answers who changed the seats last week, and why", async () => {
    const found = await record({ topic: "seats", from: at(-7 * 24 * hour), person: "tenant:operator" });
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(["operation.requested", "subscription.quantity_changed"]);
    expect(found.find(({ kind }) => kind === "operation.requested")).toMatchObject({
      actor: { name: "Test operator" },
      reason: "they grow fast",
      source: "desk",
    });
    expect(await record({ topic: "plan" })).toEqual([]);
    expect(await record({ topic: "seats", to: at(-hour) })).toEqual([]);
  });

  test("is searched by word prefixes, including notes, and by subscription", async () => {
    expect((await record({ q: "grow fas" })).map(({ reason }) => reason)).toContain("they grow fast");
    expect(await record({ q: "row fast" })).toEqual([]);
    const { id } = await app
      .as("operator")
      .subscriptions.addNote({ subscriptionId: cleo, text: "Ring O'Neill & sons" });
    expect(await record({ q: "o'neill SONS" })).toMatchObject([{ id }]);
    expect(new Set((await record({ q: "northwind" })).map((entry) => entry.subscriptionId))).toEqual(new Set([cleo]));
    expect((await record({ q: cleo })).length).toBeGreaterThan(1);
    for (const odd of ["'", "\\", ":*", "a & | !", "→", "<b>"]) await expect(record({ q: odd })).resolves.toBeDefined();
  });

  test("shows the cause of each change", async () => {
    expect(new Set((await record({ source: "webhook" })).map(({ actor }) => actor.kind))).toEqual(
      new Set(["marketplace"]),
    );
    expect((await record({ source: "desk" })).every(({ actor }) => actor.kind === "staff")).toBe(true);
    expect(await record({ source: "landing" })).toEqual([]);
    const people = await viewer().activity.people();
    expect(people).toEqual([]);
  });

  test("is searched with its index for any number of entries", async () => {
    const plan = await app.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_indexscan = off`);
      return tx.execute<{ "QUERY PLAN": string }>(
        sql`explain select id from activity where to_tsvector('simple'::regconfig, summary || ' ' || actor_name || ' ' || coalesce(reason, '')) @@ to_tsquery('simple', '''grow'':*')`,
      );
    });
    expect(plan.rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("activity_words");
  });
});

describe("subscriptions", () => {
  test("are found by seats, tenant and difference, and include all values of the columns", async () => {
    expect(await subscriptions({ seatsFrom: 40 })).toEqual([cleo]);
    expect(await subscriptions({ seatsTo: 10 })).toEqual([ada]);
    expect(await subscriptions({ seatsFrom: 1, seatsTo: 2 })).toEqual([]);
    const { rows } = await viewer().subscriptions.list({ q: "fabrikam lists" });
    expect(rows).toMatchObject([{ id: ada, isReseller: false, driftedAt: null }]);
    const tenant = rows[0]?.tenantId ?? "";
    expect(await subscriptions({ tenant })).toEqual([ada]);
    expect(await viewer().subscriptions.rows({ ids: [ada, "gone"] })).toEqual(rows);
    expect(Date.parse(rows[0]?.seenAt ?? "")).toBeGreaterThan(Date.now() - hour);
    expect((await subscriptions({ drift: false })).toSorted()).toEqual([ada, cleo].toSorted());
    await app.db.execute(sql`insert into differences (id, at, subscription_id, kind, done)
      values (gen_random_uuid(), now(), ${ada}, 'drift', 'repaired')`);
    expect(await subscriptions({ drift: true })).toEqual([ada]);
    expect(await subscriptions({ drift: false })).toEqual([cleo]);
  });

  test("are sorted by what a column shows, without case and accents first, and last where it shows nothing", async () => {
    const shown = ["zebra", "Éclair", "alpha", "Eclair Ltd", "Øst", "Ångström", "Beta", "eclair", "", "Ωmega"];
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, tags,
        contact_name, contact_email, contact_company, contact_phone, beneficiary_email, owner_id, owner_name, follow_up_on, hold_reason, hold_by, hold_at)
      select 'shown-' || n, 'Shown', case when n % 2 = 0 then 'unknown' else 'insight' end, 'team', (array['Unsubscribed', 'Suspended', 'Subscribed',
        'PendingFulfillmentStart'])[1 + n % 4]::subscription_status, now(), 'reconcile', now(), now(), now(), array['shown'],
        'x', 'x', company, '', null, nullif(company, ''), nullif(company, ''), case when n < 4 then date '2030-01-01' - n::int end,
        case when n = 6 then 'x' end, case when n = 6 then 'x' end, case when n = 6 then now() end
      from unnest(${sql.param(shown)}::text[]) with ordinality as given(company, n)`);
    const rows = async (filters: SubscriptionFilters) =>
      (await viewer().subscriptions.list({ tag: "shown", ...filters })).rows;
    const inOrder = ["alpha", "Ångström", "Beta", "eclair", "Éclair", "Eclair Ltd", "Øst", "zebra", "Ωmega"];
    for (const sort of ["company", "owner"] as const) {
      const names = async (order?: "asc" | "desc") =>
        (await rows({ sort, order })).map((row) => (sort === "company" ? row.contactCompany : row.ownerName) ?? "");
      expect(await names(), sort).toEqual([...inOrder, ""]);
      expect(await names("desc"), sort).toEqual([...inOrder.toReversed(), ""]);
    }
    const statuses = (await rows({ sort: "status" })).map(({ status }) => status);
    expect(statuses).toEqual(
      statuses.toSorted((one, other) => subscriptionStatuses.indexOf(one) - subscriptionStatuses.indexOf(other)),
    );
    expect((await rows({ sort: "access", order: "desc" })).map(({ access }) => access)).toEqual(
      ["ended", "suspended", "full", "none"].flatMap((access) =>
        Array.from({ length: access === "suspended" ? 4 : 2 }, () => access),
      ),
    );
    expect((await rows({ sort: "followUp" })).map(({ id }) => id).slice(0, 4)).toEqual([
      "shown-3",
      "shown-2",
      "shown-1",
      "shown-10",
    ]);
    expect((await rows({ sort: "followUp", order: "desc" })).map(({ id }) => id).slice(0, 4)).toEqual([
      "shown-1",
      "shown-2",
      "shown-3",
      "shown-9",
    ]);
    const offers = (await rows({ sort: "plan" })).map(({ offerName }) => offerName);
    expect([offers[4], offers[5]]).toEqual([(await rows({ offer: "insight" }))[0]?.offerName, "unknown"]);
  });

  test("are sorted by tenant, open operations, sync and difference, and last where a column shows nothing", async () => {
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, tags,
        beneficiary_tenant_id)
      select 'facts-' || n, 'Facts', 'insight', 'team', 'Subscribed', now(), 'reconcile', timestamptz '2030-01-01' - n * interval '1 hour',
        now(), now(), array['facts'], case when n < 4 then 'tenant-' || 9 - n end
      from generate_series(1, 4) n`);
    await app.db.execute(
      sql`insert into subscription_listings (subscription_id, listed_at) values ('facts-3', '2030-01-02')`,
    );
    await app.db.execute(sql`insert into differences (id, at, subscription_id, kind, done) values
      (gen_random_uuid(), '2030-01-01', 'facts-1', 'drift', 'repaired'), (gen_random_uuid(), '2030-01-03', 'facts-4', 'missing', 'raised'),
      (gen_random_uuid(), '2030-01-04', 'facts-2', 'unknown', 'added')`);
    await app.db
      .execute(sql`insert into operations (id, subscription_id, action, source, stage, actor_kind, actor_name, stuck_at, created_at, updated_at)
      select gen_random_uuid(), 'facts-' || n, 'ChangeQuantity', 'Partner', 'requested', 'staff', 'Amira', now(), now(), now()
      from unnest(array[2, 4, 4]) n`);
    const ids = async (sort: SubscriptionFilters["sort"], order?: "asc" | "desc") =>
      (await subscriptions({ tag: "facts", sort, order })).map((id) => id.replace("facts-", "")).join("");
    expect([await ids("tenant"), await ids("tenant", "desc")]).toEqual(["3214", "1234"]);
    expect([await ids("operations"), await ids("operations", "asc")]).toEqual(["4231", "2413"]);
    expect([await ids("seen"), await ids("seen", "asc")]).toEqual(["3124", "4213"]);
    expect([await ids("drift"), await ids("drift", "asc")]).toEqual(["4132", "1423"]);
    await app.db.execute(sql`delete from operations where subscription_id like 'facts-%'`);
  });

  test("and customers, owners and tags are in the order of their names, on each page", async () => {
    const names = ["Zulu", "Ångström", "alpha", "Beta", "éclair", "Eclair", "Ωmega", "Øst", "100 Trees", "(Test)"];
    const inOrder = ["(Test)", "100 Trees", "alpha", "Ångström", "Beta", "Eclair", "éclair", "Øst", "Zulu", "Ωmega"];
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, tags,
        owner_id, owner_name)
      select 'named-' || n, name, 'insight', 'team', 'Suspended', now(), 'reconcile', now(), now(), now(), array['named', 'named ' || name],
        'owner ' || n, 'Owner ' || name
      from unnest(${sql.param(names)}::text[]) with ordinality as given(name, n)`);
    await app.db.execute(sql`
      insert into customers (id, name, domains, offers, subscriptions, active_subscriptions, seats, is_test, search_text, derived_at, tags)
      select 'named-' || n, name, '{}', '{}', 0, 0, 0, false, '', now(), array['named']
      from unnest(${sql.param(names)}::text[]) with ordinality as given(name, n)`);
    await app.db.execute(
      sql`insert into tags select 'named ' || name, now() from unnest(${sql.param(names)}::text[]) name`,
    );
    for (const order of ["asc", "desc"] as const) {
      const expected = order === "asc" ? inOrder : inOrder.toReversed();
      const filters = { tag: "named", sort: "name", order } as const;
      const listed = await listSubscriptions(app.db, filters, 3);
      const rest = await viewer().subscriptions.list({ ...filters, cursor: listed.nextCursor ?? undefined });
      expect([...listed.rows, ...rest.rows].map(({ name }) => name)).toEqual(expected);
      const suspended = await viewer().subscriptions.list({ ...filters, status: "Suspended" });
      expect(suspended.rows.map(({ name }) => name)).toEqual(expected);
      const customers = await listCustomers(app.db, filters, 3);
      const others = await viewer().customers.list({ ...filters, cursor: customers.nextCursor ?? undefined });
      expect([...customers.rows, ...others.rows].map(({ name }) => name)).toEqual(expected);
    }
    const { owners, tags } = await viewer().subscriptions.facets();
    expect(owners.map(({ name }) => name).filter((name) => name.startsWith("Owner "))).toEqual(
      inOrder.map((name) => `Owner ${name}`),
    );
    expect(tags.filter((name) => name.startsWith("named "))).toEqual(inOrder.map((name) => `named ${name}`));
  });

  test("are read by seats with their index", async () => {
    const plan = await app.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_sort = off`);
      const { quantity } = indexedOrders;
      const place = after(encodeCursor({ value: "2147483647", id: "any" }), {
        ...quantity,
        id: sql`id`,
        direction: "desc",
      });
      return tx.execute(sql`
        explain select id from subscriptions where ${place} order by ${quantity.expression} desc, id desc limit 50`);
    });
    const steps = JSON.stringify(plan.rows);
    expect(steps).toContain(" using subscriptions_quantity ");
    expect(steps).toMatch(/Index Cond: [^"]*ROW\(.*2147483647/);
  });

  test.each([
    ["subscriptions_by_name", sql`from subscriptions`],
    ["subscriptions_few_sorted_by_name", sql`from subscriptions where status = 'Suspended'`],
    ["customers_by_name", sql`from customers subscriptions`],
  ])("are read by name with the index %s", async (index, from) => {
    const plan = await app.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_sort = off`);
      const cursor = encodeCursor({ value: "Ångström", id: "any" });
      const place = after(cursor, { ...indexedOrders.name, id: sql`id`, direction: "asc" }) ?? sql`true`;
      return tx.execute(sql`
        explain select id from (select * ${from}) subscriptions where ${place} order by ${indexedOrders.name.expression}, id limit 50`);
    });
    const steps = JSON.stringify(plan.rows);
    expect(steps).toContain(` using ${index} `);
    expect(steps).toMatch(/Index Cond: [^"]*ROW\(.*Ångström/);
  });

  test("continue after the largest number of seats, and after any day", async () => {
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, purchased_at, term_ends_at, synced_at,
        created_at, updated_at, tags)
      select 'extreme-' || n, 'Extreme', 'insight', 'team', seats, 'Subscribed', now(), 'reconcile', day::date, day::date, now(), now(), now(),
        array['extreme']
      from unnest(array[1, 1000000000, 2147483647], array['0002-01-01', '3000-01-01', '9999-12-31'])
        with ordinality as given(seats, day, n)`);
    for (const sort of ["quantity", "termEnd", "purchased"] as const) {
      for (const order of ["asc", "desc"] as const) {
        const filters = { tag: "extreme", sort, order } as const;
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listSubscriptions(app.db, { ...filters, cursor }, 1);
          ids.push(...page.rows.map(({ id }) => id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        const inOrder = ["extreme-1", "extreme-2", "extreme-3"];
        expect(ids, `${sort} ${order}`).toEqual(order === "asc" ? inOrder : inOrder.toReversed());
      }
    }
    for (const value of ["0000-01-01 00:00:00+00", "10000-01-01 00:00:00+00", "9".repeat(19)]) {
      const cursor = encodeCursor({ value, id: "any" });
      for (const sort of ["quantity", "termEnd"] as const)
        await expect(viewer().subscriptions.list({ sort, cursor })).rejects.toThrow("This page of the list");
    }
    await app.db.execute(sql`delete from subscriptions where id like 'extreme-%'`);
  });

  test("are on one page each in every order without an index, and the pages continue where values are equal or missing", async () => {
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, tags,
        contact_name, contact_email, contact_company, contact_phone, follow_up_on)
      select 'paged-' || n, 'Paged', 'insight', 'team', 'Subscribed', now(), 'reconcile', now(), now(), now(), array['paged'],
        'x', 'x', case when n > 60 then 'Same company ' || repeat('名', 150) when n > 30 then 'Company ' || n else '' end, '',
        case when n > 120 then date '2030-01-01' end
      from generate_series(1, 160) n`);
    for (const sort of boundedSubscriptionSorts) {
      for (const order of ["asc", "desc"] as const) {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await viewer().subscriptions.list({ tag: "paged", sort, order, cursor });
          ids.push(...page.rows.map(({ id }) => id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        expect([ids.length, new Set(ids).size], `${sort} ${order}`).toEqual([160, 160]);
      }
    }
    for (const cursor of ["forged", Buffer.from('["a\\u0000","b"]').toString("base64url")])
      await expect(viewer().subscriptions.list({ sort: "owner", cursor })).rejects.toThrow("This page of the list");
    const { id } = await viewer().views.create({ name: "By customer", filters: { tag: "paged", sort: "company" } });
    expect((await viewer().views.list()).find((view) => view.id === id)?.filters).toEqual({
      tag: "paged",
      sort: "company",
    });
    await viewer().views.remove({ id });
  });

  test("of a saved view are counted", async () => {
    const { id } = await viewer().views.create({ name: "Large", filters: { seatsFrom: 40 } });
    expect(await viewer().views.counts()).toEqual([{ id, count: 1, isMore: false }]);
  });
});

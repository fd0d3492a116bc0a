/** Customers: what belongs to one, the list, what staff keep, merging, and what is on record. */
// cspell:words moritz
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkCounts } from "../../server/commands/upkeep/check-counts.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { type CustomerFilters, customerSorts } from "../../shared/filters.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

const personalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
let app: TestApp;
let contoso: string;

type Given = {
  id: string;
  tenant?: string | null;
  object?: string | null;
  email?: string;
  name?: string;
  company?: string;
  status?: string;
  quantity?: number;
  reseller?: boolean;
  offer?: string;
};

/** Subscriptions as Microsoft would report them, without the calls for each. */
async function add(...given: Given[]) {
  for (const one of given) {
    const { id, tenant = null, object = null, email = null, name = id, company = null, status = "Subscribed" } = one;
    const contact = company === null ? null : "Ada";
    const purchaserTenant = one.reseller ? "reseller-tenant" : tenant;
    const purchaserEmail = one.reseller ? "orders@reseller.example" : email;
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, beneficiary_email, beneficiary_object_id,
        beneficiary_tenant_id, purchaser_email, purchaser_tenant_id, contact_name, contact_email, contact_company, contact_phone,
        first_seen_by, purchased_at, synced_at, created_at, updated_at)
      values (${id}, ${name}, ${one.offer ?? "insight"}, 'team', ${one.quantity ?? 1}, ${status}::subscription_status, now(), ${email}, ${object},
        ${tenant}, ${purchaserEmail}, ${purchaserTenant}, ${contact}, ${company === null ? null : email}, ${company}, ${company === null ? null : ""}, 'reconcile', now(), now(), now(), now())`);
  }
}

const get = async (id: string) => {
  const { customer, movedTo } = await app.as("viewer").customers.get({ id });
  if (customer === null) throw new Error(`moved to ${movedTo}`);
  return customer;
};
const list = async (filters: CustomerFilters = {}) => (await app.as("viewer").customers.list(filters)).rows;
const namesOf = async (filters: CustomerFilters) => (await list(filters)).map(({ name }) => name);
/** Waits until the job has derived the customer's listing. */
const listed = (id: string, subscriptions: number) =>
  eventually(async () => (await list({ q: id })).find((row) => row.id === id && row.subscriptions === subscriptions));

beforeAll(async () => {
  app = await startTestApp();
  await add(
    { id: "north-1", tenant: "TENANT-NORTH", email: "kim@Northwind.example", company: "Northwind", quantity: 10 },
    { id: "north-2", tenant: "tenant-north", email: "lee@northwind.example", status: "Unsubscribed", offer: "cloud" },
    { id: "north-3", tenant: "tenant-north", email: "kim@northwind.example", quantity: 5, reseller: true },
    { id: "north-eu", tenant: "tenant-north-eu", email: "eva@northwind.example", company: "Northwind Europe" },
    { id: "person-1", tenant: personalTenant, object: "OBJECT-A", email: "pat@outlook.com" },
    { id: "person-2", tenant: personalTenant, object: "object-a", email: "pat@outlook.com" },
    { id: "person-3", tenant: personalTenant, object: "object-b", email: "sam@outlook.com" },
    { id: "person-4", tenant: personalTenant, object: "object-c", email: "ada@lovelace.example", company: "" },
    { id: "person-5", tenant: personalTenant, object: "object-d", email: "eve@lovelace.example" },
    { id: "no-company", tenant: "tenant-of-six", email: "six@six.example", company: "" },
    { id: "alone", name: "=Alone" },
  );
  await listed("tenant-north", 3);
  contoso = await app.buyActive({ name: "Contoso Cloud" });
});
afterAll(() => app?.stop());

describe("a customer", () => {
  test("has all subscriptions of its tenant, of all offers, past and present", async () => {
    const customer = await get("tenant-north");
    expect(customer).toMatchObject({
      name: "Northwind",
      kind: "tenant",
      subscriptions: 3,
      activeSubscriptions: 2,
      seats: 15,
    });
    expect(customer.rows.map(({ id }) => id).toSorted()).toEqual(["north-1", "north-2", "north-3"]);
    expect(customer.offers.toSorted()).toEqual(["cloud", "insight"]);
    expect(customer.domains).toEqual(["northwind.example"]);
  });

  test("has its people once each, and resellers as such", async () => {
    const { people } = await get("tenant-north");
    expect(people.map(({ email, roles, subscriptions }) => ({ email, roles, subscriptions }))).toEqual([
      { email: "kim@northwind.example", roles: ["beneficiary", "contact", "purchaser"], subscriptions: 2 },
      { email: "lee@northwind.example", roles: ["beneficiary", "purchaser"], subscriptions: 1 },
      { email: "orders@reseller.example", roles: ["reseller"], subscriptions: 1 },
    ]);
  });

  test("is one person where Microsoft reports the tenant of personal accounts", async () => {
    await listed("person-object-a", 2);
    expect(await get("person-object-a")).toMatchObject({ kind: "person", name: "pat@outlook.com", domains: [] });
    expect((await get("person-object-b")).rows.map(({ id }) => id)).toEqual(["person-3"]);
  });

  test("is named after the person, not the domain of a personal account, and after the domain of an organization", async () => {
    await listed("person-object-c", 1);
    expect(await get("person-object-c")).toMatchObject({ name: "Ada", domains: ["lovelace.example"] });
    expect(await get("person-object-d")).toMatchObject({ name: "eve@lovelace.example" });
    expect(await get("tenant-of-six")).toMatchObject({ name: "six.example" });
  });

  test("gets the right name again if an earlier version has called it by the domain during an upgrade", async () => {
    await app.db.execute(
      sql`update customers set name = 'lovelace.example' where id in ('person-object-c', 'person-object-d')`,
    );
    const context = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet };
    await checkCounts({ ...context, actor: { kind: "system", name: "Marketdesk" } });
    await eventually(async () => (await get("person-object-c")).name === "Ada");
    await eventually(async () => (await get("person-object-d")).name === "eve@lovelace.example");
  });

  test("whose company is not known is called by the address in lists, search and their order", async () => {
    const rows = (await app.as("viewer").subscriptions.list({ sort: "company" })).rows.filter(({ id }) =>
      ["person-4", "person-5", "no-company"].includes(id),
    );
    expect(rows.map(({ contactCompany, beneficiaryEmail }) => contactCompany ?? beneficiaryEmail)).toEqual([
      "ada@lovelace.example",
      "eve@lovelace.example",
      "six@six.example",
    ]);
    const { subscriptions } = await app.as("viewer").find.all({ q: "ada@lovelace.example" });
    expect(subscriptions[0]).toMatchObject({ id: "person-4", customer: "ada@lovelace.example" });
  });

  test("is one subscription while nothing is known of its tenant", async () => {
    await listed("subscription-alone", 1);
    expect(await get("subscription-alone")).toMatchObject({ kind: "subscription", name: "=Alone" });
  });

  test("is named on each subscription, with the number of others", async () => {
    expect((await app.as("viewer").subscriptions.get({ id: "north-2" })).customer).toEqual({
      id: "tenant-north",
      name: "Northwind",
      others: { count: 2, isMore: false },
    });
    expect((await app.as("viewer").subscriptions.get({ id: contoso })).customer.others.count).toBe(0);
    const siblings = async (id: string) => (await app.as("viewer").subscriptions.siblings({ id })).map((row) => row.id);
    expect((await siblings("north-2")).toSorted()).toEqual(["north-1", "north-3"]);
    expect(await siblings(contoso)).toEqual([]);
    expect(await siblings("unknown")).toEqual([]);
  });

  test("has the needs of its subscriptions only", async () => {
    await app.db.execute(sql`update subscriptions set status = 'Suspended', status_since = now() where id = 'north-1'`);
    const { needs } = await app.as("viewer").customers.needs({ id: "tenant-north" });
    expect(needs.map(({ kind, subscriptionId }) => [kind, subscriptionId])).toContainEqual(["suspension", "north-1"]);
    expect(needs.every(({ subscriptionId }) => subscriptionId?.startsWith("north-"))).toBe(true);
    await app.db.execute(sql`update subscriptions set status = 'Subscribed' where id = 'north-1'`);
  });

  test("that does not exist is not found, however its id is written", async () => {
    for (const id of ["tenant-unknown", "person-", "%", "a/b"])
      await expect(app.as("viewer").customers.get({ id })).rejects.toThrow("There is no customer with this ID.");
    await expect(app.as("viewer").customers.get({ id: "a\0b" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("the list of customers", () => {
  test("finds names, domains, addresses and tenants, in any case", async () => {
    for (const q of ["northwind", "NORTHWIND.example", "lee@north", "tenant-north"])
      expect(await namesOf({ q, sort: "name" }), q).toEqual(
        ["Northwind", "Northwind Europe"].slice(0, q.startsWith("lee") ? 1 : 2),
      );
    expect(await namesOf({ q: "reseller.example" })).toEqual([]);
  });

  test("filters by offer, state and test purchases, and counts what it shows", async () => {
    expect(await namesOf({ offer: "cloud" })).toEqual(["Northwind"]);
    expect(await namesOf({ q: "northwind", active: false })).toEqual([]);
    expect(await namesOf({ q: "northwind", test: true })).toEqual([]);
    expect(await app.as("viewer").customers.count({ q: "northwind" })).toEqual({
      count: 2,
      isMore: false,
      subscriptions: 4,
    });
  });

  test("sorts by each column in both directions, and its pages have each customer once", async () => {
    const all = (await list()).map(({ id }) => id).toSorted();
    for (const sort of customerSorts) {
      for (const order of ["asc", "desc"] as const) {
        const rows = await list({ sort, order });
        expect(rows.map(({ id }) => id).toSorted(), `${sort} ${order}`).toEqual(all);
      }
    }
    expect((await list({ sort: "seats" }))[0]).toMatchObject({ name: "Northwind", seats: 15 });
    await expect(app.as("viewer").customers.list({ cursor: "forged" })).rejects.toThrow("This page of the list");
  });

  test("has customers that made only test purchases apart from the others", async () => {
    await add({ id: "trying", tenant: "tenant-trying", email: "t@trying.example" });
    await add({ id: "north-trying", tenant: "tenant-north", email: "lee@northwind.example" });
    await app.db.execute(sql`update subscriptions set is_test = true where id in ('trying', 'north-trying')`);
    const idsOf = async (filters: CustomerFilters) => (await list(filters)).map(({ id }) => id).toSorted();
    await eventually(async () => (await idsOf({ test: true })).includes("tenant-trying"));
    expect(await idsOf({ test: true })).toEqual(["tenant-trying"]);
    expect(await idsOf({ test: true, sort: "name" })).toEqual(["tenant-trying"]);
    expect(await app.as("viewer").customers.count({ test: true })).toMatchObject({ count: 1, isMore: false });
    expect(await idsOf({ test: false })).toEqual((await idsOf({})).filter((id) => id !== "tenant-trying"));
    await app.db.execute(sql`delete from subscriptions where id in ('trying', 'north-trying')`);
    await eventually(async () => (await idsOf({ test: true })).length === 0);
  });

  test("follows a subscription that changes its tenant, and forgets a customer without subscriptions", async () => {
    await add({ id: "moving", tenant: "tenant-before", email: "m@moving.example" });
    await listed("tenant-before", 1);
    await app.db.execute(
      sql`update subscriptions set beneficiary_tenant_id = 'tenant-after', purchaser_tenant_id = 'tenant-after' where id = 'moving'`,
    );
    await listed("tenant-after", 1);
    await eventually(async () => (await list({ q: "tenant-before" })).length === 0);
    await app.db.execute(sql`delete from subscriptions where id = 'moving'`);
    await eventually(async () => (await list({ q: "tenant-after" })).length === 0);
  });
});

describe("what staff keep about a customer", () => {
  const operator = () => app.as("operator").customers;

  test("an owner is the owner of all its subscriptions, each on record", async () => {
    await expect(operator().assignOwner({ customerId: "tenant-north", owner: "me" })).resolves.toMatchObject({
      changed: 3,
    });
    await expect(operator().assignOwner({ customerId: "tenant-north", owner: "me" })).resolves.toEqual({
      changed: 0,
      undo: null,
    });
    const customer = await get("tenant-north");
    expect(customer.ownerName).toBe("Test operator");
    expect(customer.rows.map(({ ownerName }) => ownerName)).toEqual(Array(3).fill("Test operator"));
    expect((await app.as("operator").customers.list({ owner: "me" })).rows.map(({ id }) => id)).toEqual([
      "tenant-north",
    ]);
    const { rows } = await app.as("viewer").customers.timeline({ id: "tenant-north" });
    expect(
      rows.filter(({ kind }) => kind.endsWith("owner_changed")).map(({ subscriptionId }) => subscriptionId),
    ).toHaveLength(4);
    await expect(operator().assignOwner({ customerId: "tenant-north", owner: "nobody" })).rejects.toThrow(
      "can no longer own",
    );
    await operator().assignOwner({ customerId: "tenant-north", owner: null });
    expect((await get("tenant-north")).rows.map(({ ownerName }) => ownerName)).toEqual([null, null, null]);
  });

  test("owners come back by Undo, except where a colleague has assigned another one since", async () => {
    const ownersNow = async () => {
      const { ownerName, rows } = await get("tenant-north");
      return [ownerName, ...rows.toSorted((one, other) => one.id.localeCompare(other.id)).map((row) => row.ownerName)];
    };
    const at = new Date();
    await app.db.insert(staff).values({
      tenantId: "tenant",
      objectId: "grace",
      name: "Grace",
      role: "operator",
      firstSeenAt: at,
      lastSignInAt: at,
    });
    const toGrace = (subscriptionId: string) =>
      app.as("admin").subscriptions.assignOwner({ subscriptionId, owner: "tenant:grace" });
    await toGrace("north-1");
    const before = await ownersNow();
    expect(before).toEqual([null, "Grace", null, null]);
    const { undo } = await operator().assignOwner({ customerId: "tenant-north", owner: "me" });
    if (!undo) throw new Error("Nothing was assigned.");
    await expect(operator().restoreOwners(undo)).resolves.toEqual({ changed: 3 });
    expect(await ownersNow()).toEqual(before);
    const { rows } = await app.as("viewer").customers.timeline({ id: "tenant-north" });
    expect(rows.slice(0, 4).map(({ summary }) => summary)).toEqual(
      expect.arrayContaining(["Northwind: unassigned", "Assigned to Grace", "Unassigned"]),
    );

    const again = await operator().assignOwner({ customerId: "tenant-north", owner: "me" });
    await toGrace("north-2");
    if (!again.undo) throw new Error("Nothing was assigned.");
    await expect(operator().restoreOwners(again.undo)).resolves.toEqual({ changed: 2 });
    expect(await ownersNow()).toEqual([null, "Grace", "Grace", null]);
    await expect(operator().restoreOwners(again.undo)).resolves.toEqual({ changed: 0 });
    await expect(
      operator().restoreOwners({
        customerId: "tenant-north",
        seenOwner: null,
        owner: null,
        subscriptions: [{ id: "north-3", owner: "someone who left" }],
      }),
    ).rejects.toThrow("can no longer own");
    await operator().assignOwner({ customerId: "tenant-north", owner: null });
  });

  test("tags are its own, and found by the filter", async () => {
    await operator().changeTags({ customerId: "tenant-north", add: ["Key account"], remove: [] });
    expect(await namesOf({ tag: "key account" })).toEqual(["Northwind"]);
    expect((await get("tenant-north")).rows.flatMap(({ tags }) => tags)).toEqual([]);
    expect((await app.as("viewer").customers.facets()).tags).toEqual(["key account"]);
    await operator().changeTags({ customerId: "tenant-north", add: [], remove: ["key account"] });
  });

  test("notes are on the timeline among what happened to its subscriptions, page by page", async () => {
    await operator().addNote({ customerId: "tenant-north", text: "Calls on Fridays" });
    await app.as("operator").subscriptions.addNote({ subscriptionId: "north-1", text: "Renewal agreed" });
    const { rows } = await app.as("viewer").customers.timeline({ id: "tenant-north", what: "notes" });
    expect(rows.map(({ note, subscriptionId, customerId }) => ({ note, subscriptionId, customerId }))).toEqual([
      { note: "Renewal agreed", subscriptionId: "north-1", customerId: null },
      { note: "Calls on Fridays", subscriptionId: null, customerId: "tenant-north" },
    ]);
    for (let count = 0; count < 55; count += 1)
      await app
        .as("operator")
        .subscriptions.addNote({ subscriptionId: count % 2 ? "north-1" : "north-2", text: `${count}` });
    const first = await app.as("viewer").customers.timeline({ id: "tenant-north", what: "notes" });
    const next = await app
      .as("viewer")
      .customers.timeline({ id: "tenant-north", what: "notes", cursor: first.nextCursor ?? "" });
    const notes = [...first.rows, ...next.rows].map(({ note }) => note);
    expect(notes).toEqual([
      ...Array.from({ length: 55 }, (_, at) => `${54 - at}`),
      "Renewal agreed",
      "Calls on Fridays",
    ]);
  });
});

describe("the search field", () => {
  const find = (q: string) => app.as("viewer").find.all({ q });
  const found = async (q: string) => (await find(q)).customers.map(({ name, matched }) => [name, matched]);

  test("finds customers by name, address, a signature's domain, and notes", async () => {
    expect(await found("northwind eur")).toEqual([["Northwind Europe", null]]);
    expect(await found("lee@northwind.example")).toEqual([["Northwind", null]]);
    expect((await found("Max Nobody\nmax.nobody@northwind.example\nTel. 555")).map(([name]) => name)).toEqual([
      "Northwind",
      "Northwind Europe",
    ]);
    await app.as("operator").customers.addNote({ customerId: "tenant-north-eu", text: "See ticket ZD-88123" });
    expect(await found("zd-88123")).toEqual([["Northwind Europe", "note"]]);
  });

  test("names the customer whose id is pasted", async () => {
    expect((await find(" Tenant-North ")).exact).toEqual({ kind: "customer", id: "tenant-north" });
  });
});

describe("customers that belong together", () => {
  const operator = () => app.as("operator").customers;

  test("are suggested by their domain, merged, separated, and both is on record", async () => {
    expect((await get("tenant-north")).similar).toEqual([
      { id: "tenant-north-eu", name: "Northwind Europe", domain: "northwind.example", subscriptions: 1 },
    ]);
    await operator().addNote({ customerId: "tenant-north-eu", text: "See ticket ZD-99001" });
    await operator().merge({ customerId: "tenant-north-eu", into: "tenant-north", reason: "One company" });
    const byNote = await app.as("viewer").find.all({ q: "zd-99001" });
    expect(byNote.customers).toMatchObject([{ id: "tenant-north", matched: "note" }]);
    expect(await app.as("viewer").customers.get({ id: "tenant-north-eu" })).toEqual({
      customer: null,
      movedTo: "tenant-north",
    });
    const merged = await get("tenant-north");
    expect(merged).toMatchObject({
      subscriptions: 4,
      similar: [],
      merged: [{ id: "tenant-north-eu", subscriptions: 1 }],
    });
    expect(merged.rows.map(({ id }) => id)).toContain("north-eu");
    expect(await namesOf({ q: "eva@northwind.example" })).toEqual(["Northwind"]);
    expect((await app.as("viewer").subscriptions.get({ id: "north-eu" })).customer).toMatchObject({
      id: "tenant-north",
      others: { count: 3 },
    });
    expect((await app.as("viewer").subscriptions.list({ customer: "tenant-north" })).rows).toHaveLength(4);
    await operator().separate({ customerId: "tenant-north-eu", reason: "Two after all" });
    expect(await get("tenant-north-eu")).toMatchObject({ name: "Northwind Europe", subscriptions: 1 });
    expect(await get("tenant-north")).toMatchObject({ subscriptions: 3, merged: [] });
    expect((await app.as("viewer").find.all({ q: "zd-99001" })).customers.map(({ id }) => id)).toEqual([
      "tenant-north-eu",
    ]);
    const { rows } = await app.as("viewer").customers.timeline({ id: "tenant-north" });
    expect(rows.slice(0, 2)).toMatchObject([
      { kind: "customer.separated", summary: "Northwind Europe separated from Northwind", reason: "Two after all" },
      { kind: "customer.merged", summary: "Northwind Europe merged into Northwind", reason: "One company" },
    ]);
  });

  test("stay together when their customer is merged into a third one", async () => {
    await operator().merge({ customerId: "tenant-north-eu", into: "tenant-north", reason: "One company" });
    await operator().merge({ customerId: "tenant-north", into: "person-object-b", reason: "Chain" });
    expect(await get("person-object-b")).toMatchObject({ subscriptions: 5 });
    expect((await get("person-object-b")).merged.map(({ id }) => id).toSorted()).toEqual([
      "tenant-north",
      "tenant-north-eu",
    ]);
    await operator().separate({ customerId: "tenant-north", reason: "Undo" });
    await operator().separate({ customerId: "tenant-north-eu", reason: "Undo" });
    expect(await get("person-object-b")).toMatchObject({ subscriptions: 1, merged: [] });
  });

  test("are not merged into themselves, into a merged one, or by viewers", async () => {
    const merge = { customerId: "tenant-north", into: "tenant-north-eu", reason: "One company" };
    await expect(operator().merge({ ...merge, into: "tenant-north" })).rejects.toThrow("This is the same customer.");
    await expect(operator().merge({ ...merge, into: "tenant-none" })).rejects.toThrow(
      "There is no customer with this ID.",
    );
    await expect(app.as("viewer").customers.merge(merge)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(operator().separate({ customerId: "tenant-north", reason: "Undo" })).rejects.toThrow("is not merged");
    await operator().merge({ ...merge, customerId: "tenant-north-eu", into: "tenant-north" });
    await expect(operator().merge(merge)).rejects.toThrow("has been merged into another one");
    await operator().separate({ customerId: "tenant-north-eu", reason: "Undo" });
  });

  test("are listed without the subscriptions, names and addresses that moved to another customer", async () => {
    const moving = { email: "mo@moving.example", name: "For Mo\u2019Ritz", company: "Moving" };
    await add(
      { id: "moving-1", tenant: "tenant-moving", ...moving },
      { id: "moving-2", tenant: "moving-eu", ...moving },
    );
    await listed("tenant-moving", 1);
    await listed("moving-eu", 1);
    await operator().merge({ customerId: "moving-eu", into: "tenant-moving", reason: "One company" });
    const stored = async (id: string) => {
      const { rows } = await app.db.execute(sql`
        select name, domains, offers, subscriptions, active_subscriptions, seats::int, search_text from customers where id = ${id}`);
      return rows[0];
    };
    const move = (id: string, tenant: string) =>
      app.db.execute(sql`update subscriptions set beneficiary_tenant_id = ${tenant} where id = ${id}`);
    const empty = (id: string) => ({
      name: id,
      domains: [],
      offers: [],
      subscriptions: 0,
      active_subscriptions: 0,
      seats: 0,
      search_text: expect.not.stringMatching(/ritz|moving\.example/),
    });
    await move("moving-2", "tenant-moved");
    await eventually(async () => (await stored("moving-eu"))?.["subscriptions"] === 0);
    expect(await stored("moving-eu")).toEqual(empty("moving-eu"));
    expect(await stored("tenant-moving")).toMatchObject({ name: "Moving", subscriptions: 1 });
    await move("moving-1", "tenant-moved");
    await eventually(async () => (await stored("tenant-moving"))?.["subscriptions"] === 0);
    expect(await stored("tenant-moving")).toEqual(empty("tenant-moving"));
    expect(await namesOf({ q: "moritz" })).toEqual(["Moving"]);
    await operator().separate({ customerId: "moving-eu", reason: "Undo" });
    expect([await stored("moving-eu"), await stored("tenant-moving")]).toEqual([undefined, undefined]);
  });

  test("are derived again if an earlier version kept what has moved", async () => {
    await add({ id: "stale-1", tenant: "tenant-stale", email: "al@stale.example", company: "Stale" });
    await listed("tenant-stale", 1);
    await operator().merge({ customerId: "tenant-stale", into: "tenant-moved", reason: "One company" });
    await app.db.execute(sql`delete from subscriptions where id = 'stale-1'`);
    const ofStale = async () =>
      (await app.db.execute(sql`select name, subscriptions from customers where id = 'tenant-stale'`)).rows[0];
    await eventually(async () => (await ofStale())?.["subscriptions"] === 0);
    await app.db.execute(sql`update customers set name = 'Stale', subscriptions = 1 where id = 'tenant-stale'`);
    await checkCounts({
      db: app.db,
      now: () => new Date(),
      log: quiet,
      actor: { kind: "system", name: "Test" },
    } as never);
    await eventually(async () => (await ofStale())?.["subscriptions"] === 0);
    expect(await ofStale()).toEqual({ name: "tenant-stale", subscriptions: 0 });
  });
});

// Last, because these purchases are of a domain that others share.
test("a customer has its MRR by currency, and what of it is at risk", async () => {
  const five = await app.buyActive({ purchaser: "cleo", quantity: 5 });
  const seven = await app.buyActive({ purchaser: "cleo", quantity: 7 });
  for (const id of [five, seven]) await app.as("operator").subscriptions.askPlans({ id });
  await app.control(`subscriptions/${seven}/suspend`, {});
  const { customer } = await app.as("viewer").subscriptions.get({ id: five });
  await eventually(async () => {
    const { money, withoutPrice } = await get(customer.id);
    const [usd] = money;
    return withoutPrice === 0 && money.length === 1 && usd?.mrr === "144" && usd.atRisk === "84" && usd.arr === "1728";
  });
});

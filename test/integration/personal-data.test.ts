/** C8: everything about one person can be exported and erased, and the record still verifies. */
// cspell:words Falk Núñez
import { createHash, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writtenMailType } from "../../shared/customer-mails.ts";
import { mailReceiverId } from "../../shared/notifications.ts";
import { awaitVisit } from "../../server/commands/purchases/await-visit.ts";
import { awaitedVisits } from "../../server/database/schema/awaited-visits.ts";
import { customerKey } from "../../server/database/statements/customer-key.ts";
import { applyRetention } from "../../server/commands/upkeep/apply-retention.ts";
import { personTables } from "../../server/database/queries/person-rows.ts";
import { contactCopies } from "../../server/database/writes/contact-copies.ts";
import { deriveCustomersOf, lockDerivations } from "../../server/database/writes/customer-listings.ts";
import { proveRecord } from "../../server/database/record/record-proof.ts";
import { readVerification, verifyRecord } from "../../server/database/record/record-check.ts";
import { record } from "../../server/database/record/record.ts";
import { eventually, quiet, startTestApp, type TestApp, testSecret } from "../support/app.ts";
import { answer, type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";
import { runCommand } from "../support/command.ts";

let app: TestApp;
let ended: string;
let live: string;

const email = "Ada.Moreau@fabrikam.example";
const input = { email, names: ["Ada Moreau"], phones: ["+32 2 555 01 00"] };

beforeAll(async () => {
  app = await startTestApp();
  ended = await app.buyActive({ name: "For Ada Moreau" });
  live = await app.buyActive({ name: "Fabrikam stays" });
  for (const id of [ended, live]) {
    await contact(id, { name: "Ada Moreau", email, company: "Fabrikam", phone: "+32 2 555 01 00" });
    await app.as("operator").subscriptions.addNote({
      subscriptionId: id,
      text: `ADA MOREAU called; write to ${email.toLowerCase()} or "Ada"`,
    });
  }
  await app.as("operator").subscriptions.suspend({ subscriptionId: live, reason: `Asked for by ${email}` });
  await app.control(`subscriptions/${ended}/unsubscribe`, {});
  await untilEnded(ended);
});
afterAll(() => app?.stop());

async function untilEnded(id: string): Promise<void> {
  await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
}

/** What a purchaser tells on the landing page, on record as there. */
async function contact(id: string, given: { name: string; email: string; company: string; phone: string }) {
  const actor = { kind: "purchaser" as const, id: "t:ada", name: given.name, tenantId: "t", email: given.email };
  await app.db.execute(sql`update subscriptions set contact_name = ${given.name}, contact_email = ${given.email},
    contact_company = ${given.company}, contact_phone = ${given.phone} where id = ${id}`);
  const summary = `Contact provided: ${given.name}, ${given.company}`;
  await record(app.db, actor, new Date(), [
    { subscriptionId: id, kind: "subscription.contact_given", summary, after: given },
  ]);
}

/** In which tables any row mentions this text, by a search of its own. */
async function tablesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await personTables(app.db)) {
    const { rows } = await app.db.execute(
      sql`select from ${sql.identifier(name)} t where strpos(lower(t::text), ${text.toLowerCase()}) > 0
        or strpos(lower(t::text), ${Buffer.from(text).toString("hex")}) > 0 limit 1`,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** An erasure that waits for a lock after its search, until `proceed` is called. */
async function searchedOnly(erase: () => Promise<unknown>) {
  const [locked, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const locking = app.db.transaction(async (tx) => {
    await lockDerivations(tx);
    locked.resolve();
    await commit.promise;
  });
  await locked.promise;
  const erasure = Promise.all([locking, erase()]);
  await waitingForAdvisoryLock();
  return { erasure, proceed: () => commit.resolve() };
}

const waitingForAdvisoryLock = () =>
  eventually(async () => {
    const { rows } = await app.db.execute(sql`
      select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`);
    return rows.length > 0;
  });

const prove = () => proveRecord(app.db, []);

describe("a person's data", () => {
  test("is found by email address: names, phone numbers, subscriptions, and the role in each", async () => {
    const person = await app.as("admin").people.find({ email });
    expect(person.email).toBe(email.toLowerCase());
    expect(person.names).toEqual([{ value: "Ada Moreau", isShared: false }]);
    expect(person.phones).toEqual(["+32 2 555 01 00"]);
    expect(person.subscriptions).toMatchObject([
      { id: live, hasEnded: false, as: ["contact"] },
      { id: ended, hasEnded: true, as: ["contact"] },
    ]);
  });

  test("is exported completely, without what others wrote in the same rows, and the export is recorded", async () => {
    const { tables } = await app.as("admin").people.export(input);
    const content = JSON.stringify(tables);
    expect(Object.keys(tables).toSorted()).toEqual(
      expect.arrayContaining(["activity", "subscription_notes", "subscriptions"]),
    );
    expect(content).toContain("Ada Moreau");
    expect(content).not.toContain("Test operator");
    const [last] = (await app.as("viewer").activity.list({})).rows;
    expect(last).toMatchObject({ kind: "person.exported" });
    expect(JSON.stringify(last)).not.toContain("Moreau");
  });

  test("cannot be found, exported or erased by anyone but admins", async () => {
    const people = app.as("operator").people;
    await expect(people.find({ email })).rejects.toThrow(/role/);
    await expect(people.export(input)).rejects.toThrow(/role/);
    await expect(people.erase({ ...input, reason: "Asked to" })).rejects.toThrow(/role/);
  });

  test("is erased from all tables, and the audit trail verifies from inside and outside", async () => {
    const before = await tablesWith(email);
    expect(before).toEqual(expect.arrayContaining(["activity", "subscription_notes", "subscriptions"]));
    const done = await app.as("admin").people.erase({ ...input, reason: "They asked for it by mail" });
    expect(done.rows).toBeGreaterThan(5);
    expect(done.kept).toEqual([]);
    for (const text of [email, "Ada Moreau", "+32 2 555 01 00"]) expect(await tablesWith(text), text).toEqual([]);
    const proof = await prove();
    expect(proof).toMatchObject({ problems: [], erasures: 1 });
    expect(
      await verifyRecord(
        app.db,
        () => new Date(),
        () => false,
      ),
    ).toBe(true);
    expect((await readVerification(app.db)).found).toEqual([]);
    // What happened stays.
    const entries = await app.as("viewer").subscriptions.timeline({ id: live });
    expect(JSON.stringify(entries)).toContain("[erased]");
  });

  test("does not return from Microsoft for a subscription that has ended", async () => {
    await app.db.execute(
      sql`update subscriptions set purchaser_email = null, beneficiary_email = null where id = ${ended}`,
    );
    await app.as("operator").subscriptions.refresh({ subscriptionId: ended });
    const { rows } = await app.db.execute<{ name: string; purchaser_email: string | null }>(
      sql`select name, purchaser_email from subscriptions where id = ${ended}`,
    );
    expect(rows).toEqual([{ name: "For [erased]", purchaser_email: null }]);
  });

  test("stays as Microsoft's purchaser of a live subscription, and the result says so", async () => {
    const { rows } = await app.db.execute<{ email: string }>(
      sql`select purchaser_email as email from subscriptions where id = ${live}`,
    );
    const purchaser = rows[0]?.email ?? "";
    const done = await app.as("admin").people.erase({ email: purchaser, names: [], phones: [], reason: "Asked to" });
    expect(done.kept).toEqual([{ id: live, name: "Fabrikam stays" }]);
    expect((await prove()).problems).toEqual([]);
  });

  test("stays in the name of a live subscription that belongs to others, and the result says so", async () => {
    const named = await app.buyActive({ name: "Managed by Una Keeper" });
    await contact(named, { name: "Una Keeper", email: "una@fabrikam.example", company: "", phone: "" });
    const una = { email: "una@fabrikam.example", names: ["Una Keeper"], phones: [], reason: "Asked to" };
    const done = await app.as("admin").people.erase(una);
    expect(done.kept).toEqual([{ id: named, name: "Managed by Una Keeper" }]);
    await app.control(`subscriptions/${named}/unsubscribe`, {});
    await untilEnded(named);
    expect((await app.as("admin").people.erase(una)).kept).toEqual([]);
    expect(await tablesWith("Una Keeper")).toEqual([]);
  });

  test("of a staff member is erased only after they were blocked", async () => {
    const [tenantId, objectId] = [randomUUID(), randomUUID()];
    await app.db.execute(sql`
      insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
      values (${tenantId}, ${objectId}, 'Gone Colleague', 'gone@contoso.example', 'operator', now(), now())`);
    const gone = { email: "gone@contoso.example", names: ["Gone Colleague"], phones: [], reason: "Left the company" };
    await expect(app.as("admin").people.erase(gone)).rejects.toThrow(/can still sign in.*Block/);
    await app.as("admin").staff.disable({ tenantId, objectId, reason: "Left the company" });
    await app.as("admin").people.erase(gone);
    expect(await tablesWith("Gone Colleague")).toEqual([]);
    expect((await prove()).problems).toEqual([]);
  });

  test.each([
    ["an unknown address", { email: "nobody@nowhere.example", names: [], phones: [] }, /No data mentions this person/],
    ["no address", { email: "nobody", names: [], phones: [] }, /Enter an email address/],
    ["a name of two letters", { email, names: ["Al"], phones: [] }, /at least 3 characters/],
  ])("of %s is refused with a message", async (_what, given, words) => {
    await expect(app.as("admin").people.erase({ ...given, reason: "Asked to" })).rejects.toThrow(words);
  });

  test("is erased literally for unusual names: patterns, quotes, other scripts, and only the name itself", async () => {
    const odd = [".*", "a|b (c) [d] \\ $", `O'Brien "Bob"`, "東京 花子", "ÅSA ÖBERG"];
    const kept = "Another person, for comparison";
    await app.as("operator").subscriptions.addNote({ subscriptionId: live, text: kept });
    for (const [index, name] of odd.entries()) {
      const address = `odd${index}@fabrikam.example`;
      await contact(live, { name: `${name} Smith`, email: address, company: "Fabrikam", phone: "" });
      await app.as("admin").people.erase({ email: address, names: [`${name} smith`], phones: [], reason: "Asked to" });
      expect(await tablesWith(`${name} Smith`), name).toEqual([]);
    }
    expect(await tablesWith(kept)).toEqual(["subscription_notes"]);
    expect((await prove()).problems).toEqual([]);
  });
});

describe("the erasure of a person", () => {
  const erase = (address: string, names: string[] = [], phones: string[] = []) =>
    app.as("admin").people.erase({ email: address, names, phones, reason: "Asked to" });

  test("changes no plan, rule or colleague that only contains the name or the address", async () => {
    const id = await app.buyActive({ name: "Yearly", planId: "business-annual", quantity: 5 });
    await contact(id, { name: "Ann", email: "ann@contoso.example", company: "Contoso", phone: "" });
    await app.db.execute(sql`
      insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
      values (${randomUUID()}, ${randomUUID()}, 'Joann Miller', 'joann@contoso.example', 'operator', now(), now())`);
    await erase("ann@contoso.example", ["Ann"]);
    expect(await app.find(id)).toMatchObject({ planId: "business-annual", contact: null });
    const { rows } = await app.db.execute(sql`
      select name, email, (select count(*)::int from activity where kind like '%[erased]%') as kinds,
        (select count(*)::int from operations where plan_id like '%[erased]%') as plans
      from staff where email like '%ann@contoso.example'`);
    expect(rows).toEqual([{ name: "Joann Miller", email: "joann@contoso.example", kinds: 0, plans: 0 }]);
    expect((await prove()).problems).toEqual([]);
  });

  test("keeps the product's ids of usage, which it may report again", async () => {
    const address = "metered@fabrikam.example";
    await app.db.execute(sql`
      insert into usage_events (id, event_id, subscription_id, plan_id, dimension, quantity, occurred_at, hour, received_at, is_lost, source,
        reason, actor_kind, actor_name)
      values (${randomUUID()}::uuid, ${`${address} 1`}, ${live}, 'plan', 'storage', 1, now(), now(), now(), true, 'staff', ${`As told by ${address}`},
        'staff', 'Test operator')`);
    await erase(address);
    const { rows } = await app.db.execute(
      sql`select event_id, reason from usage_events where subscription_id = ${live}`,
    );
    expect(rows).toEqual([{ event_id: `${address} 1`, reason: "As told by [erased]" }]);
  });

  test("numbers names that are equal without the person, where names are unique", async () => {
    const admin = app.as("admin");
    const names = ["For Ida Falk", "For ida holm", "For [erased]", "For Ida Holm-Falk"];
    const endpoint = { address: "http://localhost:9/a", eventTypes: null, offerIds: null };
    const made = {
      api_keys: (name: string) => admin.keys.make({ name }),
      endpoints: (name: string) => admin.endpoints.create({ name, ...endpoint }),
      reason_codes: (name: string) => admin.reasons.add({ name, actions: ["cancel"] }),
      saved_views: (name: string) => admin.views.create({ name, filters: {} }),
    };
    for (const make of Object.values(made)) for (const name of names) await make(name);
    await erase("ida@fabrikam.example", ["Ida Falk", "Ida Holm", "Ida Holm-Falk"]);
    for (const table of Object.keys(made)) {
      const { rows } = await app.db.execute<{ name: string }>(
        sql`select name from ${sql.identifier(table)} where name like 'For %' order by name`,
      );
      expect(
        rows.map(({ name }) => name),
        table,
      ).toEqual(["For [erased]", "For [erased] 2", "For [erased] 3", "For [erased] 4"]);
    }
    expect((await prove()).problems).toEqual([]);
  });

  test("finds it as Microsoft's JSON may have it", async () => {
    const body = String.raw`{"id":"1","subscription":{"name":"For Zo\u00EB N\u00fa\u00f1ez","purchaser":{"emailId":"zoe\u002Bshop@fabrikam.example"}}}`;
    await app.db.execute(sql`
      insert into webhook_deliveries (id, received_at, outcome, body, body_sha256, headers)
      values (${randomUUID()}::uuid, now(), 'unprocessable', ${Buffer.from(body)}, 'x', '{}')`);
    const exported = await app.as("admin").people.export({ email: "zoe+shop@fabrikam.example", names: [], phones: [] });
    expect(JSON.stringify(exported.tables["webhook_deliveries"])).toContain("shop@fabrikam.example");
    await erase("zoe+shop@fabrikam.example", ["Zoë Núñez"]);
    const { rows } = await app.db.execute<{ body: string }>(
      sql`select convert_from(body, 'UTF8') as body from webhook_deliveries where body_sha256 = 'x'`,
    );
    expect(rows).toEqual([
      { body: '{"id":"1","subscription":{"name":"For [erased]","purchaser":{"emailId":"[erased]"}}}' },
    ]);
  });

  test("includes a contact with the person's name and a shared mailbox, and leaves no part of a longer name", async () => {
    const id = await app.buyActive({ name: "With a shared mailbox" });
    await contact(id, {
      name: "Ada Lovelace",
      email: "team@fabrikam.example",
      company: "Fabrikam",
      phone: "+44 20 555 01 77",
    });
    await erase("lovelace@fabrikam.example", ["Ada", "Ada Lovelace"], ["+44 20 555 01 77"]);
    expect((await app.find(id))?.contact).toMatchObject({
      name: "[erased]",
      email: "team@fabrikam.example",
      company: "Fabrikam",
      phone: "[erased]",
    });
    expect(await tablesWith("Lovelace")).toEqual([]);
  });

  test("of each of two people that one entry names leaves a record that verifies, and so does their contact's retention", async () => {
    const id = await app.buyActive({ name: "Named two people" });
    await contact(id, { name: "Mia Berg", email: "berg@fabrikam.example", company: "Berg & Falk", phone: "" });
    await app.as("operator").subscriptions.addNote({ subscriptionId: id, text: "Berg and Tom Falk of Berg & Falk" });
    await erase("falk@fabrikam.example", ["Tom Falk"]);
    await erase("berg@fabrikam.example", ["Mia Berg"]);
    expect((await prove()).problems).toEqual([]);
    await contact(id, { name: "Office", email: "office@fabrikam.example", company: "Berg & Falk", phone: "" });
    await retainAfterAYear(id);
    expect((await prove()).problems).toEqual([]);
  });
});

test("a customer's listing that is derived during the erasure does not keep the person's name", async () => {
  const address = "during@fabrikam.example";
  await contact(live, { name: "Grace Hopkins", email: address, company: "Hopkins Ltd", phone: "" });
  const [deriving, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const derivation = app.db.transaction(async (tx) => {
    await lockDerivations(tx);
    await deriveCustomersOf(tx, [live], new Date());
    deriving.resolve();
    await commit.promise;
  });
  await deriving.promise;
  const erasure = app
    .as("admin")
    .people.erase({ email: address, names: ["Grace Hopkins"], phones: [], reason: "Asked to" });
  await waitingForAdvisoryLock();
  commit.resolve();
  await Promise.all([derivation, erasure]);
  expect(await tablesWith("Grace Hopkins")).toEqual([]);
});

describe("a message that is being sent during the erasure", () => {
  const name = "Lena Wayfarer";
  const address = "lena@fabrikam.example";
  let server: ScriptedServer;
  let endpoint: string;
  beforeAll(async () => {
    server = await startScriptedServer();
    ({ id: endpoint } = await app.as("admin").endpoints.create({
      name: "Answers late",
      address: `${server.url}/hooks`,
      eventTypes: null,
      offerIds: null,
    }));
  });
  afterAll(() => server.stop());

  /** A message that names the person has been sent, and is answered, naming the person again, when the test says so. */
  async function sendMessage(): Promise<{ answerIt: () => Promise<{ request: unknown; answer: unknown }> }> {
    const release = Promise.withResolvers<void>();
    server.always((request, response) => {
      void release.promise.then(() => answer(200, { thanks: name })(request, response));
    });
    const before = server.requests.length;
    await contact(live, { name, email: address, company: "Wayfarer", phone: "" });
    await eventually(() => Promise.resolve(server.requests.slice(before).some(({ body }) => body.includes(name))));
    const attempts = async () => {
      const { rows } = await app.db.execute<{ request: unknown; answer: unknown }>(sql`
        select a.request, a.answer from outbox_attempts a join outbox_messages m on m.id = a.message
        where m.receiver_id = ${endpoint}::uuid and m.type = 'subscription.contact_given' order by a.id`);
      return rows;
    };
    const stored = (await attempts()).length;
    return {
      answerIt: async () => {
        release.resolve();
        await eventually(async () => (await attempts()).length > stored);
        const [attempt] = (await attempts()).slice(stored);
        return attempt ?? { request: null, answer: null };
      },
    };
  }
  const erase = () => app.as("admin").people.erase({ email: address, names: [name], phones: [], reason: "Asked to" });

  test("is stored without what was sent if its result comes after the erasure", async () => {
    const { answerIt } = await sendMessage();
    await erase();
    expect(await answerIt()).toEqual({ request: null, answer: null });
    expect(await tablesWith(name)).toEqual([]);
  });

  test("is erased too if its result comes between the search and the erasure", async () => {
    const { answerIt } = await sendMessage();
    const { erasure, proceed } = await searchedOnly(erase);
    expect(JSON.stringify(await answerIt())).toContain(name);
    proceed();
    await erasure;
    expect(await tablesWith(name)).toEqual([]);
  });

  test("keeps what was sent if no one is erased", async () => {
    const { answerIt } = await sendMessage();
    expect(JSON.stringify(await answerIt())).toContain(name);
    await erase();
    expect(await tablesWith(name)).toEqual([]);
  });
});

describe("what is written about a person during the erasure", () => {
  const name = "Nora Latecomer";
  const address = "nora@fabrikam.example";
  let id: string;
  let erasure: Promise<unknown>;
  beforeAll(async () => {
    id = await app.buyActive({ name: "Written about during the erasure" });
  });

  /** The person has been found and is not erased yet, until the returned function is called. */
  async function stopBeforeErasing(): Promise<() => void> {
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: `Asked for by ${name}` });
    const people = app.as("admin").people;
    const searched = await searchedOnly(() =>
      people.erase({ email: address, names: [name], phones: [], reason: `${name} asked to` }),
    );
    erasure = searched.erasure;
    return searched.proceed;
  }

  async function expectErased(): Promise<void> {
    const { rows } = await app.db.execute(sql`
      select from activity where concat_ws(' ', summary, after) ilike ${`%${name}%`} or kind <> 'person.erased' and reason ilike ${`%${name}%`}`);
    expect(rows).toEqual([]);
    // Why the person was erased stays.
    expect(await tablesWith(name)).toEqual(["activity"]);
    expect((await prove()).problems).toEqual([]);
    await app.db.execute(
      sql`update subscriptions set hold_at = null, hold_by = null, hold_reason = null where id = ${id}`,
    );
  }

  test("is erased too: a note, the reason of a change, and a contact", async () => {
    const erase = await stopBeforeErasing();
    const { subscriptions } = app.as("operator");
    await subscriptions.addNote({ subscriptionId: id, text: `${name} called again` });
    await subscriptions.reinstate({ subscriptionId: id, reason: `${name} has paid` });
    await contact(id, { name, email: address, company: "Latecomers", phone: "" });
    erase();
    await erasure;
    await expectErased();
  });

  test("is erased too if it is committed after the erasure", async () => {
    const erase = await stopBeforeErasing();
    await app.db.transaction(async (tx) => {
      await record(tx, { kind: "system", name: "Marketdesk" }, new Date(), [
        { subscriptionId: id, kind: "subscription.held", summary: "Access suspended", reason: `${name} did not pay` },
      ]);
      erase();
      const { rows: found } = await tx.execute(sql`select from activity where kind = 'person.erased'`);
      await eventually(async () => {
        const { rows: now } = await app.db.execute(sql`select from activity where kind = 'person.erased'`);
        return now.length > found.length;
      });
    });
    await erasure;
    await expectErased();
  });
});

test("what was written between the search and the erasure of a person stays", async () => {
  const address = "changing@fabrikam.example";
  const id = await app.buyActive({ name: "Changes during the erasure" });
  await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: `Asked for by ${address}` });
  const answersOf = (answer: string) => JSON.stringify([{ id: "region", question: "Region", answer }]);
  await app.db.execute(sql`update subscriptions set answers = ${answersOf(address)}::jsonb where id = ${id}`);
  const writing = await app.db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`
      update subscriptions set hold_reason = null, hold_by = null, hold_at = null,
        answers = ${answersOf("Newer")}::jsonb where id = ${id} returning pg_backend_pid() as pid`);
    const erasure = app.as("admin").people.erase({ email: address, names: [], phones: [], reason: "Asked to" });
    await eventually(async () => {
      const waiting = await app.db.execute(sql`
        select from pg_stat_activity where ${rows[0]?.pid}::int = any(pg_blocking_pids(pid))`);
      return waiting.rows.length > 0;
    });
    return { erasure };
  });
  await writing.erasure;
  const { rows } = await app.db.execute(
    sql`select hold_reason, answers->0->>'answer' as answer from subscriptions where id = ${id}`,
  );
  expect(rows).toEqual([{ hold_reason: null, answer: "Newer" }]);
  expect(await tablesWith(address)).toEqual([]);
  expect((await prove()).problems).toEqual([]);
});

describe("a visit that waits for an email, whose address is encrypted", () => {
  // Tokens of visits this old are no longer tried: the app does that each minute, and would delete what Microsoft does not know.
  const now = () => new Date(Date.now() - 30 * 3_600_000);
  const wait = (address: string) =>
    awaitVisit(
      { db: app.db, now, secret: testSecret },
      { purchaseToken: `token for ${address}`, email: address, language: "en" },
    );
  const person = (address: string) => ({ email: address, names: [], phones: [] });

  test("is exported and erased with the person, in any spelling, and no one else's", async () => {
    await wait("Wanda@fabrikam.example");
    await wait("joan.wanda@fabrikam.example");
    const exported = await app.as("admin").people.export(person("wanda@FABRIKAM.example"));
    expect(exported.tables["awaited_visits"]).toEqual([{ id: expect.any(String), created_at: expect.any(String) }]);
    const erased = await app.as("admin").people.erase({ ...person("wanda@fabrikam.example"), reason: "By mail" });
    expect(erased.rows).toBe(1);
    expect(await app.db.$count(awaitedVisits)).toBe(1);
    await expect(app.as("admin").people.export(person("wanda@fabrikam.example"))).resolves.toMatchObject({
      tables: {},
    });
    await app.as("admin").people.erase({ ...person("joan.wanda@fabrikam.example"), reason: "By mail" });
    expect(await app.db.$count(awaitedVisits)).toBe(0);
  });

  test("has a hash with a key, so that a guess of the address proves nothing", async () => {
    await wait("guessed@fabrikam.example");
    const [kept] = await app.db.select().from(awaitedVisits);
    const guess = createHash("sha256").update("guessed@fabrikam.example").digest("base64url");
    expect(kept?.addressHash).toMatch(/^[\w-]{43}$/);
    expect(kept?.addressHash).not.toBe(guess);
    await app.as("admin").people.erase({ ...person("guessed@fabrikam.example"), reason: "By mail" });
    expect(await app.db.$count(awaitedVisits)).toBe(0);
  });

  test("is the one of the address that was given last for the same purchase", async () => {
    const visit = { db: app.db, now, secret: testSecret };
    await awaitVisit(visit, { purchaseToken: "same", email: "first@fabrikam.example", language: "en" });
    await awaitVisit(visit, { purchaseToken: "same", email: "second@fabrikam.example", language: "en" });
    const erase = (address: string) => app.as("admin").people.erase({ ...person(address), reason: "By mail" });
    await expect(erase("first@fabrikam.example")).rejects.toThrow("No data mentions this person");
    expect((await erase("second@fabrikam.example")).rows).toBe(1);
  });
});

describe("retention of contacts", () => {
  describe("erases notes about the customer", () => {
    const given = { name: "Nora Note", email: "nora@note.example", company: "Noted Ltd", phone: "+1 555 0199" };
    async function customerOf(id: string): Promise<string> {
      const { rows } = await app.db.execute<{ key: string }>(
        sql`select ${customerKey} as key from subscriptions where id = ${id}`,
      );
      return rows[0]?.key ?? "";
    }
    /** Two subscriptions of one customer, and a note about it. */
    async function twoOfOne(purchaser: string) {
      const ids = [
        await app.buyActive({ name: "First of Note", purchaser }),
        await app.buyActive({ name: "Second of Note", purchaser }),
      ];
      for (const id of ids) await contact(id, given);
      const customerId = await customerOf(ids[0] ?? "");
      const note = await app
        .as("operator")
        .customers.addNote({ customerId, text: "Nora Note (nora@note.example) called" });
      return { ids, note, customerId };
    }
    const textOf = async (entry: string) =>
      (await app.db.execute<{ reason: string }>(sql`select reason from activity where id = ${entry}::uuid`)).rows[0]
        ?.reason;

    test("once no subscription of the customer has the contact", async () => {
      const { ids, note } = await twoOfOne("ada");
      const [first = "", second = ""] = ids;
      await retainAfterAYear(first);
      expect(await textOf(note.id)).toBe("Nora Note (nora@note.example) called");
      await retainAfterAYear(second);
      expect(await textOf(note.id)).toBe("[erased] ([erased]) called");
      expect((await prove()).problems).toEqual([]);
    });

    test("that was merged into another one, and those of the other", async () => {
      const one = await twoOfOne("ada");
      const into = await twoOfOne("cleo");
      await app.db.execute(sql`update customers set merged_into = ${into.customerId} where id = ${one.customerId}`);
      await retainAfterAYear(...one.ids, ...into.ids);
      for (const { note } of [one, into]) expect(await textOf(note.id)).toBe("[erased] ([erased]) called");
      await app.db.execute(sql`update customers set merged_into = null where id = ${one.customerId}`);
      expect((await prove()).problems).toEqual([]);
    });
  });

  test("erases the contact from the audit trail too, which still verifies", async () => {
    const id = await app.buyActive({ name: "Ends and is old" });
    await contact(id, { name: "Old Contact", email: "old@fabrikam.example", company: "Old Company", phone: "12345" });
    expect(await tablesWith("Old Contact")).toEqual(expect.arrayContaining(["activity", "subscriptions"]));
    expect(await retainAfterAYear(id)).toMatchObject({ contacts: 1 });
    for (const text of ["Old Contact", "old@fabrikam.example", "Old Company"]) {
      expect(await tablesWith(text), text).toEqual([]);
    }
    expect((await prove()).problems).toEqual([]);
  });
});

/** Subscriptions that ended more than a year ago, and the retention that follows. */
async function retainAfterAYear(...ids: string[]) {
  for (const id of ids) {
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await untilEnded(id);
    await app.db.execute(sql`update subscriptions set status_since = now() - interval '400 days' where id = ${id}`);
  }
  const actor = { kind: "system" as const, name: "Marketdesk" };
  return applyRetention({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet, actor });
}

const addWrittenMail = (subscriptionId: string, id: string, body: string) =>
  app.db.execute(sql`
    insert into customer_mails (id, subscription_id, recipient, language, subject, body, written_by_name, written_at)
    values (${id}::uuid, ${subscriptionId}, 'cara@fabrikam.example', 'en', 'Welcome', ${body}, 'Test operator', now())`);

test("the retention of contacts deletes emails to the contact, and answers that staff gave without a contact", async () => {
  const written = await app.buyActive({ name: "Ends after a mail" });
  await contact(written, { name: "Cara Moreau", email: "cara@fabrikam.example", company: "Fabrikam", phone: "" });
  await addWrittenMail(written, randomUUID(), "Hello Cara Moreau");
  const answered = await app.buyActive({ name: "Ends with answers only" });
  const answers = [{ key: "team", label: "Team", type: "text", answer: "Team of Dora Berg" }];
  await app.db.execute(
    sql`update subscriptions set answers = ${JSON.stringify(answers)}::jsonb where id = ${answered}`,
  );
  expect(await tablesWith("Dora Berg")).toEqual(["subscriptions"]);
  expect(await tablesWith("Cara Moreau")).toEqual(expect.arrayContaining(["customer_mails", "subscriptions"]));
  expect(await retainAfterAYear(written, answered)).toMatchObject({ contacts: 2 });
  for (const text of ["Cara Moreau", "cara@fabrikam.example", "Dora Berg"])
    expect(await tablesWith(text), text).toEqual([]);
  expect((await prove()).problems).toEqual([]);
});

test("the retention of messages deletes what staff wrote in them, and nothing that is younger", async () => {
  const id = await app.buyActive({ name: "Has mails" });
  const [old, young] = [randomUUID(), randomUUID()];
  await addWrittenMail(id, old, "Written long ago");
  await addWrittenMail(id, young, "Written today");
  for (const [message, days] of [
    [old, 400],
    [young, 0],
  ] as const)
    await app.db.execute(sql`
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at, ended_at)
      select id, ${id}, ${message}::uuid, ${`written ${message}`}, ${writtenMailType}, ${id}, 'delivered',
        now() - make_interval(days => ${days}), now() from outbox_receivers limit 1`);
  expect(await retainAfterAYear()).toMatchObject({ messages: 1 });
  expect(await tablesWith("Written long ago")).toEqual([]);
  expect(await tablesWith("Written today")).toEqual(["customer_mails"]);
});

test("the retention of contacts keeps words that only contain a contact's company or name", async () => {
  const id = await app.buyActive({ name: "Ends and has a short company" });
  await contact(id, { name: "Art Ito", email: "art@fabrikam.example", company: "IT", phone: "" });
  await app
    .as("operator")
    .subscriptions.addNote({ subscriptionId: id, text: "The quantity of it starts with Art Ito" });
  await app.as("operator").subscriptions.addNote({ subscriptionId: id, text: "Only the quantity" });
  await retainAfterAYear(id);
  const notes = await app.db.execute(sql`
    select n.text from subscription_notes n join activity a on a.id = n.id where a.subscription_id = ${id} order by a.id`);
  expect(notes.rows).toEqual([{ text: "The quantity of it starts with [erased]" }, { text: "Only the quantity" }]);
  expect(await tablesWith("Art Ito")).toEqual([]);
  expect((await prove()).problems).toEqual([]);
});

test("the retention of contacts erases what was written about them outside of the audit trail", async () => {
  const id = await app.buyActive({ name: "Ends after much was written" });
  await contact(id, { name: "Dora Weber", email: "dora@fabrikam.example", company: "Dora Weber & Sons", phone: "" });
  const words = "Asked for by Dora Weber of Dora Weber & Sons";
  await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: words });
  await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: words });
  await app.db.execute(
    sql`update operations set actor_name = 'Dora Weber' where subscription_id = ${id} and reason = ${words}`,
  );
  await app.db.execute(sql`
    insert into outbox_receivers (id, kind, state, state_since) values (${mailReceiverId}::uuid, 'mail', 'active', now())
    on conflict (id) do update set state = 'active', state_reason = null`);
  const { id: run } = await app
    .as("operator")
    .bulk.plan({ action: { kind: "write", template: "active" }, target: { ids: [id] } });
  const planned = await app.db.execute<{ plan: string }>(sql`select plan from bulk_rows where run_id = ${run}::uuid`);
  expect(planned.rows).toEqual([{ plan: expect.stringContaining("dora@fabrikam.example") }]);
  await retainAfterAYear(id);
  for (const text of ["Dora", "Weber", "Sons", "dora@fabrikam.example"])
    expect(await tablesWith(text), text).toEqual([]);
  expect((await prove()).problems).toEqual([]);
});

test("all reasons that are kept with a subscription are among the copies of a contact", async () => {
  const named = (await personTables(app.db)).flatMap(({ name, columns }) =>
    columns
      .filter((column) => /(^|_)reason$/.test(column.name) && columns.some((one) => one.name === "subscription_id"))
      .map((column) => `${name}.${column.name}`),
  );
  const copies = Object.entries(contactCopies).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`),
  );
  // The audit trail is erased itself, and usage has a retention of its own.
  expect(named.filter((one) => !copies.includes(one))).toEqual(["activity.reason", "usage_events.reason"]);
});

describe("npm run person", () => {
  const command = (env: Record<string, string>, ...args: string[]) =>
    runCommand("person", args, { DATABASE_URL: app.databaseUrl, SESSION_SECRET: testSecret, ...env });

  test("finds, exports and erases like the dashboard", async () => {
    await contact(live, { name: "Cli Person", email: "cli@fabrikam.example", company: "Fabrikam", phone: "" });
    const found = await command({}, "find", "cli@fabrikam.example");
    expect(JSON.parse(found.output)).toMatchObject({ names: [{ value: "Cli Person" }] });
    const exported = await command({}, "export", "cli@fabrikam.example", "--name", "Cli Person");
    expect(exported.output).toContain("Cli Person");
    const erased = await command({}, "erase", "cli@fabrikam.example", "--name", "Cli Person", "--reason", "Asked to");
    expect(erased).toMatchObject({ code: 0, output: expect.stringMatching(/^Erased in \d+ rows/) });
    expect(await tablesWith("Cli Person")).toEqual([]);
  });

  test("refuses another SESSION_SECRET, with which not all would be found", async () => {
    const answer = await command(
      { SESSION_SECRET: "another secret, which no instance of this one has" },
      "export",
      "cli@fabrikam.example",
    );
    expect(answer).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Set SESSION_SECRET as for the instances/),
    });
  });

  test.each([
    ["has no tables", () => app.databaseUrl.replace(/\/[^/]*$/, "/postgres"), /does not have Marketdesk's tables/],
    ["is not reached", () => "postgres://nobody:nothing@127.0.0.1:9/none", /ECONNREFUSED|There is no database/],
    ["refuses the password", () => app.databaseUrl.replace(/\/\/[^@]*@/, "//nobody:nothing@"), /./],
  ])("C7: does not print the address when the database %s", async (_, url, words) => {
    const answer = await command({ DATABASE_URL: url() }, "find", "canary.person@fabrikam.example");
    expect(answer.code).toBe(1);
    expect(answer.output).toMatch(words);
    expect(answer.output).not.toMatch(/canary|select /i);
  });

  test.each([
    [[], /Usage: npm run person/],
    [["erase", "cli@fabrikam.example"], /reason/],
    [["find", "not an address"], /Enter an email address/],
  ])("says what is missing: %j", async (args, words) => {
    const answer = await command({}, ...args);
    expect(answer.code).toBe(1);
    expect(answer.output).toMatch(words);
  });
});

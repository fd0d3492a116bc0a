/** What staff keep with a subscription: owner, tags, follow-up, notes; and finding it by them. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Day, dayFrom } from "../../shared/day.ts";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let id: string;
let other: string;

beforeAll(async () => {
  app = await startTestApp();
  id = await app.buyActive({ name: "Fabrikam" });
  other = await app.buyActive({ name: "Northwind", purchaser: "reseller", beneficiary: "cleo" });
});
afterAll(() => app?.stop());

const operator = () => app.as("operator").subscriptions;
const get = () => app.as("viewer").subscriptions.get({ id });
const timeline = async () => (await app.as("viewer").subscriptions.timeline({ id })).rows;
const listed = async (filters: SubscriptionFilters, role: "viewer" | "operator" = "viewer") =>
  (await app.as(role).subscriptions.list(filters)).rows.map((row) => row.id);

describe("the owner of a subscription", () => {
  test("is assigned and unassigned, and each is recorded once", async () => {
    await operator().assignOwner({ subscriptionId: id, owner: "me" });
    await operator().assignOwner({ subscriptionId: id, owner: "me" });
    expect(await get()).toMatchObject({ ownerName: "Test operator", isMine: false });
    expect(await operator().get({ id })).toMatchObject({ isMine: true });
    expect(await listed({ owner: "me" }, "operator")).toEqual([id]);
    expect(await listed({ owner: "me" })).toEqual([]);
    expect(await listed({ owner: "none" })).toEqual([other]);
    const { owners } = await app.as("viewer").subscriptions.facets();
    expect(owners).toEqual([{ id: "tenant:operator", name: "Test operator" }]);
    expect(await listed({ owner: owners[0]?.id })).toEqual([id]);
    await operator().assignOwner({ subscriptionId: id, owner: null });
    expect(await get()).toMatchObject({ ownerName: null });
    const ownerChanges = (await timeline()).filter((entry) => entry.kind === "subscription.owner_changed");
    expect(ownerChanges).toMatchObject([
      { before: { owner: "Test operator" }, after: { owner: null } },
      { before: { owner: null }, after: { owner: "Test operator" }, actor: { name: "Test operator" } },
    ]);
  });

  test("can be a colleague who can act, and no one else", async () => {
    const at = new Date();
    const person = { tenantId: "tenant", firstSeenAt: at, lastSignInAt: at };
    await app.db.insert(staff).values([
      { ...person, objectId: "grace", name: "Grace", role: "operator" },
      { ...person, objectId: "vic", name: "Vic", role: "viewer" },
      {
        ...person,
        objectId: "ousted",
        name: "Ousted",
        role: "admin",
        disabledAt: at,
        disabledBy: "A",
        disabledReason: "B",
      },
    ]);
    expect(await app.as("viewer").subscriptions.possibleOwners()).toEqual([{ id: "tenant:grace", name: "Grace" }]);
    await operator().assignOwner({ subscriptionId: id, owner: "tenant:grace" });
    expect(await get()).toMatchObject({ ownerName: "Grace", isMine: false });
    // Undo says what it replaces, and a colleague's later change is not undone.
    const undo = { subscriptionId: id, owner: null, seenOwner: "me" };
    await expect(operator().assignOwner(undo)).rejects.toThrow("it is Grace now. Nothing was changed.");
    expect(await get()).toMatchObject({ ownerName: "Grace" });
    await operator().assignOwner({ ...undo, seenOwner: "tenant:grace" });
    await expect(operator().assignOwner({ ...undo, owner: "me", seenOwner: "tenant:grace" })).rejects.toThrow(
      "it is no one now. Nothing was changed.",
    );
    await operator().assignOwner({ ...undo, owner: "tenant:grace", seenOwner: null });
    expect(await get()).toMatchObject({ ownerName: "Grace" });
    for (const owner of ["tenant:vic", "tenant:ousted", "tenant:unknown", "nonsense"])
      await expect(operator().assignOwner({ subscriptionId: id, owner }), owner).rejects.toThrow(
        "This colleague can no longer own subscriptions.",
      );
    await operator().assignOwner({ subscriptionId: id, owner: null });
    await app.db.execute(sql`delete from staff`);
  });
});

describe("tags", () => {
  test("are added and removed together, and found by the filter", async () => {
    expect(await operator().changeTags({ subscriptionId: id, add: [" VIP ", "vip", "pilot"], remove: [] })).toEqual({
      tags: ["pilot", "vip"],
    });
    expect(await listed({ tag: "VIP" })).toEqual([id]);
    expect(await operator().changeTags({ subscriptionId: id, add: [], remove: ["pilot", "not there"] })).toEqual({
      tags: ["vip"],
    });
    expect((await app.as("viewer").subscriptions.facets()).tags).toEqual(["vip"]);
    expect((await timeline())[0]).toMatchObject({
      summary: "Tags removed: pilot",
      before: { tags: ["pilot", "vip"] },
      after: { tags: ["vip"] },
    });
  });

  test("of two people at the same time are both kept", async () => {
    await Promise.all(
      ["one", "two", "three"].map((tag) => operator().changeTags({ subscriptionId: other, add: [tag], remove: [] })),
    );
    expect((await app.as("viewer").subscriptions.get({ id: other })).tags).toEqual(["one", "three", "two"]);
  });

  test.each([
    [["a, b"], "Start a tag with a letter or digit, and use only letters, digits, spaces and . _ / -"],
    [["=cmd"], "Start a tag with a letter or digit"],
    [["x".repeat(41)], "Keep a tag under 40 characters."],
    [[" "], "Enter a tag."],
    [Array.from({ length: 20 }, (_, n) => `tag ${n}`), "A subscription can have at most 20 tags. Remove a tag first."],
  ])("named %j are refused with a message", async (add, message) => {
    await expect(operator().changeTags({ subscriptionId: id, add, remove: [] })).rejects.toThrow(message);
  });
});

describe("the follow-up", () => {
  test("is a future day, found when it is due, and can be removed", async () => {
    const today = new Date().toISOString().slice(0, 10);
    await operator().setFollowUp({ subscriptionId: id, on: "2999-01-01" });
    expect(await get()).toMatchObject({ followUpOn: "2999-01-01" });
    expect(await listed({ followUp: "set" })).toEqual([id]);
    expect(await listed({ followUp: "due" })).toEqual([]);
    await operator().setFollowUp({ subscriptionId: id, on: today });
    expect(await listed({ followUp: "due" })).toEqual([id]);
    // A colleague's later day is not removed by "Done", nor by Undo.
    const done = { subscriptionId: id, on: null, seenOn: "2999-01-01" };
    await expect(operator().setFollowUp(done)).rejects.toThrow("The follow-up has been changed since.");
    await expect(operator().setFollowUp({ ...done, on: "2999-01-01", seenOn: null })).rejects.toThrow(
      "Nothing was changed.",
    );
    expect(await get()).toMatchObject({ followUpOn: today });
    await operator().setFollowUp({ ...done, seenOn: today });
    expect(await listed({ followUp: "set" })).toEqual([]);
    await expect(operator().setFollowUp({ subscriptionId: id, on: "2020-01-01" })).rejects.toThrow(
      "Choose today or a later day.",
    );
    await expect(operator().setFollowUp({ subscriptionId: id, on: "soon" })).rejects.toThrow("Choose a day.");
  });
});

describe("notes", () => {
  test("appear on the timeline with their author, are found in the audit trail, and cannot be changed", async () => {
    const text = "Called Ada.\nShe wants <b>more</b> seats in May.";
    const { id: noteId } = await operator().addNote({ subscriptionId: id, text });
    expect((await timeline())[0]).toMatchObject({
      id: noteId,
      kind: "subscription.note_added",
      note: text,
      actor: { kind: "staff", name: "Test operator" },
    });
    expect((await app.as("viewer").activity.list({ q: "more</b> seats" })).rows).toMatchObject([{ id: noteId }]);
    for (const change of [`update subscription_notes set text = 'x'`, "delete from subscription_notes"]) {
      await expect(app.db.execute(sql.raw(change))).rejects.toMatchObject({
        cause: { message: "subscription_notes is append-only" },
      });
    }
  });

  test("are edited by their author, and the timeline keeps what they said before", async () => {
    const { id: noteId } = await operator().addNote({ subscriptionId: id, text: "Wants 40 seats" });
    const first = await operator().timeline({ id });
    expect(first.notes[noteId]).toEqual({ version: noteId, isOwn: true, editedAt: null, earlier: [], mentions: [] });
    const edited = await app
      .as("operator")
      .notes.edit({ noteId, seenVersion: noteId, text: "Wants 50 seats, see https://tickets.example/7" });
    const length = first.rows.length;
    const { rows, notes } = await operator().timeline({ id });
    expect(rows).toHaveLength(length);
    expect(rows.find((row) => row.id === noteId)?.note).toBe("Wants 50 seats, see https://tickets.example/7");
    expect(notes[noteId]).toMatchObject({ version: edited.id, earlier: [{ text: "Wants 40 seats" }] });
    expect((await app.as("viewer").subscriptions.timeline({ id })).notes[noteId]?.isOwn).toBe(false);
    const found = await app.as("viewer").activity.list({ q: "wants seats" });
    const versions = found.rows.filter((row) => row.id >= noteId);
    expect(versions.map((row) => [row.id, row.summary, row.note])).toEqual([
      [edited.id, "Note edited", "Wants 50 seats, see https://tickets.example/7"],
      [noteId, "Note", "Wants 40 seats"],
    ]);
    await expect(app.as("admin").notes.edit({ noteId, seenVersion: edited.id, text: "No" })).rejects.toThrow(
      "Only the person who wrote a note can edit it.",
    );
    const edit = app.as("operator").notes.edit;
    await expect(edit({ noteId, seenVersion: noteId, text: "Wants 60" })).rejects.toThrow("has been edited since");
    await expect(edit({ noteId: edited.id, seenVersion: edited.id, text: "Wants 60" })).rejects.toThrow(
      "There is no note with this ID.",
    );
    let { id: seenVersion } = await edit({ noteId, seenVersion: edited.id, text: "Wants 60" });
    const last = (await operator().timeline({ id })).notes[noteId];
    expect(last?.earlier.map(({ text }) => text)).toEqual([
      "Wants 50 seats, see https://tickets.example/7",
      "Wants 40 seats",
    ]);
    for (let time = 3; time <= 20; time += 1) {
      ({ id: seenVersion } = await edit({ noteId, seenVersion, text: `Wants ${time}` }));
    }
    await expect(edit({ noteId, seenVersion, text: "Wants 21" })).rejects.toThrow("can be edited 20 times");
  });

  test("about a customer are edited in the same way", async () => {
    const { customer } = await get();
    const { id: noteId } = await app
      .as("operator")
      .customers.addNote({ customerId: customer.id, text: "Calls on Fridays" });
    const edited = await app.as("operator").notes.edit({ noteId, seenVersion: noteId, text: "Calls on Mondays" });
    const { rows, notes } = await app.as("operator").customers.timeline({ id: customer.id, what: "notes" });
    expect(rows.filter(({ customerId }) => customerId !== null).map(({ note }) => note)).toEqual(["Calls on Mondays"]);
    expect(notes[noteId]).toMatchObject({ version: edited.id, isOwn: true, earlier: [{ text: "Calls on Fridays" }] });
    await expect(
      app.as("operator").notes.edit({ noteId, seenVersion: noteId, text: "Calls on Tuesdays" }),
    ).rejects.toThrow("has been edited since");
  });

  test("that mention a colleague wait for that colleague to read them", async () => {
    const at = new Date();
    const colleagues = ["grace", "away"].map((objectId) => ({
      tenantId: "tenant",
      objectId,
      name: `Colleague ${objectId}`,
      role: "operator" as const,
      firstSeenAt: at,
      lastSignInAt: at,
      accessLostAt: objectId === "away" ? at : null,
    }));
    await app.db.insert(staff).values(colleagues);
    const grace = { id: "tenant:grace", name: "Colleague grace", email: "", role: "operator" as const };
    const asGrace = app.as("operator", { staff: grace });
    const mentions = [grace.id];
    const { id: noteId } = await operator().addNote({
      subscriptionId: id,
      text: "@Colleague grace: call Ada",
      mentions,
    });
    const { customer } = await get();
    const text = "@Colleague grace: who is the new CFO?";
    await app.as("operator").customers.addNote({ customerId: customer.id, text, mentions });
    const waiting = async () =>
      (await asGrace.needs.list({ mine: true })).needs.filter(({ kind }) => kind === "mention");
    const needs = await waiting();
    expect(needs).toMatchObject([
      {
        what: expect.stringContaining("Test operator mentioned Colleague grace in a note"),
        rule: expect.stringContaining("@Colleague grace: call Ada"),
        subscriptionId: id,
        note: { id: noteId, forId: grace.id, customerId: null },
      },
      { subscriptionId: null, note: { forId: grace.id, customerId: customer.id } },
    ]);
    expect((await operator().timeline({ id })).notes[noteId]?.mentions).toEqual([
      { name: "Colleague grace", isRead: false },
    ]);
    const needId = needs[0]?.id ?? "";
    await expect(app.as("operator").notes.read({ id: needId, isRead: true })).rejects.toThrow("does not mention you");
    await asGrace.notes.read({ id: needId, isRead: true });
    expect(await waiting()).toHaveLength(1);
    // An edit that mentions the same person does not wait again.
    await app
      .as("operator")
      .notes.edit({ noteId, seenVersion: noteId, text: "@Colleague grace: call Ada today", mentions });
    expect(await waiting()).toHaveLength(1);
    expect((await operator().timeline({ id })).notes[noteId]?.mentions).toEqual([
      { name: "Colleague grace", isRead: true },
    ]);
    await asGrace.notes.read({ id: needId, isRead: false });
    expect(await waiting()).toHaveLength(2);
    // The need says what the note says now, and ends when the note no longer mentions its reader.
    const edit = async (text: string, mentioned: string[]) => {
      const { notes } = await operator().timeline({ id });
      const seenVersion = notes[noteId]?.version ?? "";
      await app.as("operator").notes.edit({ noteId, seenVersion, text, mentions: mentioned });
    };
    await edit("@Colleague grace: call Ada on Friday", mentions);
    expect((await waiting()).find(({ note }) => note?.id === noteId)?.rule).toContain("call Ada on Friday");
    await edit("Ada has called", []);
    expect(await waiting()).toHaveLength(1);
    expect((await operator().timeline({ id })).notes[noteId]?.mentions).toEqual([]);
    await edit("@Colleague grace: Ada has called", mentions);
    expect(await waiting()).toHaveLength(2);
    // Someone who is only a viewer now could not mark it as read.
    await app.db.execute(sql`update staff set role = 'viewer' where object_id = 'grace'`);
    expect(await waiting()).toEqual([]);
    await app.db.execute(sql`update staff set role = 'operator' where object_id = 'grace'`);
    await expect(
      operator().addNote({ subscriptionId: id, text: "@Colleague away", mentions: ["tenant:away"] }),
    ).rejects.toThrow("no longer has access");
  });

  test("are refused with a message if empty, too long, or without a subscription", async () => {
    await expect(operator().addNote({ subscriptionId: id, text: "  " })).rejects.toThrow("Write a note.");
    await expect(operator().addNote({ subscriptionId: id, text: "x".repeat(4_001) })).rejects.toThrow(
      "Keep a note under 4,000 characters.",
    );
    await expect(operator().addNote({ subscriptionId: "no such", text: "hello" })).rejects.toThrow(
      "There is no subscription with this ID.",
    );
  });

  test("and owner, tags and follow-up do not change the subscription's version and time of change", async () => {
    const before = await get();
    await operator().addNote({ subscriptionId: id, text: "hello" });
    await operator().assignOwner({ subscriptionId: id, owner: "me" });
    await operator().changeTags({ subscriptionId: id, add: ["late"], remove: [] });
    expect((await get()).updatedAt).toBe(before.updatedAt);
  });
});

describe("filters", () => {
  test("select what they name, alone and together", async () => {
    const pending = await app.buy({ name: "Pending" });
    expect(await listed({ access: "none" })).toEqual([pending]);
    expect((await listed({ access: "full" })).toSorted()).toEqual([id, other].toSorted());
    await operator().suspend({ subscriptionId: id, reason: "for the test" });
    expect(await listed({ access: "full" })).toEqual([other]);
    expect(await listed({ access: "suspended" })).toEqual([id]);
    expect(await listed({ access: "suspended", hold: false })).toEqual([]);
    await operator().reinstate({ subscriptionId: id, reason: "for the test" });
    expect(await listed({ reseller: true })).toEqual([other]);
    expect((await listed({ reseller: false })).toSorted()).toEqual([id, pending].toSorted());
    await app.db.execute(sql`update subscriptions set term_ends_at = '2030-05-31T23:30:00Z', auto_renews = false,
      is_free_trial = true where id = ${id}`);
    await app.db.execute(sql`update subscriptions set term_ends_at = '2030-06-01T00:00:00Z' where id = ${other}`);
    expect(await listed({ endsFrom: dayFrom("2030-05-31"), endsTo: dayFrom("2030-05-31") })).toEqual([id]);
    expect(await listed({ endsFrom: dayFrom("2030-06-01") })).toEqual([other]);
    expect(await listed({ endsTo: dayFrom("2030-06-01"), sort: "termEnd" })).toEqual(
      expect.arrayContaining([id, other]),
    );
    expect(await listed({ renews: false })).toEqual([id]);
    expect(await listed({ trial: true, renews: false, access: "full", endsTo: dayFrom("2031-01-01") })).toEqual([id]);
    expect(await listed({ trial: false, renews: true, reseller: true, q: "north" })).toEqual([other]);
  });

  test("that are not days are refused with a message", async () => {
    await expect(listed({ endsFrom: "May" as Day })).rejects.toThrow("Choose a day.");
  });
});

test("the filter offers the tags that subscriptions have, however old, and no others", async () => {
  const { tags: before } = await app.as("viewer").subscriptions.facets();
  await operator().changeTags({ subscriptionId: id, add: ["very old", "taken back"], remove: [] });
  await operator().changeTags({ subscriptionId: id, add: [], remove: ["taken back"] });
  await app.db.execute(sql`update subscriptions set updated_at = '2020-01-01' where id = ${id}`);
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at,
      updated_at, tags)
    select 'newer-' || n, 'Newer', 'insight', 'team', 'Subscribed', now(), 'reconcile', now(), now(), now(),
      case n when 1 then array['very new'] else '{}' end from generate_series(1, 500) n`);
  await app.db.execute(sql`insert into tags values ('very new', now())`);
  const { tags } = await app.as("viewer").subscriptions.facets();
  expect(tags).toEqual([...new Set([...before, "very new", "very old"])].toSorted());
});

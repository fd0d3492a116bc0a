import { beforeEach, describe, expect, test } from "vitest";
import { changedValues, draftOf, forgetDrafts, readDraft, saveDraft } from "../../web/sending/drafts.ts";

const day = 24 * 60 * 60_000;
const now = Date.parse("2026-11-28T12:00:00Z");
let entries: Map<string, string>;
const storage = {
  getItem: (key: string) => entries.get(key) ?? null,
  setItem: (key: string, value: string) => void entries.set(key, value),
  removeItem: (key: string) => void entries.delete(key),
};
beforeEach(() => {
  entries = new Map();
});

describe("a draft", () => {
  test("is kept for the person who typed it, until it is sent", () => {
    saveDraft("ada", "note", { text: "Called" }, now, storage);
    expect(readDraft("ada", "note", now, storage)).toEqual({ text: "Called" });
    expect(readDraft("ben", "note", now, storage)).toBeNull();
    expect(readDraft("ada", "another form", now, storage)).toBeNull();
    saveDraft("ada", "note", {}, now, storage);
    expect(readDraft("ada", "note", now, storage)).toBeNull();
    expect(entries.size).toBe(0);
  });

  test("of one person stays while another types, and all are forgotten at sign-out", () => {
    saveDraft("ada", "note", { text: "Called" }, now, storage);
    saveDraft("ben", "note", { text: "Wrote" }, now, storage);
    expect(readDraft("ada", "note", now, storage)).toEqual({ text: "Called" });
    expect(readDraft("ben", "note", now, storage)).toEqual({ text: "Wrote" });
    saveDraft("ben", "note", {}, now, storage);
    expect(readDraft("ada", "note", now, storage)).toEqual({ text: "Called" });
    forgetDrafts(storage);
    expect(readDraft("ada", "note", now, storage)).toBeNull();
  });

  test("is forgotten after a week, and the oldest goes when there are many", () => {
    saveDraft("ada", "old", { text: "Called" }, now - 8 * day, storage);
    expect(readDraft("ada", "old", now, storage)).toBeNull();
    saveDraft("ben", "another", { text: "Wrote" }, now, storage);
    expect([...entries.values()].join("")).not.toContain("Called");
    for (let count = 0; count < 31; count += 1) saveDraft("ada", `form ${count}`, { count }, now + count, storage);
    expect(readDraft("ada", "form 0", now, storage)).toBeNull();
    expect(readDraft("ada", "form 30", now, storage)).toEqual({ count: 30 });
  });

  test("never holds what confirms an action, a secret address, or the other customer of a merge", () => {
    const secrets = { confirmation: "Fabrikam", address: "https://hooks.example/secret" };
    // The form could not show which customer it is, only merge into it.
    const typed = { ...secrets, into: "tenant:fabrikam", reason: "Asked to" };
    saveDraft("ada", "cancel", typed, now, storage);
    expect(readDraft("ada", "cancel", now, storage)).toEqual({ reason: "Asked to" });
    expect([...entries.values()].join("")).not.toMatch(/fabrikam|secret/i);
  });

  test("survives storage that is full, blocked or damaged", () => {
    const full = {
      ...storage,
      setItem: () => {
        throw new Error("QuotaExceededError");
      },
    };
    saveDraft("ada", "note", { text: "Called" }, now, full);
    entries.set("marketdesk.drafts", "{");
    expect(readDraft("ada", "note", now, storage)).toBeNull();
  });
});

test("changedValues has only what differs from the beginning", () => {
  expect(changedValues({ id: "a", seats: 5, tags: ["x"] }, { id: "a", seats: 7, tags: ["x"], note: "" })).toEqual({
    seats: 7,
    note: "",
  });
});

describe("draftOf", () => {
  const initial = { seats: 5 as number | null, reason: "", seenVersion: 3 };

  test("has the version that was changed, unless nothing was", () => {
    expect(draftOf(initial, { ...initial, reason: "Agreed" })).toEqual({ reason: "Agreed", seenVersion: 3 });
    expect(draftOf({ ...initial, seenVersion: 4 }, initial)).toEqual({});
    expect(draftOf({ reason: "" }, { reason: "Agreed" })).toEqual({ reason: "Agreed" });
  });

  test("leaves out a number that cannot be read, which storage would turn into none", () => {
    expect(draftOf(initial, { ...initial, seats: Number.NaN })).toEqual({});
    expect(draftOf(initial, { ...initial, seats: null })).toEqual({ seats: null, seenVersion: 3 });
  });
});

/** Ids that carry the time of their row. */
import { expect, test } from "vitest";
import { firstIdAt } from "../../server/database/statements/keyset.ts";
import { newId } from "../../server/database/statements/new-id.ts";

test("an id lies within the bounds of its row's time", () => {
  const at = new Date("2026-10-04T14:03:19.064Z");
  const id = newId(at);
  expect(id >= firstIdAt(at.getTime())).toBe(true);
  expect(id < firstIdAt(at.getTime() + 1)).toBe(true);
});

test("ids are in the order of their creation, even if the clock steps back a little", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  const times = [now, now, now + 2, now + 1, now - 900, now + 2, now + 3];
  const ids = times.map((ms) => newId(new Date(ms)));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("ids follow a clock that was set back by more", () => {
  newId(new Date("2030-01-01T00:00:00Z"));
  const at = Date.parse("2026-11-26T12:00:00Z");
  expect(newId(new Date(at)) < firstIdAt(at + 1)).toBe(true);
});

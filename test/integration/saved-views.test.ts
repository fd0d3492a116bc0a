/** Filters under a name: one's own, and those for all. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../shared/roles.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const views = (role: Role) => app.as(role).views;
const named = async (role: Role) => (await views(role).list()).map(({ name }) => name);
const onRecord = async () =>
  (await app.as("viewer").activity.list({ q: "view" })).rows
    .map(({ summary }) => summary)
    .filter((text) => /View/.test(text));

describe("saved views", () => {
  test("are private until an operator shares them; sharing is recorded", async () => {
    const { id } = await views("operator").create({ name: "Lapsing", filters: { status: "Suspended", owner: "me" } });
    expect(await views("operator").list()).toEqual([
      {
        id,
        name: "Lapsing",
        filters: { status: "Suspended", owner: "me" },
        ownerName: "Test operator",
        isMine: true,
        isShared: false,
      },
    ]);
    expect(await named("viewer")).toEqual([]);
    expect(await onRecord()).toEqual([]);
    await views("operator").share({ id, isShared: true });
    expect(await views("viewer").list()).toMatchObject([{ id, isMine: false, isShared: true }]);
    await views("operator").change({ id, name: "Lapsing soon", filters: { status: "Suspended" } });
    expect(await named("viewer")).toEqual(["Lapsing soon"]);
    await views("admin").share({ id, isShared: false });
    expect(await named("viewer")).toEqual([]);
    expect(await onRecord()).toEqual([
      "View “Lapsing soon” made private",
      "View “Lapsing soon” changed",
      "View “Lapsing” shared with the team",
    ]);
    await views("operator").remove({ id });
    expect(await named("operator")).toEqual([]);
  });

  test("of viewers are private: they cannot share, nor change the views of others", async () => {
    const own = await views("viewer").create({ name: "Mine", filters: {} });
    await expect(views("viewer").share({ id: own.id, isShared: true })).rejects.toThrow(
      "this action needs the role operator",
    );
    const { id } = await views("operator").create({ name: "Theirs", filters: {} });
    await expect(views("viewer").remove({ id })).rejects.toThrow("This view no longer exists.");
    await views("operator").share({ id, isShared: true });
    await expect(views("viewer").remove({ id })).rejects.toThrow("sharing a view needs the role operator");
    await expect(views("admin").change({ id, name: "Taken over", filters: {} })).rejects.toThrow(
      "Only Test operator can change this view.",
    );
    await views("admin").remove({ id });
    await views("viewer").remove({ id: own.id });
    expect(await named("viewer")).toEqual([]);
  });

  test("have a name, unique per person, and filters of the list", async () => {
    const { id } = await views("viewer").create({ name: " Big ", filters: { sort: "quantity" } });
    await expect(views("viewer").create({ name: "big", filters: {} })).rejects.toThrow(
      "You already have a view with this name.",
    );
    const second = await views("viewer").create({ name: "Small", filters: {} });
    await expect(views("viewer").change({ id: second.id, name: "BIG", filters: {} })).rejects.toThrow(
      "You already have a view with this name.",
    );
    await views("operator").create({ name: "Big", filters: {} });
    await expect(views("viewer").create({ name: " ", filters: {} })).rejects.toThrow("Enter a name for the view.");
    await expect(views("viewer").create({ name: "Page", filters: JSON.parse('{"cursor":"abc"}') })).rejects.toThrow(
      "cursor",
    );
    await views("viewer").remove({ id });
    await expect(views("viewer").remove({ id })).rejects.toThrow("This view no longer exists.");
  });
});

describe("the layout of the list", () => {
  test("is remembered for each person and view, and falls back to the one without a view", async () => {
    const view = "0199d3a0-0000-7000-8000-000000000001";
    const own = app.as("viewer").subscriptions;
    expect(await own.layout({ view })).toEqual({ widths: {}, isComfortable: true });
    await own.chooseLayout({ view: "", widths: { name: 300 } });
    await own.chooseLayout({ view: "", isComfortable: false });
    expect(await own.layout({ view })).toEqual({ widths: { name: 300 }, isComfortable: false });
    await own.chooseLayout({ view, widths: { plan: 90 } });
    expect(await own.layout({ view })).toEqual({ widths: { plan: 90 }, isComfortable: false });
    expect(await own.layout({ view: "" })).toEqual({ widths: { name: 300 }, isComfortable: false });
    expect(await app.as("operator").subscriptions.layout({ view })).toEqual({ widths: {}, isComfortable: true });
    await expect(own.chooseLayout({ view: "", widths: { name: 5 } })).rejects.toThrow();
    await expect(own.chooseLayout({ view: "", widths: { nothing: 100 } as never })).rejects.toThrow();
  });
});

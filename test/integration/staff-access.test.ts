import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sessions, staff } from "../../server/database/schema/staff.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { createBrowserSession, type BrowserSession } from "../../sandbox/browser-session.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.db.delete(sessions);
  await app.db.delete(staff);
});

async function signIn(persona: string, browser = createBrowserSession()) {
  const shown = await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  return { browser, shown };
}

/** What a browser's cookies open: the status of a query. */
async function ask(browser: BrowserSession, procedure = "me.get"): Promise<number> {
  const step = await browser.visitOnce(`${app.url}/trpc/${procedure}?input=${encodeURIComponent("{}")}`);
  return step.status;
}

async function person(role: string) {
  const found = (await app.as("admin").staff.list()).find((row) => row.role === role);
  if (!found) throw new Error(`no ${role} has signed in`);
  const { tenantId, objectId } = found;
  return { tenantId, objectId };
}

const reason = "left the company";

describe("staff", () => {
  test("are listed with Entra's role and their last sign-in", async () => {
    await signIn("operator");
    await signIn("admin");
    const rows = await app.as("admin").staff.list();
    expect(rows.map(({ role }) => role)).toEqual(["admin", "operator"]);
    expect(rows[0]).toMatchObject({ disabled: null, isYou: false, email: "admin@contoso.example" });
    expect(Date.now() - Date.parse(rows[0]!.lastSignInAt)).toBeLessThan(60_000);
  });

  test("who are blocked are refused from the next request on, and cannot sign in", async () => {
    const { browser } = await signIn("operator");
    expect(await ask(browser)).toBe(200);
    await app.as("admin").staff.disable({ ...(await person("operator")), reason });
    expect(await ask(browser)).toBe(401);
    expect((await signIn("operator", browser)).shown.status).toBe(403);
    const [row] = await app.as("admin").staff.list();
    expect(row?.disabled).toMatchObject({ byName: "Test admin", reason });

    await app.as("admin").staff.enable({ ...(await person("operator")), reason: "came back" });
    // A sign-in from before does not come back with the person.
    expect(await ask(browser)).toBe(401);
    await signIn("operator", browser);
    expect(await ask(browser)).toBe(200);
    expect((await app.as("admin").staff.list())[0]?.disabled).toBeNull();
    const { rows } = await app.as("viewer").activity.list({});
    expect(rows.slice(0, 2).map(({ kind, reason: why }) => [kind, why])).toEqual([
      ["staff.enabled", "came back"],
      ["staff.disabled", reason],
    ]);
    expect(rows[1]?.actor).toEqual({ kind: "staff", name: "Test admin" });
  });

  test("who are blocked lose their stream of changes within about a second", async () => {
    const { browser } = await signIn("viewer");
    const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const stream = await fetch(`${app.url}/trpc/live.changes`, { headers: { cookie, accept: "text/event-stream" } });
    expect(stream.status).toBe(200);
    const ended = (async () => {
      await stream.text().catch(() => {});
      return Date.now();
    })();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await app.as("admin").staff.disable({ ...(await person("viewer")), reason });
    const disabledAt = Date.now();
    expect((await ended) - disabledAt).toBeLessThan(2_500);
  });

  test("are not kept signed in by automatic requests of a page", async () => {
    const { browser } = await signIn("viewer");
    const longAgo = new Date(Date.now() - 3_600_000);
    const seenAt = async () => (await app.db.select().from(sessions))[0]?.lastSeenAt.getTime();
    await app.db.update(sessions).set({ lastSeenAt: longAgo });
    const address = `${app.url}/trpc/me.get?input=${encodeURIComponent("{}")}`;
    expect((await browser.visit(address, { "x-marketdesk-away": "1" })).status).toBe(200);
    expect(await seenAt()).toBe(longAgo.getTime());
    expect(await ask(browser)).toBe(200);
    expect(await seenAt()).toBeGreaterThan(longAgo.getTime());
  });

  test("cannot block themselves", async () => {
    await signIn("admin");
    const { tenantId, objectId } = await person("admin");
    const self = { id: `${tenantId}:${objectId}`, name: "Me", email: null, role: "admin" as const };
    await expect(app.as("admin", { staff: self }).staff.disable({ tenantId, objectId, reason })).rejects.toThrow(
      "You cannot block yourself.",
    );
    const [row] = await app.as("admin", { staff: self }).staff.list();
    expect(row).toMatchObject({ isYou: true, disabled: null });
  });

  test("are blocked with a reason, once, by an admin, and only if they exist", async () => {
    await signIn("viewer");
    const viewer = await person("viewer");
    const admin = app.as("admin");
    await expect(admin.staff.disable({ ...viewer, reason: "" })).rejects.toThrow(/Write a reason/);
    await expect(app.as("operator").staff.disable({ ...viewer, reason })).rejects.toThrow(/needs the role admin/);
    await expect(app.as("operator").staff.list()).rejects.toThrow(/needs the role admin/);
    await expect(admin.staff.enable({ ...viewer, reason })).rejects.toThrow(/is not blocked/);
    await admin.staff.disable({ ...viewer, reason });
    await expect(admin.staff.disable({ ...viewer, reason })).rejects.toThrow(/is already blocked/);
    const nobody = { tenantId: viewer.tenantId, objectId: "99999999-9999-4999-8999-999999999999", reason };
    await expect(admin.staff.disable(nobody)).rejects.toThrow(/No one with this ID/);
  });
});

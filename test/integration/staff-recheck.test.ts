import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sessions } from "../../server/database/schema/staff.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp } from "../support/app.ts";
import type { TestApp } from "../support/app.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Half an hour has passed for this person, and the job of that minute runs. */
async function halfAnHourLater(email: string) {
  await app.db
    .update(sessions)
    .set({ recheckAt: new Date(0) })
    .where(eq(sessions.email, email));
  await app.db.execute(sql`select graphile_worker.add_job('recheck-staff')`);
}

async function signIn(persona: string) {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  return { browser, cookie };
}

describe("C2: a role that Entra no longer gives", () => {
  test("ends the stream of an open page, and the next request is refused", async () => {
    const { cookie } = await signIn("operator");
    const stream = await fetch(`${app.url}/trpc/live.changes`, { headers: { cookie } });
    expect(stream.status).toBe(200);
    const reader = stream.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await app.control("people/operator", { roles: [] });
    await halfAnHourLater("operator@contoso.example");
    for (;;) {
      const { done } = await reader.read();
      if (done) break;
    }
    const next = await fetch(`${app.url}/trpc/me.get`, { headers: { cookie } });
    expect(await next.text()).toContain("UNAUTHORIZED");
  });

  test("keeps the sign-in of who still has one", async () => {
    const { cookie } = await signIn("admin");
    await halfAnHourLater("admin@contoso.example");
    await eventually(async () => {
      const [row] = await app.db.select().from(sessions).where(eq(sessions.email, "admin@contoso.example"));
      return row?.recheckAt && row.recheckAt.getTime() > Date.now() + 20 * 60_000;
    });
    const next = await fetch(`${app.url}/trpc/me.get`, { headers: { cookie } });
    expect(next.status).toBe(200);
  });
});

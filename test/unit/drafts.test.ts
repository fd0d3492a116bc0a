import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createCookies } from "../../server/auth/cookies.ts";
import { createDrafts } from "../../server/http/landing/drafts.ts";
import type { TypedForm } from "../../server/http/landing/typed-form.ts";

const now = () => new Date("2026-11-28T12:00:00Z");
const contact = { name: "Ada", email: "ada@fabrikam.example", company: "", phone: "" };

/** Keeps a draft and reads it with the cookies that the browser got. */
async function keepAndRead(typed: TypedForm) {
  const secret = "a secret of the tests, as long as secrets must be";
  const drafts = createDrafts(createCookies({ publicUrl: "https://desk.example", secret, now }), now);
  const app = new Hono();
  app.get("/keep", async (c) => {
    await drafts.keep(c, "one", typed);
    return c.body(null);
  });
  app.get("/read", async (c) => c.json(await drafts.read(c, "one")));
  const cookies = (await app.request("/keep")).headers.getSetCookie();
  const cookie = cookies.map((set) => set.split(";")[0]).join("; ");
  return { cookie, draft: (await (await app.request("/read", { headers: { cookie } })).json()) as TypedForm };
}

describe("a draft", () => {
  test("keeps what was typed", async () => {
    const typed = { contact, answers: { team_size: "5", region: "eu" } };
    expect((await keepAndRead(typed)).draft).toEqual(typed);
  });

  test("of thousands of forged answers fits into a cookie, in a time that grows with their number only", async () => {
    const answers = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`a${index}`, ""]));
    const before = process.cpuUsage();
    const { cookie, draft } = await keepAndRead({ contact, answers });
    const { user } = process.cpuUsage(before);
    expect(user).toBeLessThan(500_000);
    expect(cookie.length).toBeLessThan(4_096);
    expect(Object.keys(draft.answers)[0]).toBe("a0");
    expect(Object.keys(draft.answers).length).toBeGreaterThan(50);
  });
});

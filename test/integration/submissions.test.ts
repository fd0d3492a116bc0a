import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sweepSubmissions } from "../../server/database/writes/submissions.ts";
import { submissions } from "../../server/database/schema/submissions.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let subscriptionId: string;
let operator: Person;
beforeAll(async () => {
  app = await startTestApp();
  subscriptionId = await app.buyActive({ name: "Fabrikam submissions" });
  operator = await signIn("operator");
});
afterAll(() => app?.stop());

type Person = Awaited<ReturnType<typeof signIn>>;

async function signIn(persona: string) {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), persona);
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = async (procedure: string, input: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${app.url}/trpc/${procedure}`, {
      method: "POST",
      headers: { cookie, origin: app.url, "x-marketdesk": "1", "content-type": "application/json", ...headers },
      body: JSON.stringify(input),
    });
    const body = (await answer.json()) as {
      result?: { data: unknown };
      error?: { message: string; data: { appCode: string | null } };
    };
    return {
      status: answer.status,
      data: body.result?.data,
      message: body.error?.message ?? "",
      appCode: body.error?.data.appCode ?? null,
    };
  };
  const me = await fetch(`${app.url}/trpc/me.get`, { headers: { cookie } });
  const { result } = (await me.json()) as { result: { data: { id: string } } };
  return { id: result.data.id, send, settle: async (id: string) => (await send("submissions.settle", { id })).data };
}

const under = (id: string) => ({ "x-marketdesk-submission": id });
const notesOf = async () =>
  (await app.as("viewer").subscriptions.timeline({ id: subscriptionId })).rows.filter(({ kind }) =>
    kind.includes("note"),
  ).length;

/** Runs a statement at each commit of a note. */
async function atCommit(statement: string, during: () => Promise<void>) {
  const body = `begin ${statement}; return null; end`;
  await app.db.execute(
    sql.raw(`create function at_commit() returns trigger language plpgsql as $$ ${body} $$;
    create constraint trigger at_commit after insert on subscription_notes deferrable initially deferred
      for each row execute function at_commit()`),
  );
  try {
    await during();
  } finally {
    await app.db.execute(sql.raw("drop trigger at_commit on subscription_notes; drop function at_commit()"));
  }
}

describe("A1: a change that a page sends with an id", () => {
  test("is carried out once, and its page can look up the result", async () => {
    const id = randomUUID();
    const note = { subscriptionId, text: "sent once" };
    const before = await notesOf();
    expect((await operator.send("subscriptions.addNote", note, under(id))).status).toBe(200);
    expect(await operator.settle(id)).toEqual({ state: "done" });
    const again = await operator.send("subscriptions.addNote", note, under(id));
    expect(again).toMatchObject({ status: 409, message: expect.stringContaining("not carried out again") });
    expect(await notesOf()).toBe(before + 1);
  });

  test("is carried out once if it arrives ten times at the same moment", async () => {
    const id = randomUUID();
    const before = await notesOf();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        operator.send("subscriptions.addNote", { subscriptionId, text: "sent ten times" }, under(id)),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expect(await notesOf()).toBe(before + 1);
  });

  test("is refused if it arrives after its page learned that it did not", async () => {
    const id = randomUUID();
    expect(await operator.settle(id)).toEqual({ state: "withdrawn" });
    const before = await notesOf();
    const late = await operator.send("subscriptions.addNote", { subscriptionId, text: "late" }, under(id));
    expect(late.status).toBe(409);
    expect(await operator.settle(id)).toEqual({ state: "withdrawn" });
    expect(await notesOf()).toBe(before);
  });

  test("that was refused keeps the message", async () => {
    const id = randomUUID();
    const refused = await operator.send("subscriptions.addNote", { subscriptionId: "nothing", text: "x" }, under(id));
    expect(refused.status).toBe(404);
    expect(await operator.settle(id)).toEqual({ state: "refused", message: refused.message });
    const invalid = randomUUID();
    const wrong = await operator.send("subscriptions.addNote", { subscriptionId, text: "" }, under(invalid));
    expect(wrong.status).toBe(400);
    expect(await operator.settle(invalid)).toEqual({ state: "refused", message: wrong.message });
  });

  test("that PostgreSQL refused has changed nothing, and says so", async () => {
    const id = randomUUID();
    await atCommit(`raise exception 'refused'`, async () => {
      const failed = await operator.send("subscriptions.addNote", { subscriptionId, text: "at commit" }, under(id));
      expect(failed).toMatchObject({ status: 500, message: expect.stringContaining("and nothing was changed") });
      expect(await operator.settle(id)).toEqual({ state: "failed", message: failed.message });
    });
  });

  test("whose connection is lost at its commit says that the outcome is unknown, and stays open", async () => {
    const id = randomUUID();
    await atCommit("perform pg_terminate_backend(pg_backend_pid())", async () => {
      const failed = await operator.send("subscriptions.addNote", { subscriptionId, text: "at commit" }, under(id));
      expect(failed).toMatchObject({
        status: 500,
        message: expect.stringContaining("it is unknown whether your change"),
      });
      expect(failed.appCode).toBe("OutcomeUnknown");
      expect(await operator.settle(id)).toEqual({ state: "running" });
    });
  });

  test("that the server did not finish is running for two minutes, then interrupted", async () => {
    const id = randomUUID();
    const row = { actorId: operator.id, id, procedure: "subscriptions.cancel", receivedAt: new Date() };
    await app.db.insert(submissions).values(row);
    expect(await operator.settle(id)).toEqual({ state: "running" });
    const receivedAt = new Date(Date.now() - 121_000);
    await app.db.update(submissions).set({ receivedAt }).where(eq(submissions.id, id));
    expect(await operator.settle(id)).toEqual({ state: "interrupted" });
  });

  test("belongs to its sender: no one else can read or withdraw it", async () => {
    const id = randomUUID();
    const other = await signIn("admin");
    expect(await other.settle(id)).toEqual({ state: "withdrawn" });
    const note = { subscriptionId, text: "not theirs" };
    expect((await operator.send("subscriptions.addNote", note, under(id))).status).toBe(200);
    expect(await operator.settle(id)).toEqual({ state: "done" });
  });

  test("is deleted after a day", async () => {
    const id = randomUUID();
    await operator.settle(id);
    const kept = () => app.db.select().from(submissions).where(eq(submissions.id, id));
    await sweepSubmissions(app.db, new Date(Date.now() + 23 * 3_600_000));
    expect(await kept()).toHaveLength(1);
    await sweepSubmissions(app.db, new Date(Date.now() + 25 * 3_600_000));
    expect(await kept()).toHaveLength(0);
  });
});

test("A1: a change from a page that shows another person as signed in is refused", async () => {
  const before = await notesOf();
  const note = { subscriptionId, text: "in whose name?" };
  const other = await signIn("admin");
  const refused = await operator.send("subscriptions.addNote", note, { "x-marketdesk-staff": other.id });
  expect(refused).toMatchObject({
    status: 409,
    message: expect.stringMatching(/^Nothing was changed: this browser is now/),
  });
  expect(await notesOf()).toBe(before);
  expect((await operator.send("subscriptions.addNote", note, { "x-marketdesk-staff": operator.id })).status).toBe(200);
});

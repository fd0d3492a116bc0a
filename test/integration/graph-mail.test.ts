// cspell:ignore Käufe warten Zwei
/** Emails with Microsoft Graph, against the sandbox's sendMail, which is as strict as Exchange Online. */
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openMailServer } from "../../server/compose/mail.ts";
import { testMail } from "../../server/commands/notifications/test-mail.ts";
import { createAppToken, marketplaceAppId } from "../../server/marketplace/app-token.ts";
import { createGraphMailServer } from "../../server/outbox/graph-mail.ts";
import type { Mail, MailServer } from "../../server/outbox/mail-server.ts";
import type { InboxMode, ReceivedMail } from "../../sandbox/inbox/inbox.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import {
  answer,
  bomb,
  cutBody,
  dripWith,
  type ScriptedServer,
  startScriptedServer,
} from "../support/scripted-server.ts";
import { controlOf, eventually, quiet } from "../support/app.ts";
import { mailSender, minuteMs, type Notifications, publicUrl, startNotifications } from "../support/notifications.ts";

function openGraph(sandbox: Sandbox, from = mailSender): MailServer {
  const microsoft = { entra: sandbox.entra, entraFetch: (url: string, init?: RequestInit) => fetch(url, init) };
  const deps = { microsoft, sandbox, now: () => new Date(), log: quiet };
  const server = openMailServer({ transport: "graph", url: null, from }, deps);
  if (server === null) throw new Error("no mail server");
  return server;
}

const mail: Mail = {
  id: "0190-one",
  to: "ada@fabrikam.example",
  subject: "Käufe, die warten",
  html: "<p>Zwei Käufe warten.</p>",
  text: "Zwei Käufe warten.",
  inReplyTo: "0190-zero",
  headers: { "List-Unsubscribe": "<https://desk.example/settings/notifications>" },
};

describe("an answer of Graph", () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server?.stop());

  const send = () =>
    createGraphMailServer({
      url: server.url,
      from: mailSender,
      readToken: () => Promise.resolve({ token: "a-token" }),
      forgetToken: () => {},
      now: () => new Date(),
    }).send(mail);

  test.each([
    ["that is compressed and never ends", bomb(500, "gzip")],
    ["that is compressed with Brotli and never ends", bomb(500, "br")],
    ["that is longer than any of Graph's", answer(500, "x".repeat(1_000_000))],
    ["that leads elsewhere", answer(302, "", { location: "http://127.0.0.1:9/" })],
  ])("%s is not read: the mail failed, and the memory is not used", async (_, script) => {
    server.script(script);
    const before = process.memoryUsage().rss;
    const sent = await send();
    expect(sent).toMatchObject({ outcome: "failed", isFinal: false });
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["that never ends", dripWith(202)],
    ["that is compressed and never ends", bomb(202, "gzip")],
    ["that breaks off", cutBody(202)],
  ])("%s does not make a failure of a mail that was accepted", async (_, script) => {
    server.script(script);
    const startedAt = performance.now();
    expect(await send()).toMatchObject({ outcome: "delivered", status: 202 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("an email", () => {
  let sandbox: Sandbox;
  let control: ReturnType<typeof controlOf>;
  beforeEach(async () => {
    const addresses = { landingUrl: `${publicUrl}/landing`, webhookUrl: `${publicUrl}/webhooks/marketplace` };
    sandbox = await startSandbox({ port: 0, ...addresses, stateFile: null, sample: false });
    control = controlOf(sandbox.url);
  });
  afterEach(() => sandbox?.stop());

  const inbox = async () => (await control<{ messages: ReceivedMail[] }>("inbox")).messages;
  const send = (from?: string, others: Partial<Mail> = {}) => openGraph(sandbox, from).send({ ...mail, ...others });
  const fault = (input: object) => control("faults", { target: "POST /graph/", ...input });

  test("arrives with both of its parts and the headers that it has over SMTP", async () => {
    expect(await send()).toMatchObject({ outcome: "delivered", status: 202, problem: null });
    const [received] = await inbox();
    expect(received).toMatchObject({
      to: mail.to,
      from: mailSender,
      subject: mail.subject,
      messageId: "<0190-one@contoso.com>",
    });
    expect(received?.html).toContain("Zwei Käufe warten.");
    expect(received?.text).toContain("Zwei Käufe warten.");
    const headers = Object.fromEntries(received?.headers.map(({ name, value }) => [name, value]) ?? []);
    expect(headers).toMatchObject({
      "list-unsubscribe": mail.headers?.["List-Unsubscribe"],
      "in-reply-to": "<0190-zero@contoso.com>",
      "auto-submitted": "auto-generated",
    });
  });

  test.each([
    ["nobody@contoso.com", "nobody@contoso.com does not exist in your tenant. Set MAIL_FROM", 404],
    ["admin@contoso.example", "admin@contoso.example has no mailbox in Exchange Online. Set MAIL_FROM", 404],
  ])("is not sent from %s, and the problem says what to set", async (from, problem, status) => {
    const sent = await send(from);
    expect(sent).toMatchObject({ outcome: "failed", status, isFinal: false });
    expect(sent.problem).toContain(problem);
  });

  test("waits for the permission and is sent once it is granted, without a restart", async () => {
    await control("settings", { grantsMailSend: false });
    const server = openGraph(sandbox);
    const refused = await server.send(mail);
    expect(refused).toMatchObject({ outcome: "failed", status: 403, isFinal: false });
    expect(refused.problem).toContain("the application permission Mail.Send with admin consent");
    expect(refused.problem).toContain("no access policy of Exchange excludes the mailbox");
    await control("settings", { grantsMailSend: true });
    expect(await server.send(mail)).toMatchObject({ outcome: "delivered" });
  });

  test("is sent with a new token if Graph refuses the current one, and only that often", async () => {
    await fault({ status: 401, times: 1, body: { error: { code: "InvalidAuthenticationToken" } } });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    await fault({ status: 401, body: { error: { code: "InvalidAuthenticationToken" } } });
    const refused = await send();
    expect(refused).toMatchObject({ outcome: "failed", status: 401, isFinal: false });
    expect(refused.problem).toContain("Check the ENTRA settings");
    expect(await inbox()).toHaveLength(1);
  });

  test("says why if Entra issues no token", async () => {
    await control("faults", {
      target: "POST ^/[^/]+/oauth2/",
      status: 401,
      body: { error: "invalid_client", error_description: "AADSTS7000222: The secret has expired." },
    });
    const sent = await send();
    expect(sent).toMatchObject({ outcome: "failed", status: null, isFinal: false });
    expect(sent.problem).toContain("AADSTS7000222");
  });

  test("waits as long as Graph asks", async () => {
    await control("inbox/mode", { mode: "defer" satisfies InboxMode });
    expect(await send()).toMatchObject({ outcome: "failed", status: 429, retryAfterMs: 1_000, isFinal: false });
  });

  test("to an address that does not exist, or that is too large, is given up without the address", async () => {
    const unknown = await send(undefined, { to: "not an address" });
    expect(unknown).toMatchObject({ outcome: "failed", status: 400, isFinal: true });
    expect(unknown.problem).toBe("Microsoft Graph refused the recipient's address. (HTTP 400 ErrorInvalidRecipients)");
    expect(await send(undefined, { text: "x".repeat(4 * 1024 * 1024) })).toMatchObject({ status: 413, isFinal: true });
  });

  test("that was taken although the answer was lost is repeated with the same Message-ID", async () => {
    await fault({ cut: "after", times: 1 });
    expect(await send()).toMatchObject({
      outcome: "failed",
      status: null,
      problem: "Microsoft Graph cannot be reached.",
    });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    const ids = (await inbox()).map(({ messageId }) => messageId);
    expect(ids).toEqual(["<0190-one@contoso.com>", "<0190-one@contoso.com>"]);
  });

  test("is refused by the sandbox with another token, in another form, or in another's name", async () => {
    const post = async (token: string, body: string, type = "text/plain") => {
      const response = await fetch(`${sandbox.graphUrl}/v1.0/users/subscriptions%40contoso.com/sendMail`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": type },
        body,
      });
      const { error } = (await response.json()) as { error: { code: string } };
      return `${response.status} ${error.code}`;
    };
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const tokenFor = (resource: string) =>
      createAppToken(sandbox.entra, { resource: { scope: `${resource}/.default`, name: "a test" } }).get();
    expect(await post(await tokenFor(marketplaceAppId), base64("From: a@b.example\r\n\r\n"))).toBe(
      "401 InvalidAuthenticationToken",
    );
    expect(await post("", "")).toBe("401 InvalidAuthenticationToken");
    const token = await tokenFor("https://graph.microsoft.com");
    expect(await post(token, "From: not base64")).toBe("400 ErrorMimeContentInvalidBase64String");
    expect(await post(token, base64("no headers"))).toBe("400 ErrorMimeContentInvalid");
    expect(await post(token, base64("From: ada@fabrikam.example\r\nTo: b@c.example\r\n\r\nHello"))).toBe(
      "403 ErrorSendAsDenied",
    );
    expect(await post(token, "{}", "application/json")).toBe("415 UnsupportedMediaType");
    expect(await inbox()).toEqual([]);
  });
});

describe("the outbox", () => {
  let notifications: Notifications;
  beforeEach(async () => {
    notifications = await startNotifications(openGraph);
  });
  afterEach(() => notifications?.stop());

  test("keeps what Graph does not take, says why, and sends it once when it does", async () => {
    const { db, sandbox } = notifications;
    await controlOf(sandbox.url)("settings", { grantsMailSend: false });
    await notifications.addStaff("ada");
    await notifications.choose("ada", { rules: [{ kinds: null, scope: "all", via: "mail", frequency: "now" }] });
    await notifications.suspended("one");
    await notifications.plan();
    notifications.advance(minuteMs);
    await notifications.plan();
    notifications.startSender();
    await eventually(async () => {
      const { rows } = await db.execute<{ problem: string | null }>(sql`select problem from outbox_messages`);
      return rows[0]?.problem?.includes("the application permission Mail.Send");
    });
    const ctx = { db, now: notifications.now, actor: notifications.actorOf("admin", "admin") };
    const makeMail = () => Promise.resolve({ subject: "Test", html: "<p>Test</p>", text: "Test" });
    const test1 = await testMail(ctx, notifications.tools, { to: "admin@contoso.com", makeMail });
    expect(test1).toMatchObject({ isDelivered: false, problem: expect.stringContaining("Mail.Send") as string });
    await controlOf(sandbox.url)("settings", { grantsMailSend: true });
    const test2 = await testMail(ctx, notifications.tools, { to: "admin@contoso.com", makeMail });
    expect(test2).toEqual({ isDelivered: true, problem: null });
    expect(await notifications.sent()).toMatchObject([{ state: "delivered" }]);
    const subjects = (await notifications.inbox()).map(({ to, subject }) => `${to}: ${subject}`);
    expect(subjects).toHaveLength(2);
    expect(subjects).toContain("admin@contoso.com: Test");
  });
});

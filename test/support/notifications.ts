/** Notifications for a test: a database of its own, the sandbox's mail server and addresses of channels, and its inbox. */
import { sql } from "drizzle-orm";
import { createNotify } from "../../server/compose/notify.ts";
import { noNotificationSettings, type NotificationSettings } from "../../shared/notifications.ts";
import { setOwnNotifications } from "../../server/commands/notifications/set-notifications.ts";
import { createChannel, setChannelRules } from "../../server/commands/notifications/channels.ts";
import { readChannelSettings, settingsVersionOf } from "../../server/database/queries/notifications.ts";
import { createMailServer, type MailServer } from "../../server/outbox/mail-server.ts";
import { plan } from "../../server/notify/planner.ts";
import { createOutwardCalls } from "../../server/outward/outward-calls.ts";
import type { Role } from "../../shared/roles.ts";
import type { InboxMode, ReceivedMessage } from "../../sandbox/inbox/inbox.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { controlOf, eventually, quiet } from "./app.ts";
import { type Outbox, startOutbox } from "./outbox.ts";

export const publicUrl = "https://desk.example";
export const mailSender = "Contoso Subscriptions <subscriptions@contoso.com>";
const openSmtp = ({ smtpUrl }: Sandbox): MailServer => createMailServer({ url: smtpUrl, from: mailSender });
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export type Notifications = Awaited<ReturnType<typeof startNotifications>>;

/** @param openMail default: the sandbox's mail server over SMTP */
export async function startNotifications(openMail = openSmtp) {
  const outbox: Outbox = await startOutbox();
  const { db } = outbox;
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
  });
  const control = controlOf(sandbox.url);
  const outward = createOutwardCalls({ allowedHosts: ["localhost", "127.0.0.1"] });
  let clock = new Date();
  const now = () => clock;
  const mailServer = openMail(sandbox);
  const notify = createNotify({
    db,
    mailServer,
    publicUrl,
    sandboxUrl: sandbox.url,
    secret: "a secret of the tests, as long as secrets must be",
    outward,
    now,
    log: quiet,
  });
  await notify.prepare();
  await plan(outbox, clock);
  const tools = { ...notify.tools, wake: () => {} };

  const actor = { kind: "staff" as const, id: "tenant:admin", name: "Admin", role: "admin" as const };
  const admin = () => ({ db, now, actor });
  async function setRules(id: string, settings: Partial<NotificationSettings>): Promise<void> {
    const seenVersion = settingsVersionOf((await readChannelSettings(db, id)).current);
    await setChannelRules(admin(), { id, settings: { ...noNotificationSettings, ...settings }, seenVersion });
  }

  return {
    outbox,
    admin,
    db,
    tools,
    notify,
    sandbox,
    now,
    actorOf: (name: string, role: Role = "operator") => ({ kind: "staff" as const, id: `tenant:${name}`, name, role }),
    /** Moves the clock of notifications; waiting messages stay due by the database's clock. */
    advance(ms: number): void {
      clock = new Date(clock.getTime() + ms);
    },
    plan: () => plan(outbox, clock),
    async addStaff(name: string, email: string | null = `${name}@contoso.com`): Promise<string> {
      const before = new Date(clock.getTime() - dayMs).toISOString();
      await db.execute(sql`
        insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
        values ('tenant', ${name}, ${name}, ${email}, 'operator', ${before}::timestamptz, ${before}::timestamptz)`);
      return `tenant:${name}`;
    },
    async choose(name: string, settings: Partial<NotificationSettings>): Promise<void> {
      const actor = { kind: "staff" as const, id: `tenant:${name}`, name, role: "operator" as const };
      await setOwnNotifications({ db, now, actor }, { ...noNotificationSettings, ...settings });
    },
    async addChannel(kind: "teams" | "slack"): Promise<string> {
      const address = `${sandbox.url}/hooks/${kind}/sales`;
      const { id } = await createChannel(admin(), tools, { kind, name: `Sales ${kind}`, address });
      const rule = { kinds: null, scope: "all" as const, via: id, frequency: "now" as const };
      await setRules(id, { rules: [rule] });
      await control("inbox", undefined, "DELETE");
      return id;
    },
    async chooseForChannel(id: string, settings: Partial<NotificationSettings>): Promise<void> {
      await setRules(id, settings);
    },
    /** A subscription whose payment failed now: a need with a deadline in 30 days. */
    suspended: (id: string, others: object = {}) =>
      outbox.addSubscription(id, { status: "Suspended", statusSince: clock, ...others }),
    reinstate: (id: string) => db.execute(sql`update subscriptions set status = 'Subscribed' where id = ${id}`),
    startSender: (others: object = {}) => outbox.startSender({ channels: notify.channels, ...others }),
    behave: (mode: InboxMode) => control("inbox/mode", { mode }),
    inbox: async () => (await control<{ messages: ReceivedMessage[] }>("inbox")).messages.toReversed(),
    async received(count: number, withinMs?: number): Promise<ReceivedMessage[]> {
      return eventually(async () => {
        const messages = (await control<{ messages: ReceivedMessage[] }>("inbox")).messages.toReversed();
        return messages.length >= count && messages;
      }, withinMs);
    },
    /** Waits until nothing waits to be sent. */
    async sent(): Promise<{ state: string; type: string; problem: string | null }[]> {
      return eventually(async () => {
        const { rows } = await db.execute<{ state: string; type: string; problem: string | null }>(
          sql`select state, type, problem from outbox_messages order by id`,
        );
        return rows.every(({ state }) => state !== "waiting") && rows;
      });
    },
    async stop(): Promise<void> {
      await outbox.stop();
      mailServer.stop();
      await outward.stop();
      await sandbox.stop();
    },
  };
}

/** All kinds of needs, and each cause that ends them. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { v7 as newId } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { enterViews } from "../../server/commands/automations/run-automations.ts";
import { carryOutPlannedChanges } from "../../server/commands/planned-changes/carry-out-planned-changes.ts";
import { compareUsage } from "../../server/commands/usage/compare-usage.ts";
import { checkResolve } from "../../server/commands/purchases/purchase-refusals.ts";
import { setAlarm } from "../../server/database/writes/alarms.ts";
import { type NeedKindName, needKindNames } from "../../server/needs/kinds.ts";
import type { AutomationAction, AutomationRule } from "../../shared/automations.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import type { NeedView } from "../../shared/views/needs.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { answer, type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  // A purchase is a need immediately.
  await admin().needs.setPurchaseGrace({ minutes: 0, seenVersion: 0 });
});
afterAll(() => app?.stop());
afterEach(() => app.control("faults", undefined, "DELETE"));

const run = (statement: ReturnType<typeof sql>) => app.db.execute(statement);
const operator = () => app.as("operator");
const admin = () => app.as("admin");
const reason = "The customer asked for it";

async function needsOf(kind: string): Promise<NeedView[]> {
  return (await app.as("viewer").needs.list({})).needs.filter((need) => need.kind === kind);
}
const has = async (kind: string, { id, subscriptionId }: Made) =>
  (await needsOf(kind)).some((need) => (id === undefined ? need.subscriptionId === subscriptionId : need.id === id));

/** What a need is about: the item's id, or a subscription. */
type Made = { id?: string; subscriptionId: string; slotId?: string };
type Case = { make(): Promise<Made>; ends: Record<string, (made: Made) => Promise<unknown>> };

async function compare(): Promise<void> {
  const { runId } = await operator().reconcile.start();
  await eventually(async () =>
    (await app.as("viewer").reconcile.runs()).find((one) => one.id === runId && one.finishedAt !== null),
  );
}

const reset = () => app.control("faults", undefined, "DELETE");
const active = async (input: object = {}): Promise<Made> => ({ subscriptionId: await app.buyActive(input) });
const pending = async (): Promise<Made> => ({ subscriptionId: await app.buy() });
const noId = { subscriptionId: "" };

/** Microsoft ends it and calls the webhook. */
const ended = ({ subscriptionId }: Made) => app.control(`subscriptions/${subscriptionId}/unsubscribe`, {});
/** Microsoft ends it, and the webhook is lost. */
async function endedUnheard({ subscriptionId }: Made): Promise<void> {
  await app.control(`subscriptions/${subscriptionId}/unsubscribe`, { deliver: false });
  await compare();
}
const refreshed = ({ subscriptionId }: Made) => operator().subscriptions.refresh({ subscriptionId });
const ending = { "ended by Microsoft's webhook": ended, "ended, found by a comparison": endedUnheard };

const allOffers = { offerId: null, planId: null };
const seenDestination = async () => (await app.as("viewer").destinations.list())[0]?.own?.version ?? 0;

const tomorrow = () => addDays(utcDayOf(Date.now()), 1);

/** The day of what is planned for a subscription comes. */
async function carriedOut({ subscriptionId }: Made): Promise<void> {
  await run(sql`update planned_changes set due_on = (now() at time zone 'UTC')::date where subscription_id = ${subscriptionId}
    and state = 'waiting'`);
  await eventually(async () => {
    await carryOutPlannedChanges({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet });
    const open = await run(
      sql`select from planned_changes where subscription_id = ${subscriptionId} and state = 'waiting'`,
    );
    return open.rowCount === 0;
  });
}

/** An automation acts on a subscription of its own that gets a tag. */
async function automationActs(action: AutomationAction): Promise<Made> {
  const made = await active();
  const name = `Automation ${newId()}`;
  const tag = newId();
  await run(sql`insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
    values ('tenant', 'unreachable', 'Unreachable', null, 'operator', now(), now()) on conflict do nothing`);
  const rule: AutomationRule = { trigger: { kind: "enters" }, filters: { tag }, actions: [action] };
  const { id } = await admin().automations.create({ name, rule, reason });
  await admin().automations.turnOn({ id });
  await operator().subscriptions.changeTags({ subscriptionId: made.subscriptionId, add: [tag], remove: [] });
  await enterViews({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet });
  return made;
}

/** An hour of usage in a state, of a subscription of its own. */
async function usageSlot(
  state: string,
  {
    hoursAgo = 2,
    problem = null,
    dimension = "storage",
    id,
  }: {
    hoursAgo?: number;
    problem?: string | null;
    dimension?: string;
    id?: string;
  },
): Promise<Made> {
  const subscriptionId = await app.buyActive({ offerId: "vault", planId: "basic", quantity: undefined });
  const slotId = randomUUID();
  const isOpen = state === "collecting";
  await run(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, seal_at, sealed_at, billable, due_at, problem, is_counted)
    values (${slotId}::uuid, ${subscriptionId}, ${dimension}, date_trunc('hour', now()) - make_interval(hours => ${hoursAgo}), 'basic', 150,
      now() - make_interval(hours => ${hoursAgo}), ${state}, case when ${isOpen} then now() + interval '1 hour' end,
      case when ${isOpen} then null else now() end, case when ${isOpen} then null else 50 end,
      case when ${state === "waiting"} then now() + interval '1 hour' end, ${problem}, ${state !== "held"})`);
  return { subscriptionId, slotId, id: id ?? `${subscriptionId} ${dimension}` };
}
const decided =
  (decision: "send" | "correct" | "drop") =>
  ({ slotId = "" }: Made) =>
    operator().usage.decide({ id: slotId, decision, quantity: "120", reason });
/** Microsoft no longer accepts it. */
const agedOut = ({ slotId }: Made) =>
  run(sql`
  update usage_slots set effective_at = now() - interval '25 hours', seal_at = case when state = 'collecting' then now() end,
    due_at = case when state = 'waiting' then now() end where id = ${slotId}::uuid`);

const activate = ({ subscriptionId }: Made) => operator().subscriptions.activate({ subscriptionId, reason });
const waitsFor = (waitingFor: string, askedAgo: string) => async () => {
  const made = await pending();
  await run(sql`update subscriptions set activation_waits_for = ${waitingFor}, activation_asked_at = now() - ${askedAgo}::interval
    where id = ${made.subscriptionId}`);
  return made;
};

/** A suspension by Microsoft that cannot be settled: Get Subscription fails. */
async function openSuspension(): Promise<Made> {
  const made = await active();
  await app.control("faults", { target: `GET ^/api/saas/subscriptions/${made.subscriptionId}$`, status: 500 });
  await app.control(`subscriptions/${made.subscriptionId}/suspend`, {});
  const open = async () =>
    (await app.find(made.subscriptionId))?.operations.find(({ lastError }) => lastError !== null);
  return { ...made, id: (await eventually(open)).id };
}

async function settledAs(action: string, set: ReturnType<typeof sql>): Promise<Made> {
  const made = await active();
  const id = newId();
  await run(sql`insert into operations (id, subscription_id, action, source, stage, quantity, created_at, settled_at, outcome, attempts, last_error, actor_kind, actor_name, due_at, updated_at)
    values (${id}, ${made.subscriptionId}, ${action}, 'Azure', 'settled', 40, now(), now(), 'succeeded', 1, 'Never shown', 'system', 'Microsoft', null, now())`);
  await run(sql`update operations set ${set} where id = ${id}`);
  return { ...made, id };
}

async function differs(kind: string, done: string): Promise<Made> {
  const made = await active();
  const id = newId();
  await run(sql`insert into differences (id, at, subscription_id, kind, done, error, cause)
    values (${id}, now(), ${made.subscriptionId}, ${kind}, ${done}, ${done === "failed" ? "Microsoft answered 500." : null}, null)`);
  return { ...made, id };
}

async function person(): Promise<{ tenantId: string; objectId: string; id: string }> {
  const [tenantId, objectId] = [randomUUID(), randomUUID()];
  await run(sql`insert into staff (tenant_id, object_id, name, role, first_seen_at, last_sign_in_at)
    values (${tenantId}, ${objectId}, 'Priya', 'operator', now(), now())`);
  return { tenantId, objectId, id: `${tenantId}:${objectId}` };
}
const loseRole = ({ objectId }: { objectId: string }) =>
  run(sql`update staff set access_lost_at = now() where object_id = ${objectId}`);
const regainRole = ({ id }: Made) =>
  run(sql`update staff set access_lost_at = null where tenant_id || ':' || object_id = ${id ?? ""}`);
const remake = async (of: Made) => {
  const to = await person();
  const [tenantId = "", objectId = ""] = (of.id ?? "").split(":");
  return admin().staff.handOver({ tenantId, objectId, to: to.id });
};

const receivers: ScriptedServer[] = [];
afterAll(() => Promise.all(receivers.map((receiver) => receiver.stop())));

/** An endpoint that takes everything. */
async function endpoint(): Promise<Made & { id: string }> {
  const receiver = await startScriptedServer();
  receivers.push(receiver);
  receiver.always(answer(204));
  const { id } = await admin().endpoints.create({
    name: `Product ${receivers.length}`,
    address: receiver.url,
    eventTypes: null,
    offerIds: null,
  });
  return { ...noId, id };
}

/** A receiver of emails to which nothing has been delivered for an hour. */
async function failingMail(): Promise<Made> {
  const id = newId();
  await run(sql`insert into outbox_receivers (id, kind, state, state_since, failing_since, failing_lanes)
    values (${id}, 'mail', 'active', now(), now() - interval '1 hour', 1)`);
  return { ...noId, id };
}

const table: Record<NeedKindName, Case> = {
  channel_failing: {
    make: failingMail,
    ends: {
      "a message is delivered": ({ id }) =>
        run(sql`update outbox_receivers set failing_since = null, failing_lanes = 0 where id = ${id ?? ""}`),
      "the channel is removed": ({ id }) =>
        run(sql`update outbox_receivers set state = 'removed' where id = ${id ?? ""}`),
    },
  },
  alarm: {
    async make() {
      await setAlarm(app.db, "clock", "one", { what: "The clock is wrong", remedy: "Set it.", since: new Date() });
      return { ...noId, id: "clock" };
    },
    ends: {
      "the instance ends it": () => setAlarm(app.db, "clock", "one", null),
      "the instance says nothing more": () => run(sql`update alarms set seen_at = now() - interval '4 minutes'`),
    },
  },
  purchase_refused: {
    async make() {
      await run(sql`insert into purchase_refusals (since, last_at, visits, message) values (now(), now() - interval '2 minutes', 1, 'No')
        on conflict do nothing`);
      return { ...noId, id: "resolve" };
    },
    ends: {
      "Microsoft accepts Resolve again": () =>
        checkResolve({ db: app.db, marketplace: app.marketplace, now: () => new Date() }),
      "the last visitor was turned away a week ago": () =>
        run(sql`update purchase_refusals set since = now() - interval '9 days', last_at = now() - interval '8 days'`),
    },
  },
  comparison: {
    async make() {
      await run(sql`insert into reconcile_runs (id, trigger, started_at, finished_at, error)
        values (${newId()}, 'schedule', now() - interval '5 minutes', now() - interval '4 minutes', 'Microsoft answered 500.')`);
      return { ...noId, id: "comparison" };
    },
    ends: { "a comparison succeeds": compare },
  },
  wrong_address: {
    async make() {
      await run(sql`insert into rejected_calls (reason, status, count, last_at) values ('wrong-address /webhook', 404, 1, now())
        on conflict (reason) do update set last_at = now()`);
      return { ...noId, id: "wrong-address /webhook" };
    },
    ends: { "no such call for a week": () => run(sql`update rejected_calls set last_at = now() - interval '8 days'`) },
  },
  unreadable_webhook: {
    async make() {
      await run(sql`insert into webhook_deliveries (id, received_at, outcome, body, body_sha256, headers)
        values (${newId()}, now(), 'unprocessable', '{', 'x', '{}')`);
      return { ...noId, id: "unreadable webhooks" };
    },
    ends: {
      "none came for a week": () =>
        app.db.transaction(async (tx) => {
          // Deliveries are append-only.
          await tx.execute(sql`set local session_replication_role = replica`);
          await tx.execute(sql`update webhook_deliveries set id = ${newId({ msecs: Date.now() - 8 * 86_400_000 })}
            where outcome = 'unprocessable'`);
        }),
    },
  },
  destination_refused: {
    async make() {
      const origin = "https://app.contoso.example";
      const destination = { mode: "button", url: `${origin}/welcome`, opensOnReturn: false, addsOrigin: true } as const;
      await admin().destinations.set({ ...allOffers, ...destination, seenVersion: await seenDestination(), reason });
      await admin().destinations.removeOrigin({ origin, reason });
      return { ...noId, id: origin };
    },
    ends: {
      "an admin allows the origin": () =>
        admin().destinations.addOrigin({ origin: "https://app.contoso.example", reason }),
      "purchasers stay on the landing page": async () =>
        admin().destinations.set({
          ...allOffers,
          mode: "page",
          url: "",
          opensOnReturn: false,
          seenVersion: await seenDestination(),
          reason,
        }),
    },
  },
  answer: {
    async make() {
      const made = await active();
      await app.control("faults", {
        target: `GET ^/api/saas/subscriptions/${made.subscriptionId}/operations/`,
        status: 500,
      });
      await app.control(`subscriptions/${made.subscriptionId}/change-quantity`, { quantity: 9 });
      return made;
    },
    ends: { "it is answered": reset, "its time runs out": () => Promise.resolve(), ...ending },
  },
  cancel_request: {
    async make() {
      const { version } = await app.as("viewer").cancellations.policy();
      await admin().cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
      const made = await active();
      const cancel = { subscriptionId: made.subscriptionId, reason, confirmation: made.subscriptionId };
      const request = await admin().subscriptions.cancel(cancel);
      if (!("requestId" in request)) throw new Error("the cancellation needs no approval");
      return { ...made, id: request.requestId };
    },
    ends: {
      approved: ({ id }) => operator().cancellations.approve({ requestId: id ?? "" }),
      declined: ({ id }) => operator().cancellations.decline({ requestId: id ?? "", reason }),
      withdrawn: ({ id }) => admin().cancellations.withdraw({ requestId: id ?? "" }),
      expired: ({ id }) =>
        run(
          sql`update cancel_requests set requested_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' where id = ${id}`,
        ),
      ...ending,
    },
  },
  planned_change: {
    async make() {
      const made = await active();
      const change = { action: "suspend", until: null, on: tomorrow(), reason } as const;
      const { id } = await operator().plannedChanges.plan({ subscriptionId: made.subscriptionId, ...change });
      return { ...made, id };
    },
    ends: {
      undone: ({ id }) => operator().plannedChanges.undo({ id: id ?? "" }),
      "nothing is left to do": async ({ subscriptionId }) => {
        await operator().subscriptions.suspend({ subscriptionId, reason });
        await carriedOut({ subscriptionId });
      },
      "ended by Microsoft's webhook": async (made) => {
        await ended(made);
        await eventually(async () => (await app.record(made.subscriptionId))?.status === "Unsubscribed");
        await carriedOut(made);
      },
    },
  },
  planned_change_failed: {
    async make() {
      const made = await active();
      const change = { action: "changeQuantity", quantity: 7, on: tomorrow(), reason } as const;
      const { id } = await operator().plannedChanges.plan({ subscriptionId: made.subscriptionId, ...change });
      await run(sql`update planned_changes set planned_by_id = 'tenant:gone' where id = ${id}`);
      await run(sql`insert into staff (tenant_id, object_id, name, email, role, first_seen_at, last_sign_in_at)
        values ('tenant', 'gone', 'Gone', null, 'viewer', now(), now()) on conflict do nothing`);
      await carriedOut(made);
      return { ...made, id };
    },
    ends: { dismissed: ({ id }) => operator().plannedChanges.dismiss({ id: id ?? "" }), ...ending },
  },
  change_proposed: {
    make: () =>
      automationActs({ kind: "propose", change: { action: "suspend", planId: null, quantity: null, inDays: 3 } }),
    ends: {
      confirmed: async ({ subscriptionId }) => {
        const [proposal] = (await app.find(subscriptionId))?.automations.proposals ?? [];
        await operator().automations.confirm({ id: proposal?.id ?? "" });
      },
      declined: async ({ subscriptionId }) => {
        const [proposal] = (await app.find(subscriptionId))?.automations.proposals ?? [];
        await operator().automations.decline({ id: proposal?.id ?? "" });
      },
      ...ending,
    },
  },
  automation_failed: {
    make: () => automationActs({ kind: "notify", to: "tenant:unreachable" }),
    ends: {
      dismissed: async ({ subscriptionId }) => {
        const [problem] = (await app.find(subscriptionId))?.automations.problems ?? [];
        await operator().automations.dismiss({ id: problem?.id ?? "" });
      },
    },
  },
  policy_change: {
    async make() {
      const id = newId();
      await run(sql`insert into policy_changes (id, policy, scope, input, summary, reason, state, requested_by_id, requested_by_name, requested_at, applies_at)
        values (${id}, 'staff_block', ${id}, '{}', 'Weaker', 'Because', 'waiting', 'other:one', 'Priya', now(), now() + interval '1 day')`);
      return { ...noId, id };
    },
    ends: { declined: ({ id }) => admin().policyChanges.decline({ id: id ?? "", reason }) },
  },
  stuck: {
    async make() {
      const made = await openSuspension();
      await run(
        sql`update operations set stuck_at = now(), due_at = null, claimed_by = null, attempts = 480 where id = ${made.id}`,
      );
      return made;
    },
    ends: {
      "tried again by us": async ({ id }) => {
        await reset();
        await operator().operations.retry({ id: id ?? "" });
      },
      "a comparison is answered": () => reset().then(compare),
      "ended by Microsoft's webhook": (made) => reset().then(() => ended(made)),
    },
  },
  unsettled: {
    async make() {
      const made = await openSuspension();
      const old = newId({ msecs: Date.now() - 180_000 });
      // A worker that has claimed it would release it by its former id.
      await eventually(() =>
        app.db.transaction(async (tx) => {
          await tx.execute(sql`alter table operations disable trigger user`);
          const aged = await tx.execute(sql`
            update operations set id = ${old}, created_at = now() - interval '3 minutes'
            where id = ${made.id} and claimed_by is null`);
          await tx.execute(sql`alter table operations enable trigger user`);
          return aged.rowCount === 1;
        }),
      );
      return { subscriptionId: made.subscriptionId };
    },
    ends: {
      "Microsoft answers again": reset,
      "ended by Microsoft's webhook": (made) => reset().then(() => ended(made)),
    },
  },
  activation_failed: {
    async make() {
      const made = await pending();
      const { subscriptionId } = made;
      const target = `POST ^/api/saas/subscriptions/${subscriptionId}/activate`;
      await app.control("faults", { target, status: 400, body: { code: "BadRequest", message: "No." } });
      await activate(made);
      return made;
    },
    ends: { "activated by us": (made) => reset().then(() => activate(made)), ...ending },
  },
  activation_ended: {
    async make() {
      const made = await pending();
      await app.control("settings", { activationOutcome: "Unsubscribed" });
      await activate(made);
      await eventually(() => has("activation_ended", made));
      await app.control("settings", { activationOutcome: "Subscribed" });
      return made;
    },
    ends: {
      "a week has passed": ({ subscriptionId }) =>
        run(
          sql`update operations set settled_at = settled_at - interval '8 days' where subscription_id = ${subscriptionId}`,
        ),
    },
  },
  quarantined: {
    make: () => settledAs("ChangeQuantity", sql`outcome = 'quarantined'`),
    ends: { refreshed, "found equal by a comparison": compare, ...ending },
  },
  effect_missing: {
    make: () => settledAs("ChangeQuantity", sql`attention = 'effect_missing'`),
    ends: {
      "the effect arrives by Microsoft's webhook": ({ subscriptionId }) =>
        app.control(`subscriptions/${subscriptionId}/change-quantity`, { quantity: 40 }),
      "a later change succeeds": ({ subscriptionId }) =>
        operator().subscriptions.changeQuantity({ subscriptionId, quantity: 12, reason }),
      ...ending,
    },
  },
  unknown_action: {
    make: () => settledAs("Transfer", sql`attention = 'unknown_action'`),
    ends: {
      "a week has passed": ({ id }) =>
        run(sql`update operations set settled_at = now() - interval '8 days' where id = ${id}`),
    },
  },
  reused_id: {
    make: () => settledAs("Renew", sql`attention = 'reused_id'`),
    ends: {
      "a week has passed": ({ id }) =>
        run(sql`update operations set settled_at = now() - interval '8 days' where id = ${id}`),
    },
  },
  missing: {
    make: () => differs("missing", "raised"),
    ends: { "asked for alone": refreshed, "named by a comparison": compare, ...ending },
  },
  repair_failed: {
    make: () => differs("drift", "failed"),
    ends: { refreshed, "found equal by a comparison": compare, ...ending },
  },
  unrecognised: {
    async make() {
      const made = await active();
      await run(sql`update subscriptions set unrecognised_status = 'Frozen' where id = ${made.subscriptionId}`);
      return made;
    },
    ends: {
      refreshed,
      "Microsoft's webhook brings a known status": ({ subscriptionId }) =>
        app.control(`subscriptions/${subscriptionId}/suspend`, {}),
      ...ending,
    },
  },
  follow_up: {
    async make() {
      const made = await active();
      await run(sql`update subscriptions set follow_up_on = current_date where id = ${made.subscriptionId}`);
      return made;
    },
    ends: {
      "done by us": ({ subscriptionId }) => operator().subscriptions.setFollowUp({ subscriptionId, on: null }),
      "put on another day": ({ subscriptionId }) =>
        operator().subscriptions.setFollowUp({ subscriptionId, on: "2045-01-01" }),
    },
  },
  mention: {
    async make() {
      const [colleague, { subscriptionId }] = [await person(), await active()];
      const note = { subscriptionId, text: "Look at this", mentions: [colleague.id] };
      const { id: noteId } = await operator().subscriptions.addNote(note);
      const { rows } = await app.db.execute<{ id: string }>(
        sql`select id from note_mentions where note_id = ${noteId}`,
      );
      return { subscriptionId, id: rows[0]?.id ?? "" };
    },
    ends: {
      "read by the colleague": async ({ id = "" }) => {
        const { rows } = await app.db.execute<{ staff_id: string }>(
          sql`select staff_id from note_mentions where id = ${id}`,
        );
        const staff = { id: rows[0]?.staff_id ?? "", name: "Priya", email: "", role: "operator" as const };
        await app.as("operator", { staff }).notes.read({ id, isRead: true });
      },
      "the colleague loses access": ({ id }) =>
        run(sql`update staff set access_lost_at = now() where tenant_id || ':' || object_id =
          (select staff_id from note_mentions where id = ${id ?? ""})`),
    },
  },
  activation: {
    make: pending,
    ends: {
      "activated by us": activate,
      "activated elsewhere, found by a comparison": async ({ subscriptionId }) => {
        await app.marketplace.activate(subscriptionId, "team", 5);
        await eventually(async () => {
          await compare();
          return (await app.find(subscriptionId))?.status === "Subscribed";
        });
      },
      ...ending,
    },
  },
  activation_asked: { make: waitsFor("staff", "1 minute"), ends: { "activated by us": activate, ...ending } },
  provisioning: { make: waitsFor("product", "2 hours"), ends: { "activated by us": activate, ...ending } },
  onboarding: {
    make: () => active(),
    ends: {
      "marked by us": ({ subscriptionId }) => operator().subscriptions.markOnboarded({ subscriptionId }),
      ...ending,
    },
  },
  blocked_owner: {
    async make() {
      const [owner, made] = [await person(), await active()];
      await run(
        sql`update subscriptions set owner_id = ${owner.id}, owner_name = 'Priya' where id = ${made.subscriptionId}`,
      );
      await loseRole(owner);
      return { ...made, id: owner.id };
    },
    ends: {
      "handed over": remake,
      "assigned to another one": ({ subscriptionId }) =>
        operator().subscriptions.assignOwner({ subscriptionId, owner: null }),
      "the role is given back": regainRole,
      ...ending,
    },
  },
  blocked_views: {
    async make() {
      const owner = await person();
      await run(sql`insert into saved_views (id, name, filters, owner_id, owner_name, is_shared, created_at, updated_at)
        values (${newId()}, 'Due', '{}', ${owner.id}, 'Priya', true, now(), now())`);
      await loseRole(owner);
      return { ...noId, id: owner.id };
    },
    ends: {
      "handed over": remake,
      "the role is given back": regainRole,
      "removed by an admin": async ({ id }) => {
        const { rows } = await app.db.execute<{ id: string }>(sql`select id from saved_views where owner_id = ${id}`);
        await admin().views.remove({ id: rows[0]?.id ?? "" });
      },
    },
  },
  blocked_key: {
    async make() {
      const maker = await person();
      const { id } = await app
        .as("admin", { staff: { id: maker.id, name: "Priya", email: "", role: "admin" } })
        .keys.make({ name: `Key ${maker.objectId}` });
      await loseRole(maker);
      return { ...noId, id };
    },
    ends: { revoked: ({ id }) => admin().keys.revoke({ id: id ?? "", reason }) },
  },
  endpoint_paused: {
    async make() {
      const made = await endpoint();
      await run(
        sql`update outbox_receivers set state = 'paused', state_reason = 'failing', state_since = now() where id = ${made.id}`,
      );
      return made;
    },
    ends: {
      "resumed by a test": ({ id }) => admin().endpoints.resume({ id: id ?? "" }),
      removed: ({ id }) => admin().endpoints.remove({ id: id ?? "", reason }),
    },
  },
  usage_unsent: {
    make: () => usageSlot("waiting", { hoursAgo: 19, id: "usage" }),
    ends: {
      "Microsoft accepts it": ({ slotId }) =>
        run(sql`update usage_slots set due_at = now() where id = ${slotId}::uuid`),
      "its 24 hours end": agedOut,
    },
  },
  usage_rejected: {
    make: () => usageSlot("rejected", { problem: "ResourceNotActive" }),
    ends: { "staff send it again": decided("send"), "staff drop it": decided("drop"), "its 24 hours end": agedOut },
  },
  usage_unusual: {
    make: () => usageSlot("held", { problem: "Unusual" }),
    ends: {
      "staff send it": decided("send"),
      "staff correct it": decided("correct"),
      "staff drop it": decided("drop"),
      "its 24 hours end": agedOut,
    },
  },
  usage_unknown: {
    make: () => usageSlot("collecting", { problem: "IncludedUnknown", id: "basic unknown", dimension: "unknown" }),
    ends: {
      "an admin enters what the plan includes": async () => {
        const [{ version = 0 } = {}] = (
          await run(sql`select max(version) as version from usage_allowances where dimension = 'unknown'`)
        ).rows as { version?: number | null }[];
        const of = { offerId: "vault", planId: "basic", dimension: "unknown", termUnit: "P1M", included: "5" };
        await admin().usage.setIncluded({ ...of, seenVersion: version ?? 0, reason });
      },
      "its 24 hours end": agedOut,
    },
  },
  usage_of_former_plan: {
    async make() {
      const made = await usageSlot("lost", {});
      await run(sql`update usage_slots set lost = 5, lost_of_former_plan = 5 where id = ${made.slotId}::uuid`);
      return made;
    },
    ends: {
      "a month passes": ({ slotId }) =>
        run(sql`update usage_slots set hour = hour - interval '32 days' where id = ${slotId}::uuid`),
    },
  },
  usage_differs: {
    async make() {
      const subscriptionId = await app.buyActive({ offerId: "vault", planId: "basic", quantity: undefined });
      // Compared today, so that the app does not compare it before the test does.
      await run(sql`insert into usage_comparisons (day, compared_at) values (current_date - 3, now())
        on conflict (day) do update set compared_at = now(), claimed_until = null`);
      await run(sql`insert into usage_days (day, subscription_id, dimension, ledger, submitted, processed, recon_status, cause, found_at, compared_at)
        values (current_date - 3, ${subscriptionId}, 'storage', 5, 5, 0, 'Rejected', 'rejected', now(), now())`);
      return { subscriptionId, id: `${subscriptionId} storage rejected` };
    },
    ends: {
      "a later comparison finds no difference": async () => {
        await run(
          sql`update usage_comparisons set compared_at = null, claimed_until = null where day = current_date - 3`,
        );
        const actor = { kind: "system" as const, name: "Marketdesk" };
        while (
          await compareUsage({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet, actor })
        );
      },
    },
  },
  usage_not_compared: {
    async make() {
      // Claimed for hours, so that the app does not compare it before the test does.
      await run(sql`insert into usage_comparisons (day, claimed_until) values (current_date - 5, now() + interval '5 hours')
        on conflict (day) do update set compared_at = null, claimed_until = excluded.claimed_until`);
      return { subscriptionId: "", id: "usage comparison" };
    },
    ends: {
      "the comparison succeeds": () =>
        run(sql`update usage_comparisons set compared_at = now(), claimed_until = null where day = current_date - 5`),
      "a month passes": () => run(sql`update usage_comparisons set day = day - 32 where day = current_date - 5`),
    },
  },
  messages_failed: {
    async make() {
      const made = await endpoint();
      const { subscriptionId } = await active();
      const delivered = { receiver: made.id, state: "delivered" as const };
      await eventually(async () => (await admin().messages.list(delivered)).rows.length > 0);
      await run(
        sql`update outbox_messages set state = 'failed' where receiver_id = ${made.id} and state = 'delivered'`,
      );
      return { ...made, subscriptionId };
    },
    ends: {
      "sent again": async ({ id }) => {
        const input = {
          endpointId: id ?? "",
          kind: "failed" as const,
          since: new Date(Date.now() - 60_000).toISOString(),
        };
        const { count } = await admin().endpoints.countResend(input);
        await admin().endpoints.resend({ ...input, maxCount: count });
      },
      "a week has passed": ({ id }) =>
        run(sql`update outbox_messages set ended_at = now() - interval '8 days' where receiver_id = ${id}`),
    },
  },
  product_differs: {
    async make() {
      const made = await active();
      await run(sql`insert into confirmations (subscription_id, plan_id, quantity, access, key_id, key_name, confirmed_at, changed_at)
        values (${made.subscriptionId}, 'team', 3, 'full', ${randomUUID()}, 'Key', now(), now())`);
      await run(
        sql`update confirmations set differs_since = now() - interval '2 hours' where subscription_id = ${made.subscriptionId}`,
      );
      return made;
    },
    ends: {
      "the product follows": ({ subscriptionId }) =>
        run(sql`update confirmations set quantity = 5 where subscription_id = ${subscriptionId}`),
      "Microsoft's webhook makes it equal": ({ subscriptionId }) =>
        app.control(`subscriptions/${subscriptionId}/change-quantity`, { quantity: 3 }),
    },
  },
  suspension: {
    async make() {
      const made = await active();
      await app.control(`subscriptions/${made.subscriptionId}/suspend`, {});
      return made;
    },
    ends: {
      "reinstated by Microsoft's webhook": ({ subscriptionId }) =>
        app.control(`subscriptions/${subscriptionId}/reinstate`, {}),
      ...ending,
    },
  },
  term_end: {
    async make() {
      const made = await active();
      await run(
        sql`update subscriptions set auto_renews = false, term_ends_at = date_trunc('day', now() + interval '5 days') where id = ${made.subscriptionId}`,
      );
      return made;
    },
    ends: {
      "renewal was turned on": refreshed,
      "renewed by Microsoft's webhook": ({ subscriptionId }) =>
        app.control(`subscriptions/${subscriptionId}/renew`, {}),
      ...ending,
    },
  },
  trial_end: {
    async make() {
      const made = await active({ planId: "team-trial" });
      await run(
        sql`update subscriptions set term_ends_at = date_trunc('day', now() + interval '3 days') where id = ${made.subscriptionId}`,
      );
      return made;
    },
    ends: { "the term turns out to be longer": refreshed, ...ending },
  },
  secret: {
    async make() {
      await run(sql`update credentials set ends_on = current_date + 5, told_by = 'Test' where app = 'fulfillment'`);
      return { ...noId, id: "fulfillment" };
    },
    ends: {
      async "a later day is entered"() {
        const { rows } = await app.db.execute<{ on: string | null }>(
          sql`select ends_on::text as on from credentials where app = 'fulfillment'`,
        );
        const seenOn = rows[0]?.on ?? null;
        await admin().connection.setCredentialExpiry({ app: "fulfillment", on: "2045-01-01", seenOn });
      },
      "another secret is used": () => run(sql`update credentials set ends_on = null, told_by = null`),
    },
  },
  api_key_expiry: {
    async make() {
      const { id } = await admin().keys.make({ name: `Key ${randomUUID()}` });
      await run(
        sql`update api_keys set expires_at = now() + interval '2 days', no_expiry_reason = null where id = ${id}`,
      );
      return { ...noId, id };
    },
    ends: { revoked: ({ id }) => admin().keys.revoke({ id: id ?? "", reason }) },
  },
};

test("all kinds of needs are in the table", () => {
  expect(Object.keys(table).toSorted()).toEqual([...needKindNames].toSorted());
});

describe.each(Object.entries(table))("%s", (kind, { make, ends }) => {
  test.each(Object.entries(ends))("disappears when %s", async (_cause, end) => {
    const made = await make();
    await eventually(() => has(kind, made));
    await end(made);
    await eventually(async () => !(await has(kind, made)));
  });
});

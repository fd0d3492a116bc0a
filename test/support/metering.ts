/** Metering for a test: a database of its own, the sandbox as Microsoft, and one clock for both that a test moves. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { receiveUsage, type ReportedUsage } from "../../server/commands/usage/receive-usage.ts";
import { carryLateUsage } from "../../server/commands/usage/carry-late-usage.ts";
import { sealUsage } from "../../server/commands/usage/seal-usage.ts";
import { giveUpOldUsage, sendUsage, sendUsageBeforeChange } from "../../server/commands/usage/send-usage.ts";
import { rememberPlans } from "../../server/commands/subscriptions/available-plans.ts";
import type { Context } from "../../server/context.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { record } from "../../server/database/record/record.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { usageSlots, usageSubmissions } from "../../server/database/schema/usage.ts";
import { currentUsageSettings } from "../../server/database/queries/usage-settings.ts";
import { sealChanged } from "../../server/database/writes/usage-sealing.ts";
import { changesBetween } from "../../server/domain/subscription.ts";
import { quantityOf } from "../../server/domain/usage/quantity.ts";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import type { AcceptedUsage } from "../../sandbox/model.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { controlOf, eventually, quiet } from "./app.ts";
import { createTestDatabase, longTimeouts } from "./database.ts";

export type MeteringDesk = Awaited<ReturnType<typeof startMeteringDesk>>;

export const hourMs = 3_600_000;
/** Longer than the few seconds that a change waits, because a busy machine answers later. */
const slowSendMs = 60_000;

/** The desk's clock begins in the middle of an hour. */
export async function startMeteringDesk() {
  const testDatabase = await createTestDatabase();
  const { db, close } = createDatabase({
    url: testDatabase.appUrl,
    name: "test",
    max: 8,
    ...longTimeouts,
    log: quiet,
  });
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: "http://localhost:1/landing",
    webhookUrl: "http://localhost:1/webhooks",
    stateFile: null,
    sample: false,
  });
  const control = controlOf(sandbox.url);
  await control("clock", { advanceMs: (hourMs * 1.5 - (sandbox.now() % hourMs)) % hourMs });
  await control("settings", { activationDelayMs: 0, operationDelayMs: 0, subscriptionLagMs: 0 });
  const token = createAppToken(sandbox.entra, {});
  const now = () => new Date(sandbox.now());
  const marketplace = createMarketplace({
    baseUrl: sandbox.marketplaceApiUrl,
    getToken: token.get,
    forgetToken: token.forget,
  });
  const ctx: Context = { db, marketplace, now, log: quiet, actor: { kind: "system", name: "Marketdesk" } };
  const accepted = async () => (await control<{ accepted: AcceptedUsage[] }>("usage")).accepted;

  /** Copies a subscription from the sandbox to our database. */
  async function copy(id: string): Promise<void> {
    const truth = await marketplace.getSubscription(id);
    const at = now();
    const facts = {
      name: truth.name ?? id,
      offerId: truth.offerId ?? "",
      planId: truth.planId ?? "",
      status: truth.status ?? "Subscribed",
      termUnit: truth.term.unit,
      termStartsOn: truth.term.startsOn,
      termEndsOn: truth.term.endsOn,
      isFreeTrial: truth.isFreeTrial ?? false,
    };
    const [former] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
    const statusSince = former?.status === facts.status ? former.statusSince : at;
    // From this time on, another plan, status or term decides about usage.
    if (former) {
      const { planId, status, termUnit, termStartsOn, termEndsOn } = facts;
      const changes = changesBetween(former, { ...former, planId, status, termUnit, termStartsOn, termEndsOn });
      await record(
        db,
        ctx.actor,
        at,
        changes.map((change) => ({ ...change, subscriptionId: id })),
      );
    }
    const stamps = { statusSince, syncedAt: at, updatedAt: at };
    await db
      .insert(subscriptions)
      .values({ id, ...facts, ...stamps, firstSeenBy: "reconcile", createdAt: at })
      .onConflictDoUpdate({ target: subscriptions.id, set: { ...facts, ...stamps } });
  }

  return {
    db,
    /** By the role that owns the tables. */
    ownerUrl: testDatabase.url,
    ctx,
    control,
    now,
    accepted,
    copy,
    /** A subscription to Vault Basic, which includes 100 GB of storage and two restores in a month. */
    async buy(others: object = {}): Promise<string> {
      const { subscriptionId: id } = await control<{ subscriptionId: string }>("purchases", {
        offerId: "vault",
        planId: "basic",
        autoActivate: true,
        ...others,
      });
      await copy(id);
      const { offerId } = { offerId: "vault", ...others };
      await rememberPlans(ctx, offerId, await marketplace.listAvailablePlans(id));
      return id;
    },
    /** Reports usage of now, or of another time. */
    async report(subscriptionId: string, quantity: string, others: Partial<ReportedUsage> = {}) {
      const event: ReportedUsage = {
        eventId: randomUUID(),
        subject: { subscriptionId },
        dimension: "storage",
        quantity: quantityOf(quantity),
        occurredAt: now(),
        ...others,
      };
      const [outcome] = await receiveUsage(ctx, [event], { source: "product", reason: null });
      return { event, outcome };
    },
    /** 24 earlier hours with 6 each: with this baseline, more than 120 in an hour is unusual. They are in no account. */
    async giveBaseline(subscriptionId: string): Promise<void> {
      await db.execute(sql`
        insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, ended_at, billable)
        select gen_random_uuid(), ${subscriptionId}, 'storage', hour, 'basic', 6, hour, 'included', hour, hour, 0
        from generate_series(1, 24) n, lateral (
          select date_trunc('hour', ${now().toISOString()}::timestamptz) - make_interval(hours => 48 + n) as hour) h`);
    },
    repeat: (events: ReportedUsage[]) => receiveUsage(ctx, events, { source: "product", reason: null }),
    /** Moves both clocks. */
    async pass(ms: number): Promise<void> {
      await control("clock", { advanceMs: ms });
    },
    /** Seals and sends until nothing is due. */
    async work(by: Context = ctx): Promise<void> {
      const { graceMinutes } = await currentUsageSettings(db);
      await sealChanged(db, null, { now: now(), graceMinutes });
      for (;;) {
        const sealed = (await carryLateUsage(by)) + (await sealUsage(by));
        const lost = await giveUpOldUsage(by);
        const { count, pauseMs } = await sendUsage(by);
        if (pauseMs !== null || sealed + lost + count === 0) return;
      }
    },
    /** Does what happens before a change of ours. */
    sendFirst: (subscriptionId: string, change: "ChangePlan" | "Unsubscribe" = "ChangePlan") =>
      sendUsageBeforeChange(ctx, subscriptionId, change, slowSendMs),
    slotsOf: (subscriptionId: string) =>
      db.select().from(usageSlots).where(eq(usageSlots.subscriptionId, subscriptionId)).orderBy(usageSlots.hour),
    submissionsOf: (slotId: string) =>
      db.select().from(usageSubmissions).where(eq(usageSubmissions.slotId, slotId)).orderBy(usageSubmissions.id),
    /** What Microsoft has accepted of a subscription, by dimension, in hundredths. */
    async acceptedOf(subscriptionId: string): Promise<Record<string, number>> {
      const sums: Record<string, number> = {};
      for (const one of await accepted()) {
        if (one.resourceId !== subscriptionId) continue;
        sums[one.dimension] = (sums[one.dimension] ?? 0) + Math.round(one.quantity * 100);
      }
      return sums;
    },
    /** An action at Microsoft, and our copy after it. */
    async act(subscriptionId: string, action: string, input: object, status: string): Promise<void> {
      await control(`subscriptions/${subscriptionId}/${action}`, { ...input, deliver: false });
      // Microsoft accepts a change that is not answered within ten seconds.
      if (action === "reinstate") await control("clock", { advanceMs: 11_000 });
      await eventually(async () => {
        const { saasSubscriptionStatus, status: word } = await control<Record<string, string>>(
          `subscriptions/${subscriptionId}`,
        );
        return (word ?? saasSubscriptionStatus) === status;
      });
      await copy(subscriptionId);
    },
    /** Makes claims look like those of a process that died a minute ago. */
    async expireClaims(): Promise<void> {
      await db.execute(
        sql`update usage_slots set claimed_until = now() - interval '1 second' where claimed_until is not null`,
      );
    },
    async stop(): Promise<void> {
      await sandbox.stop();
      await close();
      await testDatabase.drop();
    },
  };
}

/** Late usage is carried for many hours at a time, with the results of one hour after the other. */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { carryLateUsage } from "../../server/commands/usage/carry-late-usage.ts";
import type { Database } from "../../server/database/connection/database.ts";
import { record } from "../../server/database/record/record.ts";
import { createRandom, type Random } from "../../sandbox/random.ts";
import { eventually } from "../support/app.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
beforeAll(async () => {
  desk = await startMeteringDesk();
});
afterAll(() => desk?.stop());

const hourNow = () => Math.floor(desk.now().getTime() / hourMs) * hourMs;

type Hour = {
  hour: number;
  planId?: string;
  state?: "included" | "collecting" | "lost";
  late?: string;
  lateOther?: Record<string, string>;
  isTrial?: boolean;
};

async function addHours(subscriptionId: string, dimension: string, hours: Hour[]): Promise<void> {
  const rows = hours.map(({ hour, planId = "basic", state = "included", late = "0", lateOther, isTrial = false }) => {
    const at = new Date(hour).toISOString();
    const isCollecting = state === "collecting";
    return {
      hour: at,
      planId,
      state,
      late,
      lateOther: lateOther ?? null,
      isTrial,
      sealAt: isCollecting ? at : null,
      endedAt: isCollecting ? null : at,
      billable: isCollecting ? null : "0",
    };
  });
  await desk.db.execute(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, late, late_other, effective_at, state, seal_at, sealed_at,
      ended_at, billable, is_trial)
    select gen_random_uuid(), ${subscriptionId}, ${dimension}, hour, "planId", 1, late, "lateOther", hour, state, "sealAt", "endedAt",
      "endedAt", billable, "isTrial"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(hour timestamptz, "planId" text, state text, late numeric, "lateOther" jsonb,
      "sealAt" timestamptz, "endedAt" timestamptz, billable numeric, "isTrial" boolean)`);
}

/** The ledger, by its values instead of its generated ids. */
async function ledgerIn(db: Pick<Database, "execute">) {
  const slots = await db.execute(sql`
    select subscription_id, dimension, hour, plan_id, state, quantity, carried, late, late_other, moved, lost, lost_of_former_plan,
      effective_at, seal_at, is_trial from usage_slots order by 1, 2, 3`);
  const carries = await db.execute(sql`
    select f.subscription_id, f.dimension, f.hour as from_hour, t.hour as to_hour, t.plan_id, c.quantity, c.at from usage_carries c
    join usage_slots f on f.id = c.from_slot_id join usage_slots t on t.id = c.to_slot_id order by 1, 2, 3, 4, 6`);
  const entries = await db.execute(sql`
    select subscription_id, summary, after from activity where kind = 'usage.lost' order by 1, 2, after::text`);
  return { slots: slots.rows, carries: carries.rows, entries: entries.rows };
}

/** The ledger after all late usage is carried; nothing is kept. */
async function ledgerWith(batchSize: number, now: Date) {
  let ledger: Awaited<ReturnType<typeof ledgerIn>> | undefined;
  const isUndone = await desk.db
    .transaction(async (tx) => {
      const ctx = { ...desk.ctx, db: tx as unknown as Database, now: () => now };
      while ((await carryLateUsage(ctx, batchSize)) > 0);
      ledger = await ledgerIn(tx);
      tx.rollback();
    })
    .catch(() => true);
  expect(isUndone).toBe(true);
  if (!ledger) throw new Error("the late usage could not be carried");
  return ledger;
}

async function changePlan(subscriptionId: string, before: string, after: string, at: Date): Promise<void> {
  await record(desk.db, desk.ctx.actor, at, [
    {
      subscriptionId,
      kind: "subscription.plan_changed",
      summary: "The plan was changed",
      before: { planId: before },
      after: { planId: after },
    },
  ]);
  await desk.db.execute(sql`update subscriptions set plan_id = ${after} where id = ${subscriptionId}`);
}

/** Subscriptions in all states, with changes of plan, trials, and late usage in half of their hours. */
async function addLateUsage(random: Random): Promise<void> {
  const plans = ["basic", "plus"] as const;
  for (let index = 0; index < 6; index += 1) {
    const id = await desk.buy();
    let planId: string = "basic";
    const changes = Array.from({ length: random.between(0, 3) }, () => random.between(1, 26 * 60)).toSorted(
      (one, other) => other - one,
    );
    for (const minutes of changes) {
      const next = random.pick(plans);
      if (next === planId) continue;
      await changePlan(id, planId, next, new Date(desk.now().getTime() - minutes * 60_000));
      planId = next;
    }
    const status = random.pick(["Subscribed", "Subscribed", "Subscribed", "Unsubscribed"]);
    const isTrial = random.between(0, 3) === 0;
    const trialEnd = new Date(hourNow() + random.between(-1, 1) * 24 * hourMs).toISOString();
    await desk.db.execute(sql`update subscriptions set status = ${status}, is_free_trial = ${isTrial},
      term_ends_at = date_trunc('day', ${trialEnd}::timestamptz, 'UTC') where id = ${id}`);
    for (const dimension of ["storage", "restores"]) {
      const hours: Hour[] = [];
      for (let ago = -2; ago <= 27; ago += 1) {
        if (random.between(0, 2) === 0) continue;
        const late = random.between(0, 1) === 0 ? 0 : random.between(1, 9_000);
        const other = random.between(0, late);
        hours.push({
          hour: hourNow() - ago * hourMs,
          planId: random.pick(plans),
          state: ago < 3 && random.between(0, 1) === 0 ? "collecting" : random.pick(["included", "lost"]),
          late: String(late / 100),
          isTrial: isTrial && random.between(0, 1) === 0,
          ...(other > 0 && random.between(0, 1) === 0
            ? { lateOther: { [random.pick(["basic", "plus", "pro"])]: String(other / 100) } }
            : {}),
        });
      }
      await addHours(id, dimension, hours);
    }
  }
}

describe("late usage of many hours", () => {
  test.each([1, 2, 3])("is carried as that of one hour after the other, seed %i", async (seed) => {
    await desk.db.execute(sql`update usage_slots set late = 0, late_other = null`);
    await addLateUsage(createRandom(seed));
    const now = desk.now();
    const single = await ledgerWith(1, now);
    expect(single.carries.length).toBeGreaterThan(10);
    expect(single.entries.length).toBeGreaterThan(10);
    expect(await ledgerWith(200, now)).toEqual(single);
    expect(await ledgerWith(7, now)).toEqual(single);
  });

  test("needs as many statements as that of one", async () => {
    await desk.db.execute(sql`update usage_slots set late = 0, late_other = null`);
    async function countStatements(subscriptions: number): Promise<number> {
      for (let index = 0; index < subscriptions; index += 1) {
        const id = await desk.buy();
        const at = new Date(desk.now().getTime() - 3.5 * hourMs);
        await changePlan(id, "basic", "plus", at);
        await addHours(
          id,
          "storage",
          Array.from({ length: 20 }, (_, ago) => ({ hour: hourNow() - (ago + 1) * hourMs, late: "1.5" })),
        );
      }
      let statements = 0;
      const logger = { logQuery: () => void (statements += 1) };
      const db = drizzle({ client: desk.db.$client, casing: "snake_case", logger });
      expect(await carryLateUsage({ ...desk.ctx, db })).toBe(subscriptions * 20);
      return statements;
    }
    const forOne = await countStatements(1);
    expect(forOne).toBeGreaterThan(0);
    expect(await countStatements(8)).toBe(forOne);
  });

  test("goes to the next hour if a report creates the open one for another plan at that moment", async () => {
    const id = await desk.buy();
    const other = await desk.buy();
    await addHours(id, "storage", [{ hour: hourNow() - hourMs, late: "2.5" }]);
    await addHours(other, "storage", [{ hour: hourNow() - hourMs, late: "4" }]);
    const report = Promise.withResolvers<void>();
    const isInserted = Promise.withResolvers<void>();
    const reporting = desk.db.transaction(async (tx) => {
      await tx.execute(sql`
        insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, seal_at)
        values (gen_random_uuid(), ${id}, 'storage', ${new Date(hourNow()).toISOString()}::timestamptz, 'plus', 1, now(), 'collecting', now())`);
      isInserted.resolve();
      await report.promise;
    });
    await isInserted.promise;
    const carrying = carryLateUsage(desk.ctx);
    await eventually(async () => {
      const { rows } = await desk.db.execute(sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    report.resolve();
    await reporting;
    await carrying;
    expect((await desk.slotsOf(id)).map(({ planId, carried, moved, late }) => [planId, carried, moved, late])).toEqual([
      ["basic", "0", "2.5", "0"],
      ["plus", "0", "0", "0"],
      ["basic", "2.5", "0", "0"],
    ]);
    expect((await desk.slotsOf(other)).map(({ carried }) => carried)).toEqual(["0", "4"]);
  });

  test.each([
    ["one hour", 1, ["2.5"]],
    ["all hours", 9, []],
  ])("ends if the database refuses %s for a reason that was not read", async (_, refusedHours, carried) => {
    const id = await desk.buy();
    await addHours(id, "storage", [{ hour: hourNow() - hourMs, late: "2.5" }]);
    const owner = drizzle(desk.ownerUrl);
    await owner.execute(
      sql.raw(`
      create function refuse_hours() returns trigger language plpgsql as $$ begin
        return case when new.subscription_id = '${id}' and new.hour < to_timestamp(${(hourNow() + refusedHours * hourMs) / 1000}) then null else new end; end $$;
      create trigger refuse_hours before insert on usage_slots for each row execute function refuse_hours()`),
    );
    try {
      await carryLateUsage(desk.ctx);
    } finally {
      await owner.execute(sql`drop function refuse_hours() cascade`);
      await owner.$client.end();
    }
    const [late, ...others] = await desk.slotsOf(id);
    expect(late).toMatchObject(refusedHours === 1 ? { late: "0", moved: "2.5" } : { late: "0", lost: "2.5" });
    expect(others.map((slot) => slot.carried)).toEqual(carried);
  });
});

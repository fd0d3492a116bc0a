/** Usage in the audit trail: digests by day, which `npm run verify-record` compares with the rows. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyRetention } from "../../server/commands/upkeep/apply-retention.ts";
import { decideUsage } from "../../server/commands/usage/decide-usage.ts";
import { takeUsageDigest } from "../../server/commands/usage/take-usage-digest.ts";
import type { Context } from "../../server/context.ts";
import { usageProof } from "../../server/database/queries/usage-proof.ts";
import { proveRecord } from "../../server/database/record/record-proof.ts";
import type { RunQuery } from "../../server/database/record/usage-of-day.ts";
import { proveUsage } from "../../server/database/record/usage-proof.ts";
import type { RecordProblem } from "../../server/database/schema/record-chain.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { describeProof } from "../../server/domain/record-proof.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
let owner: pg.Client;
/** Two subscriptions with billed usage, one whose plan includes it all, and two with usage of 500 days ago. */
let [one, other, included, old, yearly]: string[] = [];

beforeAll(async () => {
  desk = await startMeteringDesk();
  owner = new pg.Client({ connectionString: desk.ownerUrl });
  await owner.connect();
  [one, other, included] = [await desk.buy(), await desk.buy(), await desk.buy()];
  [old, yearly] = [await desk.buy(), await desk.buy()];
  await usageOfAnHour();
  await makeOld();
  await takeDigests();
});
afterAll(async () => {
  await owner?.end();
  await desk?.stop();
});

/** Also late usage, which is carried to the next hour. Microsoft's window for the day has ended afterwards. */
async function usageOfAnHour(): Promise<void> {
  const occurredAt = desk.now();
  await desk.report(one ?? "", "120.5");
  await desk.report(other ?? "", "130");
  await desk.report(included ?? "", "5");
  for (const id of [old, yearly]) await desk.report(id ?? "", "140");
  await desk.pass(hourMs + 6 * 60_000);
  await desk.work();
  await desk.report(one ?? "", "2", { occurredAt });
  await desk.work();
  await desk.pass(51 * hourMs);
  await desk.work();
}

/** The term of one of the two has not ended. */
async function makeOld(): Promise<void> {
  const ofBoth = `where subscription_id in ('${old}', '${yearly}')`;
  const earlier = (...columns: string[]) => columns.map((name) => `${name} = ${name} - interval '500 days'`).join();
  await owner.query("begin");
  await owner.query("set local session_replication_role = replica");
  await owner.query(`update usage_submissions set ${earlier("sent_at", "answered_at")}
    where slot_id in (select id from usage_slots ${ofBoth})`);
  await owner.query(
    `update usage_slots set ${earlier("hour", "effective_at", "sealed_at", "ended_at", "term_starts_on")} ${ofBoth}`,
  );
  await owner.query(`update usage_events set ${earlier("hour", "occurred_at", "received_at")} ${ofBoth}`);
  await owner.query(`update usage_accounts set ${earlier("term_starts_on", "term_ends_on")} ${ofBoth}`);
  await owner.query(`update usage_accounts set term_ends_on = '2099-12-31' where subscription_id = '${yearly}'`);
  await owner.query("commit");
}

async function takeDigests(): Promise<number> {
  for (let count = 0; ; count += 1) if (!(await takeUsageDigest(desk.ctx))) return count;
}

const query: RunQuery = async <Row>(text: string) => (await owner.query(text)).rows as Row[];

/** What is found after changes that are undone, past all triggers. */
async function foundAfter(...statements: string[]): Promise<RecordProblem[]> {
  await owner.query("begin");
  try {
    await owner.query("set local session_replication_role = replica");
    for (const statement of statements) await owner.query(statement);
    const found: RecordProblem[] = [];
    await proveUsage(query, (problem) => found.push(problem));
    return found;
  } finally {
    await owner.query("rollback");
  }
}

const slot = (id: string | undefined) => `subscription_id = '${id}' and accepted is not null`;

describe("the digest of a day", () => {
  test("is recorded once for all hours, and verified from outside", async () => {
    const days = new Set((await allSlots()).map(({ hour }) => hour.slice(0, 10)));
    const entries = await desk.db.select().from(activity).where(eq(activity.kind, "usage.digest_taken"));
    expect(entries.map(({ after }) => (after as { day: string }).day)).toEqual([...days].toSorted());
    expect(await takeDigests()).toBe(0);
    const proof = await proveRecord(desk.db, []);
    expect(proof).toMatchObject({ problems: [], usage: { days: days.size, hours: 6 } });
    expect(describeProof(proof).join("\n")).toContain("Checked 6 hours of usage");
    const [hour] = await desk.slotsOf(one ?? "");
    expect((await usageProof(desk.db, hour?.id ?? ""))?.digest).toMatchObject({
      entryId: entries[1]?.id,
      isOpen: false,
    });
  });

  test.each([
    [
      "a changed quantity",
      () => [`update usage_slots set quantity = quantity + 1 where ${slot(one)} and carried = 0`],
      "usage_changed",
    ],
    [
      "a changed acceptance ID",
      () => [`update usage_slots set usage_event_id = 'x' where ${slot(one)} and carried = 0`],
      "usage_changed",
    ],
    [
      "a changed answer of Microsoft",
      () => [
        `update usage_submissions set usage_event_id = 'x' where slot_id = (select id from usage_slots where ${slot(other)})`,
      ],
      "usage_changed",
    ],
    [
      "a deleted call",
      () => [`delete from usage_submissions where slot_id = (select id from usage_slots where ${slot(other)})`],
      "usage_changed",
    ],
    [
      "a changed event",
      () => [`update usage_events set quantity = quantity + 1 where subscription_id = '${included}'`],
      "usage_changed",
    ],
    ["a deleted hour", () => [`delete from usage_slots where ${slot(other)}`], "usage_deleted"],
    [
      "an hour of another subscription",
      () => [`update usage_slots set subscription_id = 'x' where ${slot(other)}`],
      "usage_deleted",
    ],
    [
      "an hour without its events",
      () => [`delete from usage_events where subscription_id = '${included}'`],
      "usage_deleted",
    ],
  ])("reveals %s, and names the hour", async (_, statements, kind) => {
    const found = await foundAfter(...statements());
    expect(found.map((problem) => problem.kind)).toContain(kind);
    expect(found[0]?.about).toMatch(/^the hour \S+ of storage, subscription \S+,$/);
  });

  test("reveals an hour that was added", async () => {
    const add = (at: string) => [
      `create temp table copied on commit drop as select * from usage_slots where ${slot(other)}`,
      `update copied set id = gen_random_uuid(), hour = ${at}`,
      "insert into usage_slots select * from copied",
      `insert into usage_events select gen_random_uuid(), gen_random_uuid()::text, subscription_id, plan_id, dimension, 1, hour, hour, hour, false,
        'product', null, 'product', null, 'Key' from copied`,
    ];
    const found = await foundAfter(...add("hour + interval '3 minutes'"));
    expect(found).toMatchObject([{ kind: "usage_added" }]);
  });

  test("is not verified by digests that were changed with the rows", async () => {
    const found = await foundAfter(
      `delete from usage_slots where ${slot(other)}`,
      `delete from usage_digests where subscription_id = '${other}'`,
    );
    expect(found.map((problem) => problem.kind)).toContain("usage_digest");
    const emptied = await foundAfter(
      `delete from usage_slots where ${slot(other)}`,
      `update usage_digests set leaves = null where subscription_id = '${other}'`,
    );
    expect(emptied.map((problem) => problem.kind)).toContain("usage_digest");
  });

  test("stays the same when usage of the day is reported too late", async () => {
    const [hour] = await desk.slotsOf(one ?? "");
    await desk.report(one ?? "", "7", { occurredAt: hour?.hour ?? desk.now() });
    expect((await desk.slotsOf(one ?? ""))[0]).toMatchObject({ lost: "7" });
    expect((await proveRecord(desk.db, [])).problems).toEqual([]);
  });

  test("is followed by another one when staff decide about an hour later", async () => {
    const id = await desk.buy();
    const at = desk.now();
    const sent = {
      resourceId: id,
      planId: "basic",
      dimension: "storage",
      quantity: 9,
      effectiveStartTime: at.toISOString(),
    };
    await desk.ctx.marketplace.sendUsage([sent], { correlationId: randomUUID(), deadlineMs: 20_000 });
    await desk.report(id, "150");
    await desk.pass(hourMs + 6 * 60_000);
    await desk.work();
    await desk.pass(51 * hourMs);
    await desk.work();
    expect(await takeDigests()).toBe(1);
    const [hour] = await desk.slotsOf(id);
    expect(hour).toMatchObject({ state: "rejected" });
    const digest = async () => (await usageProof(desk.db, hour?.id ?? ""))?.digest;
    expect(await digest()).toMatchObject({ isOpen: true });
    expect(await takeDigests()).toBe(0);

    const actor = { kind: "staff", id: "t:amira", name: "Amira", role: "admin" } as const;
    const staff: Context = { ...desk.ctx, actor };
    await desk.pass(60_000);
    await decideUsage(staff, { id: hour?.id ?? "", decision: "adopt", quantity: "9", reason: "Microsoft bills it" });
    await desk.pass(60_000);
    expect((await proveRecord(desk.db, [])).problems).toEqual([]);
    expect(await takeDigests()).toBe(1);
    expect(await digest()).toMatchObject({ isOpen: false });
    expect((await proveRecord(desk.db, [])).problems).toEqual([]);
    expect(await foundAfter(`update usage_slots set accepted = 10 where id = '${hour?.id}'`)).toMatchObject([
      { kind: "usage_changed" },
    ]);
  });
});

describe("retention", () => {
  test("is accepted where it is recorded and its rules allow it, and nowhere else", async () => {
    const deleteOld = `delete from usage_slots where subscription_id = '${old}'`;
    const deleteYearly = `delete from usage_slots where subscription_id = '${yearly}'`;
    expect(await foundAfter(deleteOld)).toMatchObject([{ kind: "usage_deleted" }]);

    expect(await applyRetention(desk.ctx)).toMatchObject({ usage: 1 });
    expect(await desk.slotsOf(old ?? "")).toEqual([]);
    expect(await desk.slotsOf(yearly ?? "")).toHaveLength(1);
    expect((await proveRecord(desk.db, [])).problems).toEqual([]);

    const ofYearly = [{ kind: "usage_deleted", about: expect.stringContaining(yearly ?? "") }];
    expect(await foundAfter(deleteYearly)).toMatchObject(ofYearly);
    // Neither an entry about the future nor the lack of one is believed.
    const entry = "kind = 'usage.deleted'";
    for (const statement of [
      `delete from activity where ${entry}`,
      `update activity set after = '{"before":"2099-12-31"}' where ${entry}`,
    ]) {
      const found = await foundAfter(statement);
      expect(found.map(({ kind, about }) => kind === "usage_digest" && about.includes(old ?? ""))).toEqual([true]);
    }
  });
});

async function allSlots(): Promise<{ hour: string }[]> {
  const { rows } = await desk.db.execute<{ hour: string }>(sql`
    select to_char(hour at time zone 'UTC', 'YYYY-MM-DD HH24') as hour from usage_slots order by 1`);
  return rows;
}

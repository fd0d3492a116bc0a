/** The activity record as a chain: it grows without forks under load, and every way to change it afterwards is found. */
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addNote } from "../../server/commands/subscriptions/add-note.ts";
import type { Context } from "../../server/context.ts";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { anchorOfDay, readAnchor } from "../../server/database/record/record-anchor.ts";
import { readVerification, verifyRecord } from "../../server/database/record/record-check.ts";
import { record } from "../../server/database/record/record.ts";
import { createTestDatabase, type TestDatabase, longTimeouts } from "../support/database.ts";

const log = pino({ level: "silent" });
const staff = { kind: "staff", id: "t:amira", name: "Amira", role: "admin" } as const;
const now = () => new Date("2026-03-01T10:00:00Z");

let database: TestDatabase;
let pool: ReturnType<typeof createDatabase>;
let db: Database;

async function open() {
  database = await createTestDatabase();
  pool = createDatabase({ url: database.url, name: "test", max: 12, ...longTimeouts, log });
  db = pool.db;
}

async function close() {
  await pool?.close();
  await database?.drop();
}

const write = (subscriptionId: string | null, summary: string, more: object = {}) =>
  record(db, staff, now(), [
    { subscriptionId, kind: "subscription.details_changed", summary, after: { summary }, ...more },
  ]);

async function verify() {
  expect(await verifyRecord(db, now, () => false)).toBe(true);
  return readVerification(db);
}

class Undone extends Error {}

/** Changes the record as the owner of the database could, past every trigger, and undoes it; the kinds found after each step. */
async function foundAfter(...steps: string[][]): Promise<string[][]> {
  const found: string[][] = [];
  await db
    .transaction(async (tx) => {
      await tx.execute(sql.raw("set local session_replication_role = replica"));
      for (const statements of steps) {
        for (const statement of statements) {
          const { rowCount } = await tx.execute(sql.raw(statement));
          if (!statement.startsWith("alter")) expect(rowCount, statement).toBeGreaterThan(0);
        }
        expect(await verifyRecord(tx as unknown as Database, now, () => false)).toBe(true);
        const problems = (await readVerification(tx)).found;
        found.push([...new Set(problems.map(({ kind }) => kind))].toSorted());
      }
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return found;
}

describe("an audit trail with many simultaneous writers", () => {
  beforeAll(open);
  afterAll(close);

  test("has one chain per subscription, without forks and deadlocks, and verifies", async () => {
    const writers = Array.from({ length: 12 }, (_, writer) =>
      (async () => {
        for (let round = 0; round < 25; round += 1) {
          // In one statement, in an order of its own.
          const ids = ["a", "b", "c", "d"].toSorted(() => (writer % 2 === 0 ? 1 : -1));
          const entries = ids.map((id) => ({
            subscriptionId: id,
            kind: "subscription.details_changed" as const,
            summary: `${writer}.${round}`,
          }));
          await record(db, staff, now(), entries);
          await write(null, `alone ${writer}.${round}`);
        }
      })(),
    );
    await Promise.all(writers);
    const { found, entries, at } = await verify();
    expect(found).toEqual([]);
    expect(at).toEqual(now());
    expect(entries).toBe(12 * 25 * 5);
    const { rows } = await db.execute<{ name: string; count: string }>(
      sql`select name, count from activity_streams order by name`,
    );
    expect(rows.map(({ name, count }) => [name, Number(count)])).toEqual([
      ["d 2026-03-01 staff t:amira", 300],
      ...["a", "b", "c", "d"].map((id) => [`s ${id}`, 300]),
    ]);
  });

  test("has no link of a change that was not committed", async () => {
    await db
      .transaction(async (tx) => {
        await record(tx, staff, now(), [
          { subscriptionId: "a", kind: "subscription.details_changed" as const, summary: "never was" },
        ]);
        throw new Error("not committed");
      })
      .catch(() => {});
    await write("a", "next");
    expect((await verify()).found).toEqual([]);
  });

  test("does not make transactions about different subscriptions or people wait for each other", async () => {
    await db.transaction(async (tx) => {
      await record(tx, staff, now(), [
        { subscriptionId: "e", kind: "subscription.details_changed" as const, summary: "open" },
      ]);
      // Even the same chain is locked only while a transaction commits.
      await write("e", "meanwhile");
      await write("f", "meanwhile");
      await write(null, "meanwhile");
    });
    expect((await verify()).found).toEqual([]);
  });

  test("is verified from where the last pass stopped", async () => {
    expect(await verifyRecord(db, now, () => true)).toBe(false);
    const { rows } = await db.execute<{ phase: string }>(sql`select phase from record_checks`);
    expect(rows[0]?.phase).toBe("streams");
    expect((await verify()).found).toEqual([]);
  });

  test("has one anchor a day, which covers entries older than an hour and stays the same later", async () => {
    const nextDay = new Date("2026-03-02T10:00:00Z");
    expect(await anchorOfDay(db, now())).toMatchObject({ through: "2026-03-01T09:00:00.000Z", entries: 0 });
    expect(await anchorOfDay(db, now())).toBeNull();
    const anchor = await anchorOfDay(db, nextDay);
    expect(anchor).toMatchObject({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      through: "2026-03-02T09:00:00.000Z",
    });
    expect(anchor?.entries).toBeGreaterThan(1_500);
    await record(db, staff, nextDay, [
      { subscriptionId: "a", kind: "subscription.details_changed" as const, summary: "a day later" },
    ]);
    expect(await readAnchor(db, new Date(anchor?.through ?? ""))).toEqual(anchor);
    const later = await readAnchor(db, new Date("2026-03-02T11:00:00Z"));
    expect(later.entries).toBe((anchor?.entries ?? 0) + 1);
    expect(later.digest).not.toBe(anchor?.digest);
  });

  test.each(["activity", "activity_chain", "activity_streams"])("probe 84: %s refuses to be changed", async (table) => {
    for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
      await expect(db.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: "42501" } });
    }
  });

  test.each([
    "update activity set summary = 'x'",
    "update activity_chain set hash = ''",
    "insert into activity_chain (stream_id, seq, activity_id, hash, version) select 1, 99999, gen_random_uuid(), '', 1",
    "update activity_streams set count = count + 1",
    "insert into activity_streams (name, count, hash) values ('x', 0, '')",
  ])("probe 84: refused: %s", async (statement) => {
    await expect(db.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: "42501" } });
  });
});

describe("probe 85: the check finds a change that bypassed the triggers:", () => {
  beforeAll(async () => {
    await open();
    for (const word of ["one", "two", "three", "four"]) await write("s1", word);
    await write("s2", "other");
    await write(null, "rule");
    const ctx = { db, now, log, actor: staff } as unknown as Context;
    await db.execute(sql`insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at)
      values ('s3', 'Fabrikam', 'insight', 'team', 'Subscribed', now(), 'webhook', now(), now(), now())`);
    await addNote(ctx, { subscriptionId: "s3", text: "They asked for an invoice" });
    await verify();
  });
  afterAll(close);

  const link = (word: string) =>
    `(select activity_id from activity_chain c join activity a on a.id = activity_id where summary = '${word}')`;

  test.each([
    ["its words", "summary = 'tampered'"],
    ["its time", "at = at + interval '1 ms'"],
    ["what was before", `before = '{"seats": 1}'`],
    ["what came of it", "after = null"],
    ["the reason", "reason = 'because'"],
    ["who it was", "actor_name = 'Someone else'"],
    ["the operation", "operation_id = gen_random_uuid()"],
    ["the code of the reason", "reason_code = 'other'"],
    ["where it came from", "source = 'webhook'"],
    ["the bulk run", "bulk_run_id = gen_random_uuid()"],
    ["what it was", "kind = 'subscription.renewed'"],
    ["the delivery", "delivery_id = gen_random_uuid()"],
  ])("an edited entry: %s", async (_what, change) => {
    expect(await foundAfter([`update activity set ${change} where summary = 'two'`])).toEqual([["edited"]]);
  });

  test("an edited note, and a deleted one", async () => {
    expect(await foundAfter(["update subscription_notes set text = 'They asked for a discount'"])).toEqual([
      ["edited"],
    ]);
    expect(await foundAfter(["delete from subscription_notes"])).toEqual([["edited"]]);
  });

  test("a change in any column of the audit trail", async () => {
    const { rows } = await db.execute<{ name: string; type: string }>(sql`
      select column_name as name, udt_name as type from information_schema.columns where table_name = 'activity'`);
    const others: Record<string, string> = {
      text: "'x'",
      uuid: "gen_random_uuid()",
      jsonb: `'{"x": 1}'`,
      timestamptz: "now()",
      actor_kind: "'product'",
      activity_source: "'webhook'",
    };
    for (const { name, type } of rows) {
      const value = others[type];
      expect(value, `a value of ${type}`).toBeDefined();
      const [found] = await foundAfter([`update activity set ${name} = ${value} where summary = 'two'`]);
      expect(found?.length, name).toBeGreaterThan(0);
    }
  });

  test("text that was removed as if a person had been erased", async () => {
    const words = "update activity set actor_name = '', summary = '' where summary = 'two'";
    const salt = `update activity_chain set salt = null where activity_id = (select id from activity where summary = '')`;
    expect(await foundAfter([words, salt])).toEqual([["erased"]]);
  });

  test("an entry that was moved to another subscription", async () => {
    const given = "update activity set subscription_id = 's2' where summary = 'two'";
    expect(await foundAfter([given])).toEqual([["moved"]]);
  });

  test("an edit with a matching hash, at the next link", async () => {
    const edit = "update activity set summary = 'tampered' where summary = 'two'";
    const fit = `update activity_chain c set commitment = activity_commitment(a, null, c.salt),
      hash = activity_link_hash(a, c.seq, f.hash, activity_commitment(a, null, c.salt)) from activity a, activity_chain f
      where a.id = c.activity_id and a.summary = 'tampered' and f.stream_id = c.stream_id and f.seq = c.seq - 1`;
    expect(await foundAfter([edit, fit])).toEqual([["edited"]]);
  });

  test.each(["one", "two", "three"])("a deleted entry, alone and with its link: %s", async (word) => {
    const entry = `delete from activity where summary = '${word}'`;
    const itsLink = "delete from activity_chain where activity_id not in (select id from activity)";
    expect(await foundAfter([entry], [itsLink])).toEqual([["deleted"], ["fewer", "gap"]]);
  });

  test("an inserted entry", async () => {
    const made = `insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary)
      select gen_random_uuid(), at, subscription_id, actor_kind, actor_name, kind, 'made up' from activity where summary = 'two'`;
    expect(await foundAfter([made])).toEqual([["unchained"]]);
  });

  test("an entry inserted in the middle with a link of its own", async () => {
    const ofChain = "stream_id = (select id from activity_streams where name = 's s1')";
    const steps = [
      `update activity_chain set seq = seq + 100 where seq >= 3 and ${ofChain}`,
      `update activity_chain set seq = seq - 99 where seq >= 100 and ${ofChain}`,
      `insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary)
        select gen_random_uuid(), at, 's1', actor_kind, actor_name, kind, 'made up' from activity where summary = 'two'`,
      `insert into activity_chain (stream_id, seq, activity_id, hash, version) select f.stream_id, 3, a.id, activity_hash(a, 3, f.hash), 1
        from activity_chain f, activity a where f.seq = 2 and f.${ofChain} and a.summary = 'made up'`,
      "update activity_streams set count = 5 where name = 's s1'",
    ];
    expect(await foundAfter(steps)).toEqual([["edited"]]);
  });

  test("two entries that were exchanged", async () => {
    const swap = `update activity_chain c set activity_id = o.activity_id from activity_chain o
      where c.seq in (2, 3) and o.stream_id = c.stream_id and o.seq = 5 - c.seq`;
    expect(await foundAfter(["alter table activity_chain drop constraint activity_chain_entry", swap])).toEqual([
      ["edited"],
    ]);
  });

  test("a removed end with its link, and with its head adjusted", async () => {
    const itsLink = `delete from activity_chain where activity_id = ${link("four")}`;
    const entry = "delete from activity where summary = 'four'";
    const head = `update activity_streams s set count = l.seq, hash = l.hash from activity_chain l
      where l.stream_id = s.id and l.seq = 3`;
    expect(await foundAfter([itsLink, entry], [head])).toEqual([["cut", "fewer"], ["fewer"]]);
  });

  test("a removed chain", async () => {
    const steps = [
      "delete from activity_streams where name = 's s2'",
      `delete from activity_chain where activity_id = ${link("other")}`,
      "delete from activity where subscription_id = 's2'",
    ];
    expect(await foundAfter(steps)).toEqual([["fewer"]]);
  });
});

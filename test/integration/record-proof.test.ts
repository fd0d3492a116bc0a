/** C5, probe 85: the record is proved from outside, against anchors that the database's owner cannot write. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAnchorFile } from "../../server/commands/upkeep/anchor-file.ts";
import { verifyRecordForAWhile } from "../../server/commands/upkeep/verify-record.ts";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { activeAlarms } from "../../server/database/queries/alarms.ts";
import { readAnchor } from "../../server/database/record/record-anchor.ts";
import { readVerification } from "../../server/database/record/record-check.ts";
import { proveRecord } from "../../server/database/record/record-proof.ts";
import { record } from "../../server/database/record/record.ts";
import { createTestDatabase, type TestDatabase, longTimeouts } from "../support/database.ts";
import { runCommand } from "../support/command.ts";

const log = pino({ level: "silent" });
const staff = { kind: "staff", id: "t:amira", name: "Amira", role: "admin" } as const;
const at = new Date("2026-03-01T10:00:00Z");
const through = new Date("2026-03-01T12:00:00Z");
/** What JSON and PostgreSQL might escape differently. */
const odd = 'tab\t line\n quote" back\\slash /slash \u0001 \u007f \u2028 café 東京 🙂 <b> \b\f\r';

let database: TestDatabase;
let pool: ReturnType<typeof createDatabase>;
let db: Database;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createDatabase({ url: database.url, name: "test", max: 4, ...longTimeouts, log });
  db = pool.db;
  folder = await mkdtemp(path.join(tmpdir(), "marketdesk-anchors-"));
  for (const subscriptionId of ["s1", "s2", null]) {
    for (const summary of ["one", odd, "three"]) {
      await record(db, staff, at, [
        {
          subscriptionId,
          kind: "subscription.details_changed",
          summary,
          reason: summary,
          before: { [odd]: [1, 2.5, null, true, odd] },
          after: { n: 12_345_678_901_234_567_890 },
        },
      ]);
    }
  }
});
afterAll(async () => {
  await pool?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** As the owner of the database could, past every trigger. */
async function asOwner(...statements: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    for (const statement of statements) await tx.execute(sql.raw(statement));
  });
}

const command = (...args: string[]) =>
  runCommand("verify-record", args, { DATABASE_URL: database.url, RECORD_ANCHOR_FILE: "" });

describe("the audit trail, verified from outside", () => {
  test("is intact as Marketdesk wrote it, including unusual characters and numbers", async () => {
    const proof = await proveRecord(db, [await readAnchor(db, through)]);
    expect(proof).toMatchObject({ entries: 9, streams: 3, erasures: 0, problems: [], problemCount: 0 });
    expect(proof.anchors.map(({ isEqual }) => isEqual)).toEqual([true]);
  });

  test.each([
    ["an entry was edited", "update activity set summary = 'tampered' where summary = 'three'", "edited"],
    ["a later column was edited", "update activity set source = 'webhook' where summary = 'three'", "edited"],
    ["an entry was deleted", "delete from activity where summary = 'one'", "deleted"],
    [
      "an entry was inserted",
      "insert into activity (id, at, actor_kind, actor_name, kind, summary) select gen_random_uuid(), at, actor_kind, actor_name, kind, 'made up' from activity limit 1",
      "unchained",
    ],
    ["the end was removed", "delete from activity_chain where seq = 3", "cut"],
    ["a link was removed", "delete from activity_chain where seq = 2", "gap"],
    ["a chain lost all its links", "delete from activity_chain where stream_id = 1", "cut"],
    ["text was removed without an erasure", "update activity_chain set salt = null where seq = 2", "erased"],
    [
      "text was removed in an erasure that was not recorded",
      "with gone as (update activity_chain set salt = null where seq = 2 returning activity_id) insert into erased_entries select activity_id, gen_random_uuid() from gone",
      "erased",
    ],
  ])("shows that %s", async (_what, statement, kind) => {
    class Undone extends Error {}
    const found = await db
      .transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`);
        await tx.execute(sql.raw(statement));
        // The same connection, so that what is undone is seen.
        const client = { query: (text: unknown, values?: unknown[]) => queryIn(tx, text, values), release: () => {} };
        const proof = await proveRecord({ $client: { connect: async () => client } } as unknown as Database, []);
        throw Object.assign(new Undone(), { kinds: [...new Set(proof.problems.map((one) => one.kind))] });
      })
      .catch((error: Undone & { kinds: string[] }) => {
        if (!(error instanceof Undone)) throw error;
        return error.kinds;
      });
    expect(found).toContain(kind);
  });

  test("is found changed if the database's own functions lie, and if it was rewritten completely", async () => {
    const anchor = await readAnchor(db, through);
    const copy = await createTestDatabase();
    const other = createDatabase({ url: copy.url, name: "test", max: 2, ...longTimeouts, log });
    try {
      // Consistent in itself: written by Marketdesk's own code, with another history.
      await record(other.db, staff, at, [
        { subscriptionId: "s1", kind: "subscription.details_changed", summary: "another" },
      ]);
      const proof = await proveRecord(other.db, [anchor]);
      expect(proof.problemCount).toBe(0);
      expect(proof.anchors).toEqual([{ anchor, isEqual: false }]);
      await other.db.transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`);
        await tx.execute(sql`update activity set summary = 'a lie'`);
        await tx.execute(sql`create or replace function activity_commitment(entry activity, note text, salt bytea)
          returns bytea language sql stable as $$ select commitment from activity_chain where activity_id = entry.id $$`);
      });
      expect((await proveRecord(other.db, [])).problems).toMatchObject([{ kind: "edited" }]);
    } finally {
      await other.close();
      await copy.drop();
    }
  });
});

describe("npm run verify-record", () => {
  test("says that the audit trail is intact, stores an anchor, and uses it to find the next change", async () => {
    const file = path.join(folder, "anchors.jsonl");
    const first = await command("--anchors", file, "--add-anchor");
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining("The audit trail is intact.") });
    expect(first.output).toContain("9 entries in 3 chains");
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(1);
    const second = await command("--anchors", file);
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("1 of 1 anchors match.") });

    await asOwner(
      "create table kept as select * from activity",
      "update activity set reason = 'x' where summary = 'one'",
    );
    const third = await command("--anchors", file);
    expect(third.code).toBe(1);
    expect(third.output).toContain("was edited");
    await asOwner("update activity a set reason = kept.reason from kept where kept.id = a.id", "drop table kept");
    expect((await command("--anchors", file)).code).toBe(0);

    // An older copy in its place agrees with itself, and not with the anchor.
    await asOwner(
      "delete from activity where subscription_id = 's2'",
      "delete from activity_chain where activity_id not in (select id from activity)",
      "delete from activity_streams where name = 's s2'",
    );
    const fourth = await command("--anchors", file);
    expect(fourth.code).toBe(1);
    expect(fourth.output).toContain("0 of 1 anchors match");
    expect(fourth.output).not.toContain("was edited");
  });

  test("says in a message what it cannot read", async () => {
    const file = path.join(folder, "broken.jsonl");
    await writeFile(file, "not an anchor\n");
    const answer = await command("--anchors", file);
    expect(answer.code).toBe(2);
    expect(answer.output).toContain("broken.jsonl, line 1 is not an anchor.");
    expect(await command("--add-anchor")).toMatchObject({ code: 2, output: expect.stringContaining("--anchors FILE") });
  });
});

describe("Marketdesk with RECORD_ANCHOR_FILE", () => {
  test("stores an anchor a day, compares it the next day, and notifies staff of a difference", async () => {
    const anchors = openAnchorFile(path.join(folder, "daily.jsonl"));
    const verifyAt = (now: string) =>
      verifyRecordForAWhile({ db, now: () => new Date(now), log } as never, { anchors });
    await verifyAt("2026-03-02T10:00:00Z");
    await verifyAt("2026-03-02T18:00:00Z");
    expect(await anchors.readAll()).toHaveLength(1);
    await verifyAt("2026-03-03T10:00:00Z");
    expect(await anchors.readAll()).toHaveLength(2);
    expect((await readVerification(db)).found).toEqual([]);
    await asOwner(
      "delete from activity where subscription_id = 's1'",
      "delete from activity_chain where activity_id not in (select id from activity)",
      "delete from activity_streams where name = 's s1'",
      "update record_checks set verified_entries = 0",
    );
    await verifyAt("2026-03-04T12:00:00Z");
    expect((await readVerification(db)).found).toEqual([{ kind: "rewritten", about: "2026-03-03T09:00:00.000Z" }]);
    // The anchor of the record as it was stays the last one.
    expect(await anchors.readAll()).toHaveLength(2);
  });
});

describe("an anchor file that cannot be used", () => {
  const alarm = async () => (await activeAlarms(db)).find(({ what }) => what.includes("anchor file"));
  const verifyWith = (file: string | null) =>
    verifyRecordForAWhile({ db, now: () => new Date("2026-03-05T12:00:00Z"), log } as never, {
      anchors: file === null ? null : openAnchorFile(file),
    });

  test.each([
    ["that cannot be written", async () => path.join(folder, "unmounted", "anchors.jsonl")],
    ["that is a folder", async () => folder],
    [
      "with a line that is no anchor",
      async () => {
        const file = path.join(folder, "damaged.jsonl");
        await writeFile(file, "not an anchor\n");
        return file;
      },
    ],
  ])("%s is an alarm, and the audit trail is verified without it", async (_, prepare) => {
    await asOwner("update record_checks set verified_at = null");
    await verifyWith(await prepare());
    expect((await readVerification(db)).at).not.toBeNull();
    // An instance that has no such file leaves the alarm to the others.
    await verifyWith(null);
    expect(await alarm()).toMatchObject({ remedy: expect.stringContaining("RECORD_ANCHOR_FILE") });
    await verifyWith(path.join(folder, "repaired.jsonl"));
    expect(await alarm()).toBeUndefined();
  });

  test("whose last line was written in part continues after its last whole line", async () => {
    const file = path.join(folder, "torn.jsonl");
    const anchors = openAnchorFile(file);
    const anchor = { through: "2026-03-01T00:00:00.000Z", entries: 1, streams: 1, digest: "a".repeat(64) };
    await anchors.append(anchor);
    await appendFile(file, '{"through":"2026-03-0');
    expect(await anchors.readLast()).toEqual(anchor);
    await anchors.append({ ...anchor, entries: 2 });
    expect(await anchors.readAll()).toEqual([anchor, { ...anchor, entries: 2 }]);
    await writeFile(file, JSON.stringify(anchor));
    await anchors.append({ ...anchor, entries: 3 });
    expect(await anchors.readAll()).toEqual([anchor, { ...anchor, entries: 3 }]);
  });
});

/** node-postgres's answer to a statement inside of a transaction of Drizzle's. */
async function queryIn(tx: Parameters<Parameters<Database["transaction"]>[0]>[0], text: unknown, values?: unknown[]) {
  const statement = String(text);
  if (/^(begin|rollback)/.test(statement)) return { rows: [] };
  const session = (tx as unknown as { session: { client: { query: Function } } }).session;
  return (await session.client.query(statement, values)) as { rows: unknown[] };
}

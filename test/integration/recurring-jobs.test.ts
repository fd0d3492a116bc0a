// cspell:words crontabs
/** Recurring jobs follow the database's clock, because the host's can be set, and differs between instances. */
import { sql } from "drizzle-orm";
import { parseCronItems } from "graphile-worker";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { prepareDatabase } from "../../server/database/migrations/migrate.ts";
import { addRecurringJobs, dueJobs, startSchedule } from "../../server/jobs/schedule.ts";
import { quiet } from "../support/app.ts";
import { createTestDatabase, longTimeouts, type TestDatabase } from "../support/database.ts";

describe("which jobs are due", () => {
  const items = parseCronItems([
    { task: "each-minute", match: "* * * * *" },
    { task: "at-night", match: "37 2 * * *" },
    { task: "on-sundays", match: "0 3 * * 0" },
  ]);
  const minuteOf = (at: string) => Date.parse(`${at}Z`) / 60_000;
  const due = (done: string | null, now: string) =>
    dueJobs(items, done === null ? null : minuteOf(done), minuteOf(now)).map(
      ({ task, at }) => `${task} ${at.slice(11, 16)}`,
    );

  test.each([
    ["at the start, those of the last day", null, "2026-11-29T02:37", ["each-minute 02:37", "at-night 02:37"]],
    [
      "at a start in the morning, what was due at night",
      null,
      "2026-11-29T07:00",
      ["each-minute 07:00", "at-night 02:37", "on-sundays 03:00"],
    ],
    ["in the same minute, none again", "2026-11-29T02:37", "2026-11-29T02:37", []],
    ["in the next minute", "2026-11-29T02:36", "2026-11-29T02:37", ["each-minute 02:37", "at-night 02:37"]],
    ["on its day of the week", "2026-11-29T02:59", "2026-11-29T03:00", ["each-minute 03:00", "on-sundays 03:00"]],
    ["on another day of the week", "2026-11-30T02:59", "2026-11-30T03:00", ["each-minute 03:00"]],
    [
      "after half an hour without a database, each once",
      "2026-11-29T02:30",
      "2026-11-29T03:02",
      ["each-minute 03:02", "at-night 02:37", "on-sundays 03:00"],
    ],
    [
      "after two nights in which the machine stood still, each once",
      "2026-11-27T19:00",
      "2026-11-29T07:00",
      ["each-minute 07:00", "at-night 02:37", "on-sundays 03:00"],
    ],
    ["after the clock was set back by a day", "2026-11-30T12:00", "2026-11-29T12:00", ["each-minute 12:00"]],
  ])("%s", (_, done, now, expected) => {
    expect(due(done, now)).toEqual(expected);
  });
});

describe("a recurring job", () => {
  let database: TestDatabase;
  let connection: ReturnType<typeof createDatabase>;
  beforeAll(async () => {
    database = await createTestDatabase();
    await prepareDatabase(database.url);
    connection = createDatabase({ url: database.appUrl, name: "test", max: 6, ...longTimeouts, log: quiet });
  });
  afterEach(async () => {
    await connection.db.execute(sql`delete from graphile_worker._private_jobs`);
    await connection.db.execute(sql`delete from graphile_worker._private_known_crontabs`);
  });
  afterAll(async () => {
    await connection?.close();
    await database?.drop();
  });

  const at = (minutes: number) => new Date(Math.floor(Date.now() / 60_000 + minutes) * 60_000).toISOString();
  async function waiting(): Promise<string[]> {
    const { rows } = await connection.db.execute<{ task: string }>(
      sql`select t.identifier as task from graphile_worker._private_jobs j
        join graphile_worker._private_tasks t on t.id = j.task_id where j.run_at <= now() order by j.id`,
    );
    return rows.map(({ task }) => task);
  }

  test("is added once for a minute by several instances, and again for the next", async () => {
    const due = [
      { task: "one", at: at(-2) },
      { task: "two", at: at(-2) },
    ];
    await Promise.all(Array.from({ length: 6 }, () => addRecurringJobs(connection.db, due)));
    expect(await waiting()).toEqual(["one", "two"]);
    await addRecurringJobs(connection.db, [{ task: "one", at: at(-1) }]);
    await addRecurringJobs(connection.db, [{ task: "one", at: at(-2) }]);
    expect(await waiting()).toEqual(["one", "two", "one"]);
  });

  describe("that was due hours ago", () => {
    const due = new Date(Date.now() - 2 * 60 * 60_000);
    const time = `${due.getUTCMinutes()} ${due.getUTCHours()}`;
    const jobs = [
      { task: "at-night", match: `${time} * * *` },
      { task: "on-this-day", match: `${time} ${due.getUTCDate()} * *` },
    ];
    async function startAndStop(): Promise<string[]> {
      await connection.db.execute(sql`delete from graphile_worker._private_jobs`);
      const schedule = startSchedule({ db: connection.db, jobs, log: quiet });
      await schedule.stop();
      return (await waiting()).toSorted();
    }

    test("that was missed is added at a start, and not again at the next", async () => {
      await startAndStop();
      await connection.db.execute(
        sql`update graphile_worker._private_known_crontabs set last_execution = now() - interval '2 days'`,
      );
      expect(await startAndStop()).toEqual(["at-night", "on-this-day"]);
      expect(await startAndStop()).toEqual([]);
    });

    test("has not been missed on a new database, or if another version brings it", async () => {
      expect(await startAndStop()).toEqual([]);
      await connection.db.execute(
        sql`delete from graphile_worker._private_known_crontabs where identifier = 'at-night'`,
      );
      expect(await startAndStop()).toEqual([]);
    });
  });

  test.each([
    ["in a day", 1_440],
    ["in ten years", 5_256_000],
  ])("is added although its last run was noted for a time %s, by a clock that was wrong", async (_, minutes) => {
    await connection.db.execute(sql`
      insert into graphile_worker._private_known_crontabs values ('one', now(), ${at(minutes)}::timestamptz)`);
    await addRecurringJobs(connection.db, [{ task: "one", at: at(0) }]);
    await addRecurringJobs(connection.db, [{ task: "one", at: at(0) }]);
    expect(await waiting()).toEqual(["one"]);
  });
});

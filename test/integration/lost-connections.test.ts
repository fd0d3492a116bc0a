/** F06: connections to PostgreSQL that are lost at the worst moments end a statement, never the process. */
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

let proxy: Server;
let url: string;
/** A connection over which this text is sent is cut before PostgreSQL has it. */
let cutAt: string | null;
let cuts: number;
let uncaught: unknown[];
const noteUncaught = (error: unknown) => void uncaught.push(error);

beforeEach(async () => {
  cutAt = null;
  cuts = 0;
  uncaught = [];
  process.on("uncaughtExceptionMonitor", noteUncaught);
  const target = new URL(database.url);
  const postgres = { port: Number(target.port), host: target.hostname };
  proxy = createServer((client) => {
    const upstream = connect(postgres);
    const end = () => void (client.destroy(), upstream.destroy());
    for (const socket of [client, upstream]) socket.on("close", end).on("error", end);
    upstream.pipe(client);
    client.on("data", (data) => {
      if (cutAt === null || !data.toString("latin1").includes(cutAt)) return void upstream.write(data);
      cuts += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  target.hostname = "127.0.0.1";
  target.port = String((proxy.address() as AddressInfo).port);
  url = target.href;
});
afterEach(async () => {
  process.off("uncaughtExceptionMonitor", noteUncaught);
  await new Promise((resolve) => proxy.close(resolve));
});

const open = () =>
  createDatabase({ url, name: "lost", max: 2, statementTimeoutMs: 5_000, log: pino({ level: "silent" }) });

describe("a lost connection", () => {
  test.each([
    ["during its setup", "set_config"],
    ["during a statement", "select 40"],
  ])("ends no instance %s", async (_when, text) => {
    const { pool, close } = open();
    try {
      cutAt = text;
      await expect(pool.query("select 40 + 2 as sum")).rejects.toThrow("Connection terminated");
      expect(cuts).toBe(1);
      expect(uncaught).toEqual([]);
      cutAt = null;
      expect((await pool.query("select 40 + 2 as sum")).rows).toEqual([{ sum: 42 }]);
    } finally {
      await close();
    }
  });

  test("ends no instance while idle", async () => {
    const { pool, close } = open();
    try {
      const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
      const lost = new Promise((resolve) => pool.once("remove", resolve));
      await terminate(rows[0]?.pid);
      await lost;
      expect(uncaught).toEqual([]);
      expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    } finally {
      await close();
    }
  });
});

async function terminate(pid: number | undefined): Promise<void> {
  const other = open();
  await other.pool.query("select pg_terminate_backend($1)", [pid]).finally(() => other.close());
}

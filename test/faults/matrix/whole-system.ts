/** F21 and F24 to F26: a full disk, a migration, a mix of all faults, and a restored backup. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { migrate } from "../../../server/database/migrations/migrate.ts";
import { bodyOf, buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { rounded, tally } from "../statistics.ts";
import { openPostgres } from "../controlled-postgres.ts";
import { waitUntil } from "../scene.ts";
import { simulate } from "../simulation.ts";
import { createTraffic } from "../traffic.ts";
import { waitUntilQuiet, readFinalState } from "../final-state.ts";

const run = promisify(execFile);

const fullDisk: Fault = {
  id: "F21",
  title: "the database's disk is full (tmpfs of 300 MB), with two endpoints",
  scene: { endpoints: 2 },
  async postgres() {
    const parent = await mkdtemp(join(tmpdir(), "marketdesk-full-"));
    await run("chmod", ["0711", parent]);
    await run("mount", ["-t", "tmpfs", "-o", "size=300m,mode=0711", "tmpfs", parent]);
    const settings = { max_wal_size: "48MB", min_wal_size: "32MB", shared_buffers: "64MB" };
    const postgres = await openPostgres({ parent, settings }).catch(async (error: unknown) => {
      await run("umount", ["-l", parent]);
      throw error;
    });
    const close = async () => {
      await postgres.close();
      await run("umount", ["-l", parent]);
      await rm(parent, { recursive: true, force: true });
    };
    return { ...postgres, close };
  },
  async run(scene, { outcome, seconds }) {
    const bodies = await inParallel(Array.from({ length: 20 }), 4, async () => {
      const id = await buyActive(scene);
      const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, {
        deliver: false,
      });
      return bodyOf(scene, operationId);
    });
    await waitUntil(async () => (await scene.query(`select 1 from subscriptions`)).length === 20, 20_000);
    const filler = join(scene.postgres.dataDir, "filler");
    const { bavail, bsize } = await statfs(scene.postgres.dataDir);
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {});
    const padding = "x".repeat(100_000);
    const during = [];
    const until = Date.now() + seconds * 500;
    for (let index = 0; Date.now() < until; index += 1) {
      const body = JSON.stringify({ ...(JSON.parse(bodies[index % bodies.length] ?? "{}") as object), padding });
      during.push(await scene.post(body));
    }
    await rm(filler);
    const isBack = await waitUntil(
      async () => {
        // As a supervisor does: the embedded one, or the system's.
        if (scene.postgres.hasEnded()) await scene.postgres.start();
        return (await scene.post(bodies[0] ?? "")).status === 200;
      },
      15_000,
      200,
    );
    await inParallel(bodies, 4, (body) => scene.post(body));
    const statuses = during.map((post) => post.status);
    outcome.note(`${during.length} webhooks of 100 kB while it was full`);
    outcome.figure("answers", tally(statuses));
    outcome.must(
      statuses.every((status) => status === 200 || status === 503),
      `answers were ${tally(statuses)}`,
    );
    outcome.must(statuses.includes(503), "the disk was never full, so the run proves nothing");
    outcome.must(isBack, "webhooks were not accepted within 15 s after the disk had space again");
  },
};

const migration: Fault = {
  id: "F24",
  title: "a migration during traffic, and another instance starts",
  async run(scene, { outcome, seed, seconds }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 15 });
    await traffic.begin();
    scene.balancer.forget();
    const waits: number[] = [];
    let hasStopped = false;
    const watching = (async () => {
      while (!hasStopped) {
        const rows = await scene.query<{ ms: number }>(
          `select extract(epoch from clock_timestamp() - query_start) * 1000 as ms from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'relation'`,
        );
        waits.push(...rows.map((row) => Number(row.ms)));
        await sleep(50);
      }
    })();
    await sleep(1_000);
    await migrate(scene.databaseUrl);
    // Typical for a new version: a column, a table, an index on a growing table.
    for (const statement of [
      "alter table operations add column faults_note text",
      "create table faults_of_next_version (id uuid primary key)",
      "create index concurrently faults_next on webhook_deliveries (received_at)",
      "alter table operations drop column faults_note",
    ]) {
      await scene.query(statement);
      await sleep(seconds * 80);
    }
    const [first] = scene.instances;
    await first?.stop();
    await first?.startAgain();
    await sleep(1_000);
    await traffic.end();
    hasStopped = true;
    await watching;
    const failed = scene.balancer
      .outcomes()
      .filter(({ error, status }) => error !== null || status === 500 || status === 503);
    outcome.note("this version's migrations again, then a column, a table and an index, and another instance");
    outcome.figure("requests", scene.balancer.outcomes().length);
    outcome.figure("failed", failed.length);
    outcome.figure("longest wait for a table", `${rounded(Math.max(0, ...waits))} ms`);
    outcome.must(
      failed.length === 0,
      `failed: ${tally(failed.map(({ path, status, error }) => `${path.split("?")[0]} ${status} ${error ?? ""}`))}`,
    );
    outcome.must(
      Math.max(0, ...waits) <= 1_000,
      `a statement waited ${rounded(Math.max(0, ...waits))} ms for a table, at most 1 s`,
    );
  },
};

const everything: Fault = {
  id: "F25",
  title: "seeded simulation: a random mix of faults",
  async run(scene, { outcome, seed, seconds }) {
    const { disturbances, acts } = await simulate(scene, { seed, seconds: seconds * 2 });
    outcome.note(`${disturbances.length} disturbances (${tally(disturbances.toSorted())}) with ${acts} actions`);
    outcome.figure("seed", seed);
  },
};

const restored: Fault = {
  id: "F26",
  title: "a backup from before the traffic is restored",
  // What was recorded after the backup is lost, as expected.
  check: { except: ["I1", "I2", "I4", "I5", "I6", "I7", "I9"] },
  async run(scene, { outcome, seed, seconds }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 20, customers: 120 });
    await traffic.begin();
    await sleep(1_000);
    const stopAll = () => Promise.all(scene.instances.map((instance) => instance.stop()));
    const startAll = () => Promise.all(scene.instances.map((instance) => instance.startAgain()));
    await stopAll();
    const { postgres, database } = scene;
    await waitUntil(
      () => postgres.ask("postgres", `create database ${database}_backup template ${database}`),
      10_000,
      200,
    );
    await startAll();
    await sleep(seconds * 800);
    await traffic.end();
    await waitUntilQuiet(scene);
    await stopAll();
    await postgres.dropDatabase(database);
    await postgres.ask("postgres", `alter database ${database}_backup rename to ${database}`);
    const startedAt = performance.now();
    await startAll();
    const isEqual = await waitUntil(async () => (await differences(scene)) === 0, 60_000, 250);
    const behind = `${traffic.figures().customers} subscriptions, ${traffic.figures().acts} acts after the backup`;
    outcome.note(behind);
    outcome.figure(
      "equal to Microsoft again after",
      `${rounded((performance.now() - startedAt) / 1_000, 1)} s, including the start of the instances`,
    );
    outcome.must(isEqual, `${await differences(scene)} subscriptions still differed after 60 s`);
  },
};

async function differences(scene: Parameters<Fault["run"]>[0]): Promise<number> {
  const { theirSubscriptions, subscriptions } = await readFinalState(scene);
  const rowsById = new Map(subscriptions.map((row) => [row.id, row]));
  return theirSubscriptions.filter((subscription) => {
    const row = rowsById.get(subscription.id);
    const isSame =
      row?.status === subscription.status &&
      row.plan_id === subscription.planId &&
      row.quantity === subscription.quantity;
    return !isSame || new Date(row.term_starts_at ?? 0).getTime() !== new Date(subscription.termStart ?? 0).getTime();
  }).length;
}

export const systemFaults = [fullDisk, migration, everything, restored];

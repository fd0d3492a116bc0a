/** F01, F02, F20, F23 and F44: instances that are killed, stopped and blocked, and that stand still. */
import { setTimeout as sleep } from "node:timers/promises";
import { buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { max, percentile, rounded, tally } from "../statistics.ts";
import type { Instance } from "../start-instance.ts";
import { killPoints } from "../fault-injection.ts";
import { createRandom } from "../seeded-random.ts";
import { type Scene, waitUntil } from "../scene.ts";
import { createTraffic } from "../traffic.ts";

/** Operations whose worker no longer proves that it is alive. */
const orphans = `
  select id::text, claimed_by from operations
  where claimed_by is not null and not exists (
    select from pg_locks where locktype = 'advisory' and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())
      and objid::bigint = (hashtext(claimed_by)::bigint & 4294967295))`;

/** Kills an instance that has claimed operations. Returns how long each stayed claimed, in milliseconds. */
async function killAndFollow(scene: Scene, instance: Instance): Promise<number[]> {
  await instance.kill();
  const killedAt = performance.now();
  await sleep(60);
  const left = new Map(
    (await scene.query<{ id: string; claimed_by: string }>(orphans)).map((row) => [row.id, row.claimed_by]),
  );
  const waited: number[] = [];
  while (left.size > 0 && performance.now() - killedAt < 20_000) {
    const rows = await scene.query<{ id: string; claimed_by: string | null }>(
      `select id::text, claimed_by from operations where id = any($1)`,
      [[...left.keys()]],
    );
    const claimedById = new Map(rows.map((row) => [row.id, row.claimed_by]));
    for (const [id, worker] of left) {
      if (claimedById.get(id) === worker) continue;
      waited.push(performance.now() - killedAt);
      left.delete(id);
    }
    await sleep(50);
  }
  return [...waited, ...Array.from(left, () => Number.POSITIVE_INFINITY)];
}

const kills: Fault = {
  id: "F01",
  title: "SIGKILL of one instance every 3 s",
  scene: { endpoints: 1 },
  async run(scene, { outcome, seed, seconds }) {
    const random = createRandom(seed);
    const traffic = createTraffic(scene, { seed, actsPerSecond: 20 });
    // So that each kill interrupts jobs.
    await scene.control("faults", { target: "GET ^/api/saas/subscriptions/[^/]+", delayMs: 120 });
    await traffic.begin();
    const waits: number[] = [];
    const until = Date.now() + seconds * 2_000;
    let count = 0;
    while (Date.now() < until) {
      await sleep(1_000);
      const victim = random.of(scene.instances);
      count += 1;
      waits.push(...(await killAndFollow(scene, victim)));
      await victim.startAgain();
    }
    await traffic.end();
    await scene.control("faults", undefined, "DELETE");
    outcome.note(`${count} kills during ${traffic.figures().acts} acts, each in the middle of jobs`);
    outcome.figure("interrupted jobs", waits.length);
    outcome.figure(
      "continued after",
      `p50 ${rounded(percentile(waits, 0.5) / 1_000, 1)} s, p100 ${rounded(max(waits) / 1_000, 1)} s`,
    );
    outcome.must(waits.length > 0, "no kill interrupted a job, so the run proves nothing");
    outcome.must(max(waits) <= 15_000, `an interrupted job waited ${rounded(max(waits) / 1_000, 1)} s, at most 15 s`);
    outcome.should(
      max(waits) <= 5_000,
      `an interrupted job waited ${rounded(max(waits) / 1_000, 1)} s; the target is 3 s plus the time of a kill`,
    );
  },
};

const points: Fault = {
  id: "F02",
  title: "SIGKILL at 14 named points",
  scene: { endpoints: 1 },
  async run(scene, { outcome, repeats }) {
    const deaths = Array.from({ length: Math.ceil(repeats / 2) }).flatMap(() => killPoints);
    const subscriptions = await inParallel(deaths, 4, () => buyActive(scene));
    await waitUntil(async () => (await countSubscriptions(scene)) === deaths.length, 30_000);
    const missed: string[] = [];
    let ended = 0;
    for (const [index, point] of deaths.entries()) {
      const id = subscriptions[index] ?? "";
      // Both are armed and one dies, or both if both have claimed jobs of the webhook.
      for (const instance of scene.instances) instance.send({ do: "arm", point });
      await sleep(20);
      if (point.endsWith("our change")) await scene.staff.change("changeQuantity", id, { quantity: 6 });
      else await scene.control(`subscriptions/${id}/change-quantity`, { quantity: 6 });
      const hasEnded = () => Promise.resolve(scene.instances.some((instance) => instance.hasEnded()));
      if (!(await waitUntil(hasEnded, 8_000, 5))) missed.push(point);
      for (const instance of scene.instances) instance.send({ do: "arm", point: null });
      await sleep(20);
      const dead = scene.instances.filter((instance) => instance.hasEnded());
      ended += dead.length;
      await Promise.all(dead.map((instance) => instance.startAgain()));
    }
    outcome.note(
      `${killPoints.length} points, ${deaths.length / killPoints.length} times each: ${killPoints.join(", ")}`,
    );
    outcome.figure("deaths", ended);
    outcome.must(missed.length === 0, `points that were never reached: ${missed.join(", ")}`);
  },
};

async function countSubscriptions(scene: Scene): Promise<number> {
  return (await scene.query(`select 1 from subscriptions`)).length;
}

const rolling: Fault = {
  id: "F20",
  title: "rolling restart with SIGTERM under load, through a round-robin balancer",
  async run(scene, { outcome, seed, repeats }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 25 });
    await traffic.begin();
    await sleep(1_500);
    scene.balancer.forget();
    const drains: number[] = [];
    for (let round = 0; round < 2 * repeats; round += 1) {
      for (const instance of scene.instances) {
        drains.push(await instance.stop());
        await instance.startAgain();
        await sleep(400);
      }
    }
    await traffic.end();
    const outcomes = scene.balancer.outcomes();
    // Marketdesk's own 502 means that Microsoft refused; the balancer's names an error of the connection.
    const failed = outcomes.filter(({ status, error }) => error !== null || (status >= 500 && status !== 502));
    outcome.note(`${drains.length} restarts during ${outcomes.length} requests`);
    outcome.figure("failed requests", failed.length);
    outcome.figure("stopped in", `at most ${rounded(max(drains) / 1_000, 1)} s`);
    const causes = tally(failed.map(({ path, status, error }) => `${path.split("?")[0]} ${status} ${error ?? ""}`));
    outcome.must(failed.length === 0, `${failed.length} of ${outcomes.length} requests failed: ${causes}`);
    outcome.must(max(drains) <= 10_000, `an instance took ${rounded(max(drains) / 1_000, 1)} s to stop, at most 10 s`);
  },
};

const stalls: Fault = {
  id: "F23",
  title: "event loop blocked for 2 s; memory limit hit",
  scene: { heapMb: 200 },
  async run(scene, { outcome, seed }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 15 });
    await traffic.begin();
    for (const instance of scene.instances) {
      await sleep(1_000);
      instance.send({ do: "block", ms: 2_000 });
      await sleep(2_500);
    }
    const [victim] = scene.instances;
    if (!victim) throw new Error("there is no instance");
    victim.send({ do: "eat-memory" });
    const hasEnded = await waitUntil(() => Promise.resolve(victim.hasEnded()), 30_000);
    outcome.must(hasEnded, "the instance did not end at its memory limit");
    await victim.startAgain();
    await sleep(1_000);
    await traffic.end();
    outcome.note("each instance was blocked for 2 s, then one ended at its memory limit and was restarted");
    outcome.figure("acts", traffic.figures().acts);
  },
};

/** One with claims, with a call to Microsoft, in a transaction with locks, and with messages. */
const pausePoints = [
  "after claim",
  "before sending our change",
  "after sending our change",
  "after an event is addressed",
  "after lanes are claimed",
  "before a result is stored",
] as const;

const countOpen = (scene: Scene) =>
  scene
    .query<{ count: number }>(
      `select (select count(*) from operations where stage <> 'settled')::int
        + (select count(*) from events where position is null)::int
        + (select count(*) from outbox_messages where state = 'waiting')::int as count`,
    )
    .then(([row]) => row?.count ?? 0);

const pauses: Fault = {
  id: "F44",
  title: "an instance stands still (SIGSTOP) at six points, and continues after another one has done its work",
  scene: { endpoints: 1 },
  async run(scene, { outcome }) {
    const [victim, other] = scene.instances as [Instance, Instance];
    const [receiver] = scene.receivers;
    const isQuiet = async () => (await countOpen(scene)) === 0;
    const missed: string[] = [];
    const waits: number[] = [];
    let quantity = 5;
    const change = async (id: string) => {
      quantity += 1;
      await scene.staff.change("changeQuantity", id, { quantity });
    };
    for (const point of pausePoints) {
      const [id, later] = [await buyActive(scene), await buyActive(scene)];
      await waitUntil(async () => (await countSubscriptions(scene)) % 2 === 0 && (await isQuiet()), 30_000);
      victim.send({ do: "arm", point, signal: "SIGSTOP" });
      // The other instance may claim the work of some of them.
      for (let tries = 0; tries < 30 && !victim.standsStill(); tries += 1) {
        scene.balancer.use([other.port]);
        await change(id);
        await waitUntil(async () => victim.standsStill() || (await isQuiet()), 20_000);
      }
      if (!victim.standsStill()) missed.push(point);
      const pausedAt = performance.now();
      await change(later);
      if (!(await waitUntil(isQuiet, 60_000)))
        outcome.must(false, `work waited for an instance that stood still ${point}`);
      waits.push(performance.now() - pausedAt);
      victim.continue();
      // What it had claimed, it gives up.
      await sleep(2_000);
      scene.balancer.use(scene.instances.map(({ port }) => port));
    }
    const ids = receiver?.accepted.map(({ id }) => id) ?? [];
    outcome.note(`${pausePoints.length} pauses: ${pausePoints.join(", ")}`);
    outcome.figure("messages twice, each with the same id", ids.length - new Set(ids).size);
    outcome.figure("others did the work after", `p100 ${rounded(max(waits) / 1_000, 1)} s`);
    outcome.must(missed.length === 0, `points that were never reached: ${missed.join(", ")}`);
    outcome.should(
      max(waits) <= 45_000,
      `work waited ${rounded(max(waits) / 1_000, 1)} s; a claim of messages lasts 30 s`,
    );
  },
};

export const crashFaults = [kills, points, rolling, stalls, pauses];

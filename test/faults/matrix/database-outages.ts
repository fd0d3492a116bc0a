/** F03 to F06 and F22: a PostgreSQL that restarts, dies, is down, is hard to reach or busy. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { bodyOf, buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault, Run } from "../fault.ts";
import { max, percentile, rounded, tally } from "../statistics.ts";
import type { StopMode } from "../controlled-postgres.ts";
import { type Post, type Scene, waitUntil } from "../scene.ts";
import { createTraffic } from "../traffic.ts";

/** Bodies of changes that Microsoft knows, to send ourselves. */
async function someBodies(scene: Scene, count: number): Promise<string[]> {
  return inParallel(Array.from({ length: count }), 4, async () => {
    const id = await buyActive(scene);
    const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, {
      deliver: false,
    });
    return bodyOf(scene, operationId);
  });
}

/** Posts one body after the other at a steady rate until it is stopped. */
function postSteadily(scene: Scene, bodies: string[], perSecond: number) {
  const posts: Promise<Post>[] = [];
  let hasStopped = false;
  const going = (async () => {
    for (let index = 0, at = performance.now(); !hasStopped; index += 1, at += 1_000 / perSecond) {
      await sleep(Math.max(0, at - performance.now()));
      posts.push(scene.post(bodies[index % bodies.length]));
    }
  })();
  return async (): Promise<Post[]> => {
    hasStopped = true;
    await going;
    return Promise.all(posts);
  };
}

async function restartUnderLoad(scene: Scene, { outcome, seed }: Run, endings: StopMode[]): Promise<void> {
  const traffic = createTraffic(scene, { seed, actsPerSecond: 12 });
  await traffic.begin();
  const bodies = await someBodies(scene, 10);
  const waits: number[] = [];
  const recoveries: number[] = [];
  for (const ending of endings) {
    await sleep(1_200);
    const stopPosting = postSteadily(scene, bodies, 25);
    await sleep(300);
    await scene.postgres.stop(ending);
    await sleep(500);
    const startedAt = Date.now();
    const [accepting] = await Promise.all([scene.postgres.whenAccepting(), scene.postgres.start()]);
    recoveries.push(accepting - startedAt);
    const hasAnswered = (post: Post) => post.status === 200 && post.at + post.ms >= accepting;
    await waitUntil(() => Promise.resolve(scene.posts.some(hasAnswered)), 20_000, 10);
    const first = scene.posts.filter(hasAnswered).map((post) => post.at + post.ms - accepting);
    waits.push(first.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...first));
    await stopPosting();
  }
  await traffic.end();
  const figures = await Promise.all(scene.instances.map((instance) => instance.figures()));
  const hung = figures.reduce((sum, figure) => sum + (figure?.queriesOver5s ?? 0), 0);
  outcome.note(`${endings.length} restarts under load (${tally(endings)})`);
  outcome.figure("first 2xx after it accepted connections", `at most ${rounded(max(waits) / 1_000, 2)} s`);
  outcome.figure("accepted connections again after", `at most ${rounded(max(recoveries) / 1_000, 2)} s`);
  outcome.figure("statements over 5 s", hung);
  const waited = `the first 2xx came ${rounded(max(waits) / 1_000, 1)} s after it accepted connections`;
  outcome.must(max(waits) <= 15_000, `${waited}, at most 15 s`);
  outcome.should(max(waits) <= 3_000, `${waited}; the target is 3 s`);
  outcome.must(hung === 0, `${hung} statements hung for more than 5 s`);
  outcome.should(max(recoveries) < 10_000, "PostgreSQL took more than 10 s to recover");
}

const restarts: Fault = {
  id: "F03",
  title: "PostgreSQL restarts, fast and immediate",
  run: (scene, run) =>
    restartUnderLoad(
      scene,
      run,
      Array.from({ length: run.repeats }).flatMap((): StopMode[] => ["fast", "immediate"]),
    ),
};

const kills: Fault = {
  id: "F04",
  title: "all processes of PostgreSQL are killed",
  run: (scene, run) =>
    restartUnderLoad(
      scene,
      run,
      Array.from({ length: 2 * run.repeats }, (): StopMode => "kill"),
    ),
};

const away: Fault = {
  id: "F05",
  title: "PostgreSQL is down during a burst of webhooks",
  async run(scene, { outcome, seconds }) {
    const bodies = await someBodies(scene, 40);
    await waitUntil(async () => (await scene.query(`select 1 from subscriptions`)).length === 40, 20_000);
    await scene.postgres.stop("fast");
    await sleep(300);
    const stopPosting = postSteadily(scene, bodies, 150);
    await sleep(seconds * 700);
    const readiness = await Promise.all(
      scene.instances.map(async ({ port }) => (await fetch(`http://localhost:${port}/readyz`)).status),
    );
    const posts = await stopPosting();
    await scene.postgres.start();
    const startedAt = performance.now();
    // As Microsoft does: each again until it is accepted.
    await inParallel(bodies, 8, async (body) => {
      for (let tries = 0; tries < 100 && (await scene.post(body)).status !== 200; tries += 1) await sleep(100);
    });
    const lastRetryAt = performance.now();
    const isDrained = await waitUntil(
      async () => (await scene.query(`select 1 from operations where stage <> 'settled'`)).length === 0,
      30_000,
    );
    const p99 = percentile(
      posts.map((post) => post.ms),
      0.99,
    );
    outcome.note(`${posts.length} webhooks in ${rounded(seconds * 0.7)} s without a database`);
    outcome.figure("answers", tally(posts.map((post) => post.status)));
    outcome.figure("p99 of the answers", `${rounded(p99)} ms`);
    outcome.figure("accepted again after", `${rounded((lastRetryAt - startedAt) / 1_000, 1)} s`);
    outcome.figure("backlog empty after", `${rounded((performance.now() - lastRetryAt) / 1_000, 1)} s`);
    outcome.must(
      posts.every((post) => post.status === 503),
      `not every answer was 503: ${tally(posts.map((post) => post.status))}`,
    );
    outcome.must(
      posts.every((post) => post.status !== 503 || post.retryAfter !== null),
      "a 503 had no Retry-After",
    );
    outcome.must(
      readiness.every((status) => status === 503),
      `/readyz said ${readiness.join(", ")}`,
    );
    outcome.must(isDrained, "the backlog was not empty 30 s after the last retry");
    outcome.should(p99 <= 1_000, `p99 of the answers was ${rounded(p99)} ms, at most 1,000 ms`);
  },
};

const hardToReach: Fault = {
  id: "F06",
  title: "a proxy closes connections, is silent or slow; backends are terminated every 100 ms",
  scene: { hasProxy: true },
  async run(scene, { outcome, seed, seconds }) {
    const { proxy } = scene;
    if (!proxy) throw new Error("there is no proxy");
    const traffic = createTraffic(scene, { seed, actsPerSecond: 10, customers: 20 });
    await traffic.begin();
    const eachMs = seconds * 350;
    proxy.set({ kind: "close" });
    await sleep(200);
    proxy.forget();
    await sleep(eachMs);
    const perSecond = proxy.connects().length / (eachMs / 1_000) / scene.instances.length;
    proxy.set({ kind: "pass" });
    await sleep(2_500);
    proxy.set({ kind: "silent" });
    const bodies = await someBodies(scene, 2);
    const silent = await inParallel([...bodies, ...bodies, ...bodies], 6, (body) => scene.post(body));
    await sleep(eachMs / 2);
    proxy.set({ kind: "pass" });
    await sleep(2_500);
    proxy.set({ kind: "slow", ms: 500 });
    await sleep(eachMs);
    proxy.set({ kind: "pass" });
    const until = Date.now() + eachMs;
    while (Date.now() < until) {
      await scene.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
          and application_name like 'marketdesk%' order by random() limit 1`,
      );
      await sleep(100);
    }
    await traffic.end();
    outcome.note(
      `closing, silent, 500 ms late each way and a backend terminated every 100 ms, ${rounded(eachMs / 1_000, 1)} s each`,
    );
    outcome.figure("connection attempts per second and instance while it closes", rounded(perSecond, 1));
    outcome.figure(
      "a webhook into the silence",
      `${tally(silent.map((post) => post.status))} after at most ${rounded(max(silent.map((post) => post.ms)) / 1_000, 1)} s`,
    );
    outcome.must(
      silent.every((post) => post.status === 503 || post.status === 200),
      `a webhook into the silence got ${tally(silent.map((post) => post.status))}`,
    );
    outcome.must(
      max(silent.map((post) => post.ms)) <= 9_000,
      "a webhook into the silence waited longer than Microsoft does",
    );
    outcome.should(perSecond <= 5, `${rounded(perSecond, 1)} connection attempts per second and instance, at most 5`);
  },
};

const busy: Fault = {
  id: "F22",
  title: "all connections of the dashboard are in use, and a transaction of staff stays open",
  async run(scene, { outcome, seconds }) {
    const bodies = await someBodies(scene, 30);
    await waitUntil(async () => (await scene.query(`select 1 from subscriptions`)).length === 30, 20_000);
    const before = await inParallel(bodies.slice(0, 15), 4, (body) => scene.post(body));
    const [locked] = await scene.query<{ id: string }>(`select id from subscriptions limit 1`);
    const holder = new pg.Client({ connectionString: scene.databaseUrl });
    await holder.connect();
    await holder.query("begin");
    await holder.query("select 1 from subscriptions where id = $1 for update", [locked?.id]);
    const requests = Array.from({ length: 40 }, () => scene.staff.change("suspend", locked?.id ?? ""));
    await sleep(500);
    const during = await inParallel(bodies, 4, (body) => scene.post(body));
    await sleep(seconds * 250);
    const open = await scene.query(`select 1 from operations where stage <> 'settled' and subscription_id <> $1`, [
      locked?.id,
    ]);
    await holder.query("rollback");
    await holder.end();
    await Promise.all(requests);
    const p99 = (posts: Post[]) =>
      percentile(
        posts.map((post) => post.ms),
        0.99,
      );
    outcome.note(`40 staff requests waited for one locked row during ${during.length} webhooks`);
    outcome.figure("answers", tally(during.map((post) => post.status)));
    outcome.figure("p99 of the webhooks", `${rounded(p99(during))} ms, before ${rounded(p99(before))} ms`);
    outcome.figure("unsettled operations of other subscriptions", open.length);
    outcome.must(
      during.every((post) => post.status === 200),
      `not every answer was 200: ${tally(during.map((post) => post.status))}`,
    );
    outcome.must(open.length === 0, `${open.length} operations of other subscriptions waited with it`);
    outcome.should(p99(during) <= 1_000, `p99 of the webhooks was ${rounded(p99(during))} ms, at most 1,000 ms`);
  },
};

export const databaseFaults = [restarts, kills, away, hardToReach, busy];

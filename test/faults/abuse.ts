/** Abuse of a public port, and what is measured during it: memory, the event loop, and genuine webhooks. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf, buyActive } from "./deliver-webhooks.ts";
import type { Outcome } from "./fault.ts";
import { max, percentile, rounded, tally } from "./statistics.ts";
import { type Post, type Scene, waitUntil } from "./scene.ts";

const maxGrowthMb = 200;
const maxLoopBlockedMs = 100;
const maxGenuineP99Ms = 1_000;
/** An instance that waits for a processor for a larger share of the time is slowed by other processes. */
const maxStarvedShare = 0.2;
const genuinePerSecond = 25;
const sampleEveryMs = 250;

/** The body of a genuine webhook that is already settled: Microsoft repeats such calls. */
async function genuineBody(scene: Scene): Promise<string> {
  const id = await buyActive(scene);
  await waitUntil(
    async () => (await scene.query(`select 1 from subscriptions where id = $1`, [id])).length === 1,
    10_000,
  );
  const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
  return bodyOf(scene, operationId);
}

/**
 * Lets `abuse` run until its signal, at most for `seconds`, against the first instance, while Microsoft calls the webhook of
 * the same instance at a steady pace. Judges memory above idle, the longest time that one turn of the event loop took of the
 * processor (the time on the clock would measure what else the machine does), and all genuine webhooks.
 */
export async function underAbuse(
  scene: Scene,
  outcome: Outcome,
  seconds: number,
  abuse: (during: { signal: AbortSignal; port: number }) => Promise<unknown>,
): Promise<void> {
  const [instance] = scene.instances;
  if (!instance) throw new Error("there is no instance");
  const { port } = instance;
  const body = await genuineBody(scene);
  await scene.post(body, { port });
  await sleep(500);
  const idle = await instance.figures();
  const startedAt = performance.now();
  const waitedBefore = await waitedMs(instance.pid());
  const ended = new AbortController();
  const genuine: Promise<Post>[] = [];
  const rssMb: number[] = [];
  const loopBlockedMs: number[] = [];
  const loopStallMs: number[] = [];

  async function postSteadily(): Promise<void> {
    for (let at = performance.now(); !ended.signal.aborted; at += 1_000 / genuinePerSecond) {
      await sleep(Math.max(0, at - performance.now()));
      genuine.push(scene.post(body, { port }));
    }
  }

  async function sample(): Promise<void> {
    while (!ended.signal.aborted) {
      await sleep(sampleEveryMs);
      const figures = await instance?.figures();
      if (!figures) continue;
      rssMb.push(figures.rssMb);
      loopBlockedMs.push(figures.loopBlockedMs);
      loopStallMs.push(figures.loopStallMs);
    }
  }

  const timer = setTimeout(() => ended.abort(), seconds * 1_000);
  const watching = Promise.all([postSteadily(), sample()]);
  try {
    await abuse({ signal: ended.signal, port });
    await waitUntil(() => Promise.resolve(ended.signal.aborted), seconds * 1_000 + 1_000);
  } finally {
    clearTimeout(timer);
    ended.abort();
    await watching;
  }
  const posts = await Promise.all(genuine);
  const starvedShare = ((await waitedMs(instance.pid())) - waitedBefore) / (performance.now() - startedAt);
  const p99 = percentile(
    posts.map(({ ms }) => ms),
    0.99,
  );
  const grownMb = max(rssMb) - (idle?.rssMb ?? 0);
  outcome.figure("memory above idle", `${grownMb} MB`);
  outcome.figure("the event loop was blocked for", `${max(loopBlockedMs)} ms (${max(loopStallMs)} ms on the clock)`);
  outcome.figure(
    "genuine webhooks",
    `${posts.length}, ${tally(posts.map(({ status }) => status))}, p99 ${rounded(p99)} ms`,
  );
  outcome.must(idle !== null && rssMb.length >= seconds, "the instance could not be measured");
  outcome.must(grownMb <= maxGrowthMb, `memory grew by ${grownMb} MB above idle, at most ${maxGrowthMb} MB`);
  outcome.must(
    max(loopBlockedMs) <= maxLoopBlockedMs,
    `the event loop was blocked for ${max(loopBlockedMs)} ms of processor time, at most ${maxLoopBlockedMs} ms`,
  );
  const answered = posts.filter(({ status }) => status !== null);
  outcome.must(
    answered.length > 0 && answered.every(({ status }) => status === 200),
    `genuine webhooks were answered ${tally(posts.map(({ status }) => status))}`,
  );
  const slow = `p99 of genuine webhooks ${rounded(p99)} ms, at most ${maxGenuineP99Ms} ms`;
  if (starvedShare <= maxStarvedShare) outcome.must(p99 <= maxGenuineP99Ms, slow);
  else {
    const share = `${rounded(starvedShare * 100)} %`;
    outcome.figure("the instance waited for a processor", share);
    outcome.should(p99 <= maxGenuineP99Ms, `${slow}; the machine let the instance wait for ${share} of the time`);
  }
}

/** How long a runnable process has waited for a processor; 0 if unknown. */
async function waitedMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => "0 0 0");
  return Number(text.split(" ")[1]) / 1e6;
}

/** Repeats something in several lanes until the signal, and ignores failures. */
export async function repeatedly(
  signal: AbortSignal,
  options: { lanes: number; pauseMs: number },
  act: (count: number) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  const lane = async () => {
    while (!signal.aborted) {
      count += 1;
      await act(count).catch(() => {});
      await sleep(options.pauseMs);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return count;
}

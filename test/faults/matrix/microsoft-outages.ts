/** F07 to F10: a Marketplace that fails, throttles, is slow, or is cut off before its response is read. */
import { setTimeout as sleep } from "node:timers/promises";
import { buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { max, percentile, rounded } from "../statistics.ts";
import { type Scene, waitUntil } from "../scene.ts";
import { createTraffic } from "../traffic.ts";

type Call = {
  at: string;
  method: string;
  path: string;
  status: number | null;
  durationMs: number;
  note: string | null;
};

async function callsOf(scene: Scene): Promise<Call[]> {
  return (await scene.control<{ calls: Call[] }>("calls?area=marketplace")).calls;
}

const webhookTimes = (scene: Scene) =>
  scene.balancer
    .outcomes()
    .flatMap(({ path, ms, status }) => (path.startsWith("/webhooks") && status === 200 ? [ms] : []));

async function openOperations(scene: Scene): Promise<number> {
  return (await scene.query(`select 1 from operations where stage <> 'settled'`)).length;
}

const outage: Fault = {
  id: "F07",
  title: "the Marketplace answers 503 to all calls",
  async run(scene, { outcome, seed, seconds }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 12 });
    await traffic.begin();
    await sleep(2_000);
    scene.balancer.forget();
    await sleep(seconds * 400);
    const baseline = percentile(webhookTimes(scene), 0.99);
    await scene.control("faults", { target: "* /api", status: 503 });
    const opsBefore = (await scene.query(`select 1 from operations`)).length;
    await scene.control("calls", undefined, "DELETE");
    scene.balancer.forget();
    await sleep(seconds * 1_200);
    const inOutage = percentile(webhookTimes(scene), 0.99);
    const callsInOutage = (await callsOf(scene)).length;
    await traffic.end();
    const backlog = await openOperations(scene);
    await scene.control("faults", undefined, "DELETE");
    await scene.control("calls", undefined, "DELETE");
    const startedAt = performance.now();
    const isDrained = await waitUntil(async () => (await openOperations(scene)) === 0, 60_000, 100);
    const drainedMs = performance.now() - startedAt;
    const operations = (await scene.query(`select 1 from operations`)).length - opsBefore;
    outcome.note(`${rounded(seconds * 1.2)} s of 503 under ${traffic.figures().acts} acts`);
    outcome.figure("p99 of webhooks", `${rounded(inOutage)} ms, before ${rounded(baseline)} ms`);
    outcome.figure("calls during the outage", `${callsInOutage} for ${operations} operations`);
    outcome.figure("backlog", backlog);
    outcome.figure("backlog empty after", `${rounded(drainedMs / 1_000, 1)} s`);
    outcome.must(isDrained, "the backlog was not empty 60 s after the Marketplace was back");
    outcome.should(
      inOutage <= 1.2 * baseline,
      `p99 of webhooks ${rounded(inOutage / baseline, 2)} × that before, at most 1.2 ×`,
    );
    const perOperation = callsInOutage / Math.max(1, operations);
    outcome.should(
      perOperation <= 6,
      `${rounded(perOperation, 1)} calls per operation during the outage; twice the 3 that an operation needs is 6`,
    );
  },
};

const throttled: Fault = {
  id: "F08",
  title: "429 with Retry-After",
  scene: { instances: 1 },
  async run(scene, { outcome }) {
    const subscriptions = await inParallel(Array.from({ length: 10 }), 4, () => buyActive(scene));
    await waitUntil(async () => (await openOperations(scene)) === 0, 20_000);
    const retryAfterMs = 4_000;
    await scene.control("calls", undefined, "DELETE");
    await scene.control("faults", { target: "* /api", status: 429, headers: { "retry-after": "4" } });
    await inParallel(subscriptions, 5, (id) => scene.control(`subscriptions/${id}/renew`, {}));
    await sleep(14_000);
    await scene.control("faults", undefined, "DELETE");
    const calls = (await callsOf(scene)).filter((call) => call.status === 429).map((call) => Date.parse(call.at));
    // Calls in progress at the first refusal belong to its burst.
    const bursts = calls.filter((at, index) => index === 0 || at - (calls[index - 1] ?? 0) > 500);
    const pauses = bursts.slice(1).map((at) => {
      const lastOfFormer = calls.filter((other) => other < at).at(-1) ?? 0;
      return at - lastOfFormer;
    });
    outcome.note("10 webhooks while all calls were answered 429 with Retry-After: 4 for 14 s, one instance");
    outcome.figure("calls", calls.length);
    outcome.figure("pauses between bursts", pauses.map((ms) => `${rounded(ms / 1_000, 2)} s`).join(", "));
    outcome.must(
      pauses.length > 0 && pauses.every((ms) => ms >= retryAfterMs * 0.9),
      "a call was made before the time that Microsoft requested",
    );
  },
};

const slow: Fault = {
  id: "F09",
  title: "the Marketplace is slow for some subscriptions: 30 s, or never",
  async run(scene, { outcome, seconds }) {
    const slowOnes = await inParallel(Array.from({ length: 4 }), 4, () => buyActive(scene));
    const others = await inParallel(Array.from({ length: 30 }), 4, () => buyActive(scene));
    await waitUntil(async () => (await openOperations(scene)) === 0, 30_000);
    const settleTimes = async (since: Date) =>
      (
        await scene.query<{ ms: number }>(
          `select extract(epoch from settled_at - created_at) * 1000 as ms from operations
            where created_at > $1 and settled_at is not null and subscription_id = any($2)`,
          [since, others],
        )
      ).map((row) => Number(row.ms));
    const round = async () => {
      const since = new Date(Date.now() - 5);
      for (const id of others) {
        await scene.control(`subscriptions/${id}/renew`, {});
        await sleep(20);
      }
      await waitUntil(async () => (await settleTimes(since)).length >= others.length, 20_000);
      return percentile(await settleTimes(since), 0.99);
    };
    const before = await round();
    for (const id of slowOnes.slice(0, 2)) {
      await scene.control("faults", { target: `GET /api/saas/subscriptions/${id}`, delayMs: 30_000 });
    }
    for (const id of slowOnes.slice(2)) {
      await scene.control("faults", { target: `GET /api/saas/subscriptions/${id}`, hangMs: 30_000 });
    }
    for (const id of slowOnes) await scene.control(`subscriptions/${id}/renew`, {});
    await sleep(500);
    const during = [await round(), await round()];
    await sleep(Math.max(0, seconds * 1_000 - 3_000));
    const errors = await scene.query<{ last_error: string | null }>(
      `select last_error from operations where subscription_id = any($1) and stage <> 'settled'`,
      [slowOnes],
    );
    await scene.control("faults", undefined, "DELETE");
    outcome.note("4 of 34 subscriptions slow: two answered after 30 s, two never");
    outcome.figure("settled of the others, p99", `${rounded(max(during))} ms, before ${rounded(before)} ms`);
    outcome.figure("message of the slow ones", errors[0]?.last_error ?? "nothing");
    outcome.must(
      errors.length === slowOnes.length &&
        errors.every((row) => /did not answer|within \d+ s/.test(row.last_error ?? "")),
      "a slow call was not ended at its deadline of 8 s",
    );
    outcome.should(
      max(during) <= Math.max(1.5 * before, 400),
      `others settled in p99 ${rounded(max(during))} ms, before ${rounded(before)} ms`,
    );
  },
};

const cut: Fault = {
  id: "F10",
  title: "the connection is cut after the effect, before the response is read",
  // Microsoft accepts the customer's change before a blind repetition of our PATCH would arrive.
  scene: { sandboxSettings: { answerWindowMs: 600 } },
  async run(scene, { outcome, repeats }) {
    const subscriptions = await inParallel(Array.from({ length: 6 * repeats }), 4, () => buyActive(scene));
    await waitUntil(async () => (await openOperations(scene)) === 0, 30_000);
    // Our own changes: cut, and once they are done the customer requests another value, which a repetition would overwrite.
    await scene.control("faults", {
      target: "PATCH ^/api/saas/subscriptions/[^/]+$",
      cut: "after",
      times: subscriptions.length,
    });
    await inParallel(subscriptions, 6, async (id) => {
      await scene.staff.change("changeQuantity", id, { quantity: 11 });
      await waitUntil(
        async () => (await scene.control<{ quantity: number }>(`subscriptions/${id}`)).quantity === 11,
        10_000,
      );
      await waitUntil(() => scene.control(`subscriptions/${id}/change-quantity`, { quantity: 12 }), 5_000);
    });
    await scene.control("faults", { target: "PATCH ^/api/.*/operations/", cut: "after", times: subscriptions.length });
    await waitUntil(async () => (await openOperations(scene)) === 0, 40_000);
    await inParallel(subscriptions, 6, (id) =>
      scene.control(`subscriptions/${id}/change-quantity`, { quantity: 13 }).catch(() => {}),
    );
    await waitUntil(async () => (await openOperations(scene)) === 0, 40_000);
    await scene.control("faults", undefined, "DELETE");
    const { changes } = await scene.control<{ changes: { status: number | null; effect: number | null }[] }>("ledger");
    const cuts = changes.filter((change) => change.status === null && change.effect !== null).length;
    outcome.note(`${subscriptions.length} subscriptions, each with a change of ours and an answer of ours cut`);
    outcome.figure("cut after their effect", cuts);
    outcome.must(cuts >= subscriptions.length, "fewer connections were cut than requested");
  },
};

export const microsoftFaults = [outage, throttled, slow, cut];

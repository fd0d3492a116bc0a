/** F11 to F13: webhooks that arrive repeatedly, out of order, or never. */
import { setTimeout as sleep } from "node:timers/promises";
import { allOrders, bodyOf, buyActive, deliverInOrder, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { rounded, tally } from "../statistics.ts";
import { createRandom } from "../seeded-random.ts";
import { type Scene, waitUntil } from "../scene.ts";

async function cpuOfInstances(scene: Scene): Promise<number> {
  const figures = await Promise.all(scene.instances.map((instance) => instance.figures()));
  return figures.reduce((sum, figure) => sum + (figure?.cpuMs ?? 0), 0);
}

async function hasSettled(scene: Scene, operationIds: string[]): Promise<boolean> {
  const rows = await scene.query(`select 1 from operations where marketplace_id = any($1) and stage = 'settled'`, [
    operationIds,
  ]);
  return rows.length === operationIds.length;
}

const duplicates: Fault = {
  id: "F11",
  title: "duplicates × 100, 50 in parallel over 2 instances",
  async run(scene, { outcome, repeats }) {
    const rounds = 8 * repeats;
    const subscriptions = await inParallel(Array.from({ length: rounds }), 4, () => buyActive(scene));
    await waitUntil(async () => (await scene.query(`select 1 from subscriptions`)).length === rounds, 20_000);
    const ports = scene.instances.map((instance) => instance.port);
    const bodies: string[] = [];
    const operationIds: string[] = [];
    for (const id of subscriptions) {
      const act = await scene.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
        quantity: 8,
        deliver: false,
      });
      operationIds.push(act.operationId);
      bodies.push(await bodyOf(scene, act.operationId));
    }
    const cpuAtStart = await cpuOfInstances(scene);
    const first = await Promise.all(bodies.map((body, index) => scene.post(body, { port: ports[index % 2] })));
    outcome.must(
      await waitUntil(() => hasSettled(scene, operationIds), 20_000),
      "the first deliveries were not settled in 20 s",
    );
    const cpuOfFirst = (await cpuOfInstances(scene)) - cpuAtStart;
    const again = bodies.flatMap((body) => Array.from({ length: 99 }, () => body));
    const answers = await inParallel(again, 50, (body, index) => scene.post(body, { port: ports[index % 2] }));
    const cpuOfAgain = (await cpuOfInstances(scene)) - cpuAtStart - cpuOfFirst;

    // And all simultaneously, including the first: only the database decides which one is first.
    const raced: string[] = [];
    for (const id of subscriptions) {
      const act = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
      raced.push(await bodyOf(scene, act.operationId));
    }
    const racedAnswers: (number | null)[] = [];
    for (const body of raced) {
      const posts = await inParallel(Array.from({ length: 100 }), 50, (_, index) =>
        scene.post(body, { port: ports[index % 2] }),
      );
      racedAnswers.push(...posts.map((post) => post.status));
    }
    const statuses = [...first, ...answers].map((post) => post.status).concat(racedAnswers);
    outcome.note(`${rounds} changes delivered once, then 99 times; ${rounds} more 100 times simultaneously`);
    outcome.figure("answers", tally(statuses));
    const ratio = cpuOfAgain / answers.length / (cpuOfFirst / first.length);
    outcome.figure("processor time of a duplicate", `${rounded(ratio, 2)} × a first one with its settling`);
    outcome.must(
      statuses.every((status) => status === 200),
      `not every answer was 200: ${tally(statuses)}`,
    );
    outcome.should(ratio <= 0.5, `a duplicate costs ${rounded(ratio, 2)} × a first delivery, aim 0.5`);
  },
};

const orders: Fault = {
  id: "F12",
  title: "all 720 orders of six events of a subscription",
  scene: { sandboxSettings: { answerWindowMs: 60, webhookDelayMs: 0 } },
  async run(scene, { outcome, seed }) {
    const shuffled = createRandom(seed).shuffled(allOrders);
    const startedAt = performance.now();
    const answers = await inParallel(shuffled, 24, (order) =>
      deliverInOrder(scene, order, async (body) => (await scene.post(body)).status),
    );
    const deliveredMs = performance.now() - startedAt;
    // Their order does not decide how quickly they settle, so this waits longer than the checker.
    await waitUntil(
      async () => (await scene.query(`select 1 from operations where stage <> 'settled'`)).length === 0,
      180_000,
      250,
    );
    outcome.note(`${shuffled.length} subscriptions, each with its webhooks in another order`);
    outcome.figure("answers", tally(answers.flat()));
    outcome.figure("webhooks per second", rounded((6 * shuffled.length) / (deliveredMs / 1_000)));
    outcome.figure("settled after", `${rounded((performance.now() - startedAt) / 1_000)} s`);
    outcome.must(
      answers.flat().every((status) => status === 200),
      `not every answer was 200: ${tally(answers.flat())}`,
    );
  },
};

const lost: Fault = {
  id: "F13",
  title: "a genuine webhook never arrives",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const count = 150;
    const subscriptions = await inParallel(Array.from({ length: count }), 4, () => buyActive(scene));
    await waitUntil(
      async () => (await scene.query(`select 1 from subscriptions where status = 'Subscribed'`)).length === count,
      30_000,
    );
    const changed = random.shuffled(subscriptions).slice(0, 40);
    for (const id of changed) {
      const [act, body] = random.of<[string, object]>([
        ["suspend", {}],
        ["renew", {}],
        ["unsubscribe", {}],
        ["change-quantity", { quantity: 7 }],
      ]);
      await scene.control(`subscriptions/${id}/${act}`, { ...body, deliver: false });
    }
    await buyActive(scene, { deliver: false });
    // Microsoft accepts an unanswered change of seats after its window.
    await sleep(10_500);
    await scene.control("calls", undefined, "DELETE");
    const startedAt = performance.now();
    const asked = await scene.staff.call("reconcile.start");
    const isEqual = await waitUntil(async () => (await differencesFrom(scene)) === 0, 60_000, 200);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { calls } = await scene.control<{ calls: { path: string }[] }>("calls");
    const lists = calls.filter(({ path }) => /\/saas\/subscriptions\/?$/.test(path)).length;
    outcome.note(`41 of ${count + 1} subscriptions changed without a webhook; then one reconciliation`);
    outcome.figure("repaired after", `${rounded(seconds, 1)} s`);
    outcome.figure("list calls", lists);
    outcome.must(asked.ok, `reconciliation could not be started: ${asked.message.slice(0, 200)}`);
    outcome.must(isEqual, "not everything was repaired within 60 s after the start of reconciliation");
    outcome.must(lists <= Math.ceil((count + 1) / 100) + 1, `${lists} list calls for ${count + 1} subscriptions`);
  },
};

async function differencesFrom(scene: Scene): Promise<number> {
  const { subscriptions } = await scene.control<{
    subscriptions: { id: string; status: string; quantity: number; termEnd: string }[];
  }>("subscriptions?limit=10000");
  const rows = await scene.query<{ id: string; status: string; quantity: number; term_starts_at: Date }>(
    `select id, status, quantity, term_starts_at from subscriptions`,
  );
  const rowsById = new Map(rows.map((row) => [row.id, row]));
  return subscriptions.filter((subscription) => {
    const row = rowsById.get(subscription.id);
    return !row || row.status !== subscription.status || row.quantity !== subscription.quantity;
  }).length;
}

export const webhookFaults = [duplicates, orders, lost];

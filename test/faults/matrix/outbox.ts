/** F30 to F33: endpoints that fail, and kills around the outbox. */
import { setTimeout as sleep } from "node:timers/promises";
import { buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { outboxKillPoints } from "../fault-injection.ts";
import { accept, type Answer, fail, type Receiver } from "../receiver.ts";
import { type Scene, waitUntil } from "../scene.ts";
import { createRandom } from "../seeded-random.ts";
import { max, percentile, rounded } from "../statistics.ts";
import { createTraffic } from "../traffic.ts";

const waitingFor = (scene: Scene, { endpointId }: Receiver) =>
  scene
    .query<{ waiting: number }>(
      `select count(*)::int as waiting from outbox_messages where receiver_id = $1 and state = 'waiting'`,
      [endpointId],
    )
    .then(([row]) => row?.waiting ?? 0);

const stateOf = (scene: Scene, { endpointId }: Receiver) =>
  scene
    .query<{ state: string }>(`select state from outbox_receivers where id = $1`, [endpointId])
    .then(([row]) => row?.state ?? "");

/** Ends the pauses before the next attempts. */
const skipPauses = (scene: Scene) =>
  scene.query(`with probed as (update outbox_receivers set waits_until = null) update outbox_lanes set due_at = now()`);

const badEndpoints: Fault = {
  id: "F30",
  title: "endpoints that fail, hang, redirect, answer 410 and are slow, next to one that works",
  scene: { endpoints: 6 },
  async run(scene, { outcome, seed, seconds }) {
    const [healthy, fails, hangs, redirects, gone, slow] = scene.receivers as [
      Receiver,
      Receiver,
      Receiver,
      Receiver,
      Receiver,
      Receiver,
    ];
    const answers: [Receiver, Answer][] = [
      [fails, fail],
      [hangs, () => {}],
      [redirects, (response) => void response.writeHead(307, { location: `${healthy.url}/stolen` }).end()],
      [gone, (response) => void response.writeHead(410).end()],
      [slow, (response) => void setTimeout(() => accept(response, { id: "", subscriptionId: "" }), 1_500)],
    ];
    for (const [receiver, answer] of answers) receiver.answerWith(answer);
    const traffic = createTraffic(scene, { seed, actsPerSecond: 20 });
    await traffic.begin();
    await sleep(Math.max(8, seconds) * 1_000);
    await traffic.end();
    const late = await lateness(scene, healthy);
    outcome.note(`${late.length} events to the healthy endpoint`);
    outcome.figure(
      "delivered after",
      `p50 ${rounded(percentile(late, 0.5))} ms, p99 ${rounded(percentile(late, 0.99))} ms`,
    );
    outcome.must(late.length > 20, "too few events were delivered for the run to prove anything");
    outcome.should(
      percentile(late, 0.99) <= 5_000,
      `p99 of the healthy endpoint ${rounded(percentile(late, 0.99))} ms, at most 5 s`,
    );
    outcome.must(!healthy.requests.some(({ path }) => path === "/stolen"), "a redirect was followed");
    outcome.must((await stateOf(scene, gone)) === "disabled", "410 did not disable the endpoint");
    outcome.must((await waitingFor(scene, fails)) > 0, "the failing endpoint has nothing to catch up on");
    for (const [receiver] of answers) receiver.answerWith(accept);
    // A disabled endpoint is not owed anything.
    gone.fromPosition = Number.POSITIVE_INFINITY;
    await skipPauses(scene);
  },
};

/** From the commit of each event to its first delivery, in milliseconds. */
async function lateness(scene: Scene, receiver: Receiver): Promise<number[]> {
  const events = await scene.query<{ id: string; at: Date }>(
    `select id, at from activity where id in (select id from events)`,
  );
  const at = new Map(events.map((event) => [event.id, event.at.getTime()]));
  const seen = new Set<string>();
  return receiver.accepted.flatMap(({ id, at: receivedAt }) => {
    const happenedAt = at.get(id);
    if (seen.has(id) || happenedAt === undefined) return [];
    seen.add(id);
    return [Math.max(0, receivedAt - happenedAt)];
  });
}

const threeDays: Fault = {
  id: "F31",
  title: "an endpoint that fails for three days is paused, and continues after a test",
  scene: { endpoints: 1 },
  async run(scene, { outcome }) {
    const [receiver] = scene.receivers as [Receiver];
    receiver.answerWith(fail);
    const ids = await inParallel(Array.from({ length: 10 }), 4, () => buyActive(scene));
    outcome.must(await waitUntil(async () => receiver.requests.length >= 5, 20_000), "nothing was attempted");
    await sleep(1_000);
    // Three days later.
    await scene.query(
      `update outbox_receivers set failing_since = failing_since - interval '3 days' where failing_since is not null`,
    );
    await scene.query(`update outbox_messages set first_attempt_at = first_attempt_at - interval '3 days'`);
    // While it is probed, a message that has not been tried for three days may be the one that is sent.
    const isPaused = async () => {
      await skipPauses(scene);
      return (await stateOf(scene, receiver)) === "paused";
    };
    outcome.must(await waitUntil(isPaused, 20_000, 250), "the endpoint was not paused");
    const need = await scene.staff.read("needs.list", {});
    outcome.must(need.message.includes("endpoint_paused"), "staff are not notified that it is paused");
    const requests = receiver.requests.length;
    for (const id of ids) await scene.staff.change("changeQuantity", id, { quantity: 7 });
    await sleep(2_000);
    outcome.must(receiver.requests.length === requests, "a paused endpoint was called");
    receiver.answerWith(accept);
    const resumed = await scene.staff.call("endpoints.resume", { id: receiver.endpointId });
    outcome.must(resumed.ok, `it was not resumed: ${resumed.message.slice(0, 200)}`);
    outcome.note(`${requests} attempts, then paused with ${await waitingFor(scene, receiver)} messages, then resumed`);
  },
};

const manyEvents = 10_000;

const backlog: Fault = {
  id: "F32",
  title: "10,000 events to an endpoint that fails, recovers, and loses an instance",
  scene: { endpoints: 1 },
  check: { quietWithinMs: 240_000 },
  async run(scene, { outcome, seed }) {
    const [receiver] = scene.receivers as [Receiver];
    const random = createRandom(seed);
    receiver.answerWith(fail);
    await scene.query(`
      with added as (
        insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary, reason, source)
        select gen_random_uuid(), now(), 'backlog-' || (n % 200), 'system', 'Fault run', 'subscription.details_changed', 'Event ' || n, 'Fault run', 'job'
        from generate_series(1, ${manyEvents}) n
        returning id)
      insert into events (id) select id from added order by id`);
    const startedAt = performance.now();
    await sleep(5_000);
    outcome.note(`${receiver.requests.length} attempts in 5 s of failure`);
    outcome.must(receiver.accepted.length === 0, "a failing endpoint accepted something");
    receiver.answerWith((response, message) => (random.chance(0.02) ? fail : accept)(response, message));
    await skipPauses(scene);
    await waitUntil(async () => receiver.accepted.length > manyEvents / 4, 120_000);
    const [victim] = scene.instances;
    await victim?.kill();
    await victim?.startAgain();
    const isDone = await waitUntil(
      async () => {
        if (random.chance(0.1)) await skipPauses(scene);
        return (await waitingFor(scene, receiver)) === 0;
      },
      300_000,
      500,
    );
    receiver.answerWith(accept);
    outcome.must(isDone, `${await waitingFor(scene, receiver)} messages still wait`);
    const seconds = (performance.now() - startedAt) / 1_000;
    outcome.figure(
      "delivered",
      `${manyEvents} in ${rounded(seconds)} s, ${receiver.accepted.length - manyEvents} twice`,
    );
  },
};

const kills: Fault = {
  id: "F33",
  title: "SIGKILL at each point around the outbox",
  scene: { endpoints: 2 },
  check: { quietWithinMs: 90_000 },
  async run(scene, { outcome, repeats }) {
    const [first] = scene.receivers as [Receiver, Receiver];
    const id = await buyActive(scene);
    const deaths = Array.from({ length: Math.ceil(repeats / 2) }).flatMap(() => outboxKillPoints);
    const missed: string[] = [];
    const waits: number[] = [];
    let quantity = 5;
    for (const point of deaths) {
      await waitUntil(async () => (await waitingFor(scene, first)) === 0, 40_000);
      for (const instance of scene.instances) instance.send({ do: "arm", point });
      await sleep(20);
      quantity += 1;
      const answered = await scene.staff.change("changeQuantity", id, { quantity });
      const armedAt = performance.now();
      const hasEnded = () => Promise.resolve(scene.instances.some((instance) => instance.hasEnded()));
      if (!(await waitUntil(hasEnded, 8_000, 5))) missed.push(`${point} (${answered.status})`);
      for (const instance of scene.instances) instance.send({ do: "arm", point: null });
      await sleep(20);
      await Promise.all(
        scene.instances.filter((instance) => instance.hasEnded()).map((instance) => instance.startAgain()),
      );
      await waitUntil(async () => (await waitingFor(scene, first)) === 0, 60_000);
      waits.push(performance.now() - armedAt);
    }
    outcome.note(`${deaths.length} kills: ${outboxKillPoints.join(", ")}`);
    outcome.figure(
      "delivered after",
      `p50 ${rounded(percentile(waits, 0.5) / 1_000, 1)} s, p100 ${rounded(max(waits) / 1_000, 1)} s`,
    );
    outcome.must(missed.length === 0, `points that were never reached: ${missed.join(", ")}`);
    outcome.should(max(waits) <= 45_000, `a message waited ${rounded(max(waits) / 1_000, 1)} s; a claim lasts 30 s`);
  },
};

export const outboxFaults: Fault[] = [badEndpoints, threeDays, backlog, kills];

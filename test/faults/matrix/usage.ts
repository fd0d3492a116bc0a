/** F34 to F43: metered usage through kills, lost answers, outages, wrong clocks and repeats. */
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../deliver-webhooks.ts";
import type { Fault, Outcome } from "../fault.ts";
import { type KillPoint, usageKillPoints } from "../fault-injection.ts";
import { hourMs, type Meter, openMeter } from "../metering.ts";
import { type Scene, waitUntil } from "../scene.ts";
import { createRandom, type Random } from "../seeded-random.ts";
import { rounded } from "../statistics.ts";

const minuteMs = 60_000;
const target = "POST ^/api/(usageEvent|batchUsageEvent)$";

/** Usage of all subscriptions and dimensions in these hours, in parts and in any order. */
function usageOf(meter: Meter, random: Random, { hours, parts }: { hours: number[]; parts: number }) {
  const usage = meter.subscriptions.flatMap((subscriptionId) =>
    meter.dimensions.flatMap((dimension) =>
      hours.flatMap((hour) =>
        Array.from({ length: parts }, () => ({
          subscriptionId,
          dimension,
          quantity: (1 + random.below(90_000)) / 1_000 + "",
          time: meter.hoursAgo(hour),
        })),
      ),
    ),
  );
  return random.shuffled(usage);
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

async function submissions(scene: Scene) {
  const rows = await scene.query<{ calls: number; items: number; maxPerHour: number }>(
    `select count(distinct call_id)::int as calls, count(*)::int as items,
      (select coalesce(max(n), 0) from (select count(*) as n from usage_submissions group by slot_id) s)::int as "maxPerHour" from usage_submissions`,
  );
  return rows[0] ?? { calls: 0, items: 0, maxPerHour: 0 };
}

async function finish(meter: Meter, outcome: Outcome, withinMs?: number): Promise<void> {
  outcome.must(await meter.finish(withinMs), "usage was still waiting when the time had passed");
}

const kills: Fault = {
  id: "F34",
  title: `SIGKILL at ${usageKillPoints.length} named points from the report of usage to Microsoft's answer`,
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: usageKillPoints.length });
    const missed: string[] = [];
    let deaths = 0;
    const one = (subscriptionId: string, hour: number) => ({
      subscriptionId,
      dimension: "storage",
      quantity: `${150 + random.below(100)}.${1 + random.below(9_999)}`,
      time: meter.hoursAgo(hour),
    });
    async function dieWhile(point: KillPoint, reported: () => Promise<void>): Promise<void> {
      for (const instance of scene.instances) instance.send({ do: "arm", point });
      await sleep(50);
      const reporting = reported();
      const hasEnded = () => Promise.resolve(scene.instances.some((instance) => instance.hasEnded()));
      if (!(await waitUntil(hasEnded, 15_000, 5))) missed.push(point);
      for (const instance of scene.instances) instance.send({ do: "arm", point: null });
      await sleep(50);
      const dead = scene.instances.filter((instance) => instance.hasEnded());
      deaths += dead.length;
      await Promise.all(dead.map((instance) => instance.startAgain({ skewMs: meter.offsetMs() })));
      await reporting;
    }
    for (const [index, point] of usageKillPoints.entries()) {
      const id = meter.subscriptions[index] ?? "";
      const hour = 2 + index;
      if (point === "while late usage is carried") {
        await meter.report([one(id, hour)]);
        await waitUntil(async () => (await meter.due()) === 0, 90_000);
      }
      await dieWhile(point, () => meter.report([one(id, hour)]));
    }
    await finish(meter, outcome);
    const { calls, items } = await submissions(scene);
    outcome.note(`once at each of ${usageKillPoints.length} points: ${usageKillPoints.join(", ")}`);
    outcome.figure("deaths", deaths);
    outcome.figure("submissions", `${items} in ${calls} calls`);
    outcome.must(missed.length === 0, `points that were never reached: ${missed.join(", ")}`);
  },
};

/** Sends usage while Microsoft answers wrongly, then until all is accepted. */
async function disturbed(
  scene: Scene,
  meter: Meter,
  fault: object,
  usage: Parameters<Meter["report"]>[0],
): Promise<number> {
  const { id } = await scene.control<{ id: string }>("faults", { target, ...fault });
  await meter.report(usage);
  await sleep(8_000);
  const { faults } = await scene.control<{ faults: { id: string; applied: number }[] }>("faults");
  const applied = faults.find((one) => one.id === id)?.applied ?? 0;
  await scene.control(`faults?id=${id}`, undefined, "DELETE");
  // Pauses between attempts have passed.
  await meter.advance(10 * minuteMs);
  return applied;
}

const lostAnswers: Fault = {
  id: "F35",
  title: "the connection is cut after Microsoft has accepted usage, alone and in batches: 409 and Duplicate",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 20 });
    const alone = [
      {
        subscriptionId: meter.subscriptions[0] ?? "",
        dimension: "restores",
        quantity: "7.25",
        time: meter.hoursAgo(20),
      },
    ];
    let cuts = await disturbed(scene, meter, { cut: "after" }, alone);
    await waitUntil(async () => (await meter.due()) === 0, 60_000);
    cuts += await disturbed(scene, meter, { cut: "after" }, usageOf(meter, random, { hours: from(3, 8), parts: 2 }));
    await finish(meter, outcome);
    const duplicates = await scene.query<{ count: number }>(
      `select count(distinct call_id)::int as count from usage_submissions where status = 'Duplicate'`,
    );
    outcome.note(`${cuts} calls cut after their effect`);
    outcome.figure("calls healed by a duplicate", duplicates[0]?.count ?? 0);
    outcome.must((duplicates[0]?.count ?? 0) > 1, "no duplicate was answered, so the run proves nothing");
  },
};

const throttled: Fault = {
  id: "F36",
  title: "429 with Retry-After for all usage",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 20 });
    const refusal = { status: 429, headers: { "retry-after": "2" } };
    const refused = await disturbed(scene, meter, refusal, usageOf(meter, random, { hours: from(3, 12), parts: 2 }));
    await finish(meter, outcome);
    outcome.note(`${refused} calls answered 429 with a pause of 2 s for 8 s`);
    outcome.must(refused > 0, "no call was refused, so the run proves nothing");
    outcome.should(refused <= 2 * 2 * 8, `${refused} calls in 8 s although pauses of 2 s were asked for`);
  },
};

const errorsAfterEffect: Fault = {
  id: "F37",
  title: "500 after the effect, and Error for single items",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 20 });
    const fault = { status: 500, effect: true };
    const failed = await disturbed(scene, meter, fault, usageOf(meter, random, { hours: from(9, 14), parts: 2 }));
    await waitUntil(async () => (await meter.due()) === 0, 60_000);
    await scene.control("usage/failures", { times: 100 });
    await meter.report(usageOf(meter, random, { hours: from(3, 5), parts: 1 }));
    await sleep(3_000);
    await meter.advance(10 * minuteMs);
    await finish(meter, outcome);
    outcome.note(`${failed} calls answered 500 after their effect, then 100 items with Error`);
    outcome.must(failed > 0, "no call failed, so the run proves nothing");
  },
};

const wrongClocks: Fault = {
  id: "F38",
  title: "the instances' clocks are wrong by 4 minutes, one ahead and one behind",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 10 });
    const [ahead, behind] = scene.instances;
    ahead?.send({ do: "skew", ms: meter.offsetMs() + 4 * minuteMs });
    behind?.send({ do: "skew", ms: meter.offsetMs() - 4 * minuteMs });
    await sleep(200);
    for (const usage of parted(usageOf(meter, random, { hours: from(1, 22), parts: 3 }), 200))
      await meter.report(usage);
    // Of this hour, too: it ends four minutes early for one of them, and late for the other.
    const now = meter.subscriptions.map((subscriptionId) => ({
      subscriptionId,
      dimension: "storage",
      quantity: "33.333",
      time: meter.now(),
    }));
    await meter.report(now);
    await finish(meter, outcome);
    const { calls, maxPerHour } = await submissions(scene);
    outcome.note(`${scene.reported.length} events in 22 hours and in the present one`);
    outcome.figure("calls", calls);
    outcome.must(maxPerHour === 1, `an hour was sent ${maxPerHour} times`);
  },
};

const twoInstances: Fault = {
  id: "F39",
  title: "two instances get, seal and send the same customers' usage at the same time",
  async run(scene, { outcome, seed, seconds }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 30 });
    const reports = parted(usageOf(meter, random, { hours: from(1, 22), parts: 3 }), 40);
    const pauseMs = (seconds * 1_000) / Math.max(1, reports.length / 6);
    await inParallel(reports, 6, async (usage) => {
      await meter.report(usage);
      await sleep(pauseMs);
    });
    await finish(meter, outcome);
    const { calls, items, maxPerHour } = await submissions(scene);
    const carried = await meter.count("moved > 0");
    outcome.note(`${scene.reported.length} events in ${reports.length} reports, six at a time`);
    outcome.figure("submissions", `${items} in ${calls} calls`);
    outcome.figure("hours with late usage", carried);
    outcome.must(maxPerHour === 1, `an hour was sent ${maxPerHour} times`);
    outcome.must(carried > 0, "nothing was reported late, so the run proves less");
  },
};

const longOutage: Fault = {
  id: "F40",
  title: "503 for 20 hours of Microsoft's clock, while usage continues",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 15, backMs: 23 * hourMs });
    await scene.control("faults", { target, status: 503 });
    for (let hour = 0; hour < 20; hour += 2) {
      await meter.report(usageOf(meter, random, { hours: [1, 2], parts: 2 }));
      await meter.advance(2 * hourMs);
      await sleep(1_500);
    }
    const waiting = await meter.count("state = 'waiting'");
    await scene.control("faults", undefined, "DELETE");
    await meter.advance(11 * minuteMs);
    const startedAt = performance.now();
    await finish(meter, outcome);
    outcome.note(`${waiting} hours of usage waited after 20 hours of 503`);
    outcome.figure("sent after", `${rounded((performance.now() - startedAt) / 1_000)} s`);
    outcome.must(waiting > 100, "too little waited for the run to prove anything");
  },
};

const longStop: Fault = {
  id: "F41",
  title: "both instances are down for 23 hours, and the product reports them afterwards",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 20, backMs: 24.5 * hourMs });
    // Of the present hour, which is not sealed before the stop.
    const before = meter.subscriptions.map((subscriptionId) => ({
      subscriptionId,
      dimension: "storage",
      quantity: "120.505",
      time: meter.now(),
    }));
    await meter.report(before);
    const collecting = await meter.count("state = 'collecting'");
    await Promise.all(scene.instances.map((instance) => instance.kill()));
    await meter.advance(23 * hourMs);
    await Promise.all(scene.instances.map((instance) => instance.startAgain({ skewMs: meter.offsetMs() })));
    const startedAt = performance.now();
    await meter.report(usageOf(meter, random, { hours: from(1, 22), parts: 1 }));
    // What is older than 24 hours is lost, with its amount.
    await meter.report(usageOf(meter, random, { hours: [26], parts: 1 }));
    const isSent = await waitUntil(async () => (await meter.due()) === 0, 120_000);
    const caughtUpMs = performance.now() - startedAt;
    await finish(meter, outcome);
    outcome.note(`${collecting} hours collected usage when both instances were killed`);
    outcome.figure("caught up after", `${rounded(caughtUpMs / 1_000)} s`);
    outcome.figure("hours lost because they were reported too late", await meter.count("lost > 0"));
    outcome.must(collecting > 0 && isSent, "usage from before the stop was not sent");
    outcome.should(caughtUpMs <= 120_000, "catching up took more than two minutes");
  },
};

const backlog: Fault = {
  id: "F42",
  title: "a backlog of 5,000 hours of usage, Microsoft answers in 50 ms, and an instance is killed",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 125 });
    // Nothing is sent while it piles up, and each hour exceeds what is included.
    await scene.control("faults", { target, status: 503 });
    const base = meter.subscriptions.flatMap((subscriptionId) =>
      meter.dimensions.map((dimension) => ({ subscriptionId, dimension, quantity: "100", time: meter.hoursAgo(22) })),
    );
    await meter.report(base);
    for (const usage of parted(usageOf(meter, random, { hours: from(2, 21), parts: 1 }), 1_000))
      await meter.report(usage);
    await waitUntil(async () => (await meter.count("state = 'collecting'")) === 0, 60_000);
    const waiting = await meter.count("state = 'waiting'");
    await scene.control("faults", undefined, "DELETE");
    await scene.control("faults", { target, delayMs: 50 });
    await meter.advance(11 * minuteMs);
    const startedAt = performance.now();
    await waitUntil(async () => (await meter.count("state = 'waiting'")) < waiting / 2, 60_000, 20);
    const [victim] = scene.instances;
    await victim?.kill();
    await victim?.startAgain({ skewMs: meter.offsetMs() });
    const isSent = await waitUntil(async () => (await meter.count("state = 'waiting'")) === 0, 120_000);
    const drainedMs = performance.now() - startedAt;
    await scene.control("faults", undefined, "DELETE");
    await finish(meter, outcome);
    outcome.note(`${waiting} hours waited; one of two instances was killed in the middle`);
    outcome.figure("drained after", `${rounded(drainedMs / 1_000)} s, with the minute of the killed instance's claims`);
    outcome.must(waiting >= 4_500, "too little waited for the run to prove anything");
    outcome.must(isSent, "the backlog was not sent");
  },
};

const repeats: Fault = {
  id: "F43",
  title: "each report of usage 100 times, 50 at the same time, on two instances",
  async run(scene, { outcome, seed }) {
    const random = createRandom(seed);
    const meter = await openMeter(scene, { subscriptions: 5 });
    const usage = usageOf(meter, random, { hours: from(2, 6), parts: 2 });
    const reports = parted(usage, 20).map((part) =>
      part.map((one) => ({ ...one, id: `repeated ${random.next()}`, time: one.time.toISOString() })),
    );
    const answers: Record<string, number> = {};
    for (const events of reports) {
      await inParallel(Array.from({ length: 100 }), 50, async () => {
        for (;;) {
          const results = await meter.send(events);
          if (results !== null) {
            for (const { status } of results) answers[status] = (answers[status] ?? 0) + 1;
            return;
          }
          await sleep(200);
        }
      });
      scene.reported.push(...events.map((event) => ({ ...event, isLost: false })));
    }
    await finish(meter, outcome);
    outcome.note(`${reports.flat().length} events in ${reports.length} reports, each sent 100 times`);
    outcome.figure(
      "answers",
      Object.entries(answers)
        .map(([status, count]) => `${count} ${status}`)
        .join(", "),
    );
    outcome.must(answers["stored"] === reports.flat().length, `${answers["stored"]} events were answered as new`);
    outcome.must(answers["repeated"] === reports.flat().length * 99, "a repeat was not answered as such");
  },
};

function parted<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

export const usageFaults = [
  kills,
  lostAnswers,
  throttled,
  errorsAfterEffect,
  wrongClocks,
  twoInstances,
  longOutage,
  longStop,
  backlog,
  repeats,
];

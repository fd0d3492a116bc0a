/** Random faults of all kinds at the same time, from a seed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StopMode } from "./controlled-postgres.ts";
import { createRandom, type Random } from "./seeded-random.ts";
import type { Scene } from "./scene.ts";
import { createTraffic } from "./traffic.ts";

type Disturbance = { name: string; weight: number; make: (scene: Scene, random: Random) => Promise<unknown> };

/** A short fault of the Marketplace. */
function temporaryFault(name: string, weight: number, fault: (random: Random) => object): Disturbance {
  return {
    name,
    weight,
    async make(scene, random) {
      const { id } = await scene.control<{ id: string }>("faults", fault(random));
      await sleep(400 + random.below(900));
      await scene.control(`faults?id=${id}`, undefined, "DELETE");
    },
  };
}

const disturbances: Disturbance[] = [
  {
    name: "kill",
    weight: 5,
    async make(scene, random) {
      const victim = random.of(scene.instances);
      await victim.kill();
      await sleep(random.below(600));
      await victim.startAgain();
    },
  },
  {
    name: "rolling restart",
    weight: 2,
    async make(scene, random) {
      const victim = random.of(scene.instances);
      await victim.stop();
      await victim.startAgain();
    },
  },
  {
    name: "database",
    weight: 4,
    async make(scene, random) {
      await scene.postgres.stop(random.of<StopMode>(["fast", "immediate", "kill"]));
      await sleep(random.below(700));
      await scene.postgres.start();
    },
  },
  {
    name: "terminated backends",
    weight: 3,
    make: (scene) =>
      scene.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
          and pid <> pg_backend_pid() and random() < 0.5`,
      ),
  },
  temporaryFault("503", 4, () => ({ target: "* /api", status: 503 })),
  temporaryFault("500 after the effect", 4, () => ({ target: "PATCH /api", status: 500, effect: true })),
  temporaryFault("cut after the effect", 4, () => ({ target: "PATCH /api", cut: "after" })),
  temporaryFault("cut before the effect", 3, () => ({ target: "* /api", cut: "before" })),
  temporaryFault("429", 2, () => ({ target: "* /api", status: 429, headers: { "retry-after": "1" }, times: 3 })),
  temporaryFault("slow", 4, (random) => ({ target: "* /api", delayMs: 100 + random.below(600) })),
  temporaryFault("no token", 2, () => ({ target: "POST ^/[^/]+/oauth2/", status: 500 })),
  {
    name: "stall",
    weight: 2,
    async make(scene, random) {
      random.of(scene.instances).send({ do: "block", ms: 300 + random.below(900) });
    },
  },
  { name: "new signing key", weight: 1, make: (scene) => scene.control("keys/rotate", {}) },
  {
    name: "lagging reads",
    weight: 2,
    async make(scene, random) {
      await scene.control("settings", { subscriptionLagMs: random.below(400), listLagMs: random.below(1_000) });
      await sleep(800);
      await scene.control("settings", { subscriptionLagMs: 0, listLagMs: 20 });
    },
  },
];

/** Traffic and faults for a time. Returns what happened, in order. */
export async function simulate(
  scene: Scene,
  options: { seed: number; seconds: number; actsPerSecond?: number },
): Promise<{ disturbances: string[]; acts: number }> {
  const random = createRandom(options.seed);
  const traffic = createTraffic(scene, {
    seed: options.seed,
    actsPerSecond: options.actsPerSecond ?? 12,
    customers: 25,
  });
  await traffic.begin();
  const applied: string[] = [];
  const until = Date.now() + options.seconds * 1_000;
  while (Date.now() < until) {
    await sleep(random.below(700));
    const disturbance = random.of(disturbances.flatMap((one) => Array.from({ length: one.weight }, () => one)));
    applied.push(disturbance.name);
    await disturbance.make(scene, random);
  }
  await traffic.end();
  return { disturbances: applied, acts: traffic.figures().acts };
}

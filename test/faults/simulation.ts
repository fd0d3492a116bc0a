/** Random trouble of every kind at the same time, by a seed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Ending } from "./controlled-postgres.ts";
import { createRandom, type Random } from "./seeded-random.ts";
import type { Scene } from "./scene.ts";
import { createTraffic } from "./traffic.ts";

type Trouble = { name: string; share: number; make: (scene: Scene, random: Random) => Promise<unknown> };

/** A fault on the Marketplace's side for a moment. */
function moment(name: string, share: number, fault: (random: Random) => object): Trouble {
  return {
    name,
    share,
    async make(scene, random) {
      const { id } = await scene.control<{ id: string }>("faults", fault(random));
      await sleep(400 + random.below(900));
      await scene.control(`faults?id=${id}`, undefined, "DELETE");
    },
  };
}

const troubles: Trouble[] = [
  {
    name: "kill",
    share: 5,
    async make(scene, random) {
      const victim = random.of(scene.instances);
      await victim.kill();
      await sleep(random.below(600));
      await victim.startAgain();
    },
  },
  {
    name: "rolling restart",
    share: 2,
    async make(scene, random) {
      const victim = random.of(scene.instances);
      await victim.stop();
      await victim.startAgain();
    },
  },
  {
    name: "database",
    share: 4,
    async make(scene, random) {
      await scene.postgres.stop(random.of<Ending>(["fast", "immediate", "kill"]));
      await sleep(random.below(700));
      await scene.postgres.start();
    },
  },
  {
    name: "terminated backends",
    share: 3,
    make: (scene) =>
      scene.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
          and pid <> pg_backend_pid() and random() < 0.5`,
      ),
  },
  moment("503", 4, () => ({ target: "* /api", status: 503 })),
  moment("500 after the effect", 4, () => ({ target: "PATCH /api", status: 500, effect: true })),
  moment("cut after the effect", 4, () => ({ target: "PATCH /api", cut: "after" })),
  moment("cut before the effect", 3, () => ({ target: "* /api", cut: "before" })),
  moment("429", 2, () => ({ target: "* /api", status: 429, headers: { "retry-after": "1" }, times: 3 })),
  moment("slow", 4, (random) => ({ target: "* /api", delayMs: 100 + random.below(600) })),
  moment("no token", 2, () => ({ target: "POST ^/[^/]+/oauth2/", status: 500 })),
  {
    name: "stall",
    share: 2,
    async make(scene, random) {
      random.of(scene.instances).tell({ do: "block", ms: 300 + random.below(900) });
    },
  },
  { name: "new signing key", share: 1, make: (scene) => scene.control("keys/rotate", {}) },
  {
    name: "lagging reads",
    share: 2,
    async make(scene, random) {
      await scene.control("settings", { subscriptionLagMs: random.below(400), listLagMs: random.below(1_000) });
      await sleep(800);
      await scene.control("settings", { subscriptionLagMs: 0, listLagMs: 20 });
    },
  },
];

/** Traffic and trouble for so long. Returns what happened, in order. */
export async function simulate(
  scene: Scene,
  options: { seed: number; seconds: number; actsPerSecond?: number },
): Promise<{ troubles: string[]; acts: number }> {
  const random = createRandom(options.seed);
  const traffic = createTraffic(scene, {
    seed: options.seed,
    actsPerSecond: options.actsPerSecond ?? 12,
    customers: 25,
  });
  await traffic.begin();
  const happened: string[] = [];
  const until = Date.now() + options.seconds * 1_000;
  while (Date.now() < until) {
    await sleep(random.below(700));
    const trouble = random.of(troubles.flatMap((one) => Array.from({ length: one.share }, () => one)));
    happened.push(trouble.name);
    await trouble.make(scene, random);
  }
  await traffic.end();
  return { troubles: happened, acts: traffic.figures().acts };
}

/** A07, A09, C13: what a single signed-in person can request. */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { repeatedly, underAbuse } from "../abuse.ts";
import { buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { tally } from "../statistics.ts";
import type { Scene } from "../scene.ts";

/** Texts that make backtracking patterns slow. */
const patterns = [
  "@",
  "a@",
  "a@a.",
  ".",
  "-",
  " ",
  "\t\n",
  "1",
  "ab",
  "é",
  "e\u0301",
  "<",
  "\u202e",
  "https://",
  "((",
  "a-",
];

async function statusOf(url: string, cookie: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(url, { headers: { cookie }, signal });
  await answer.arrayBuffer();
  return answer.status;
}

const searches: Fault = {
  id: "A07",
  title: "searches for long repeated characters, ten in a request, by one session",
  scene: { instances: 1 },
  async run(scene, { outcome, seconds }) {
    await inParallel(Array.from({ length: 20 }), 4, () => buyActive(scene));
    const statuses: number[] = [];
    await underAbuse(scene, outcome, seconds, ({ signal, port }) =>
      repeatedly(signal, { lanes: 8, pauseMs: 10 }, async (count) => {
        const pattern = patterns[count % patterns.length] ?? "@";
        const text = pattern.repeat(Math.ceil(1_000 / pattern.length)).slice(0, 1_000);
        const procedure = count % 3 === 0 ? "subscriptions.list" : "find.all";
        const one = procedure === "find.all" ? { q: text } : { q: text.slice(0, 200) };
        const input = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, one]));
        const path = Array.from({ length: 10 }, () => procedure).join(",");
        const query = `batch=1&input=${encodeURIComponent(JSON.stringify(input))}`;
        statuses.push(await statusOf(`http://127.0.0.1:${port}/trpc/${path}?${query}`, scene.staff.cookie, signal));
      }),
    );
    outcome.note(`${statuses.length} requests of ten searches each: ${tally(statuses)}`);
    outcome.must(statuses.length > 0, "no search was made");
  },
};

/** A stream of changes that is opened and not read. */
function openStream(port: number, cookie: string): { end: () => void; answered: Promise<number | null> } {
  const answered = Promise.withResolvers<number | null>();
  const request = get(`http://127.0.0.1:${port}/trpc/live.changes`, {
    agent: false,
    headers: { cookie, accept: "text/event-stream" },
  });
  request.on("response", (answer) => {
    answer.pause();
    answer.on("error", () => {});
    answered.resolve(answer.statusCode ?? null);
  });
  request.on("error", () => answered.resolve(null));
  return { end: () => void request.destroy(), answered: answered.promise };
}

async function navigates(scene: Scene, port: number, signal: AbortSignal): Promise<number[]> {
  const statuses: number[] = [];
  await repeatedly(signal, { lanes: 1, pauseMs: 250 }, async () => {
    statuses.push(
      await statusOf(`http://127.0.0.1:${port}/trpc/me.get`, scene.staff.cookie, AbortSignal.timeout(5_000)),
    );
  });
  return statuses;
}

const streams: Fault = {
  id: "A09",
  title: "hundreds of streams of changes that one browser opens and does not read",
  scene: { instances: 1 },
  async run(scene, { outcome, seconds }) {
    const ids = await inParallel(Array.from({ length: 10 }), 4, () => buyActive(scene));
    let navigation: number[] = [];
    const answers: (number | null)[] = [];
    await underAbuse(scene, outcome, seconds, async ({ signal, port }) => {
      const open = Array.from({ length: 400 }, () => openStream(port, scene.staff.cookie));
      answers.push(...(await Promise.all(open.map(({ answered }) => Promise.race([answered, sleep(5_000, null)])))));
      const changing = repeatedly(signal, { lanes: 2, pauseMs: 50 }, (count) =>
        scene.control(`subscriptions/${ids[count % ids.length]}/renew`, {}),
      );
      navigation = await navigates(scene, port, signal);
      await changing;
      for (const stream of open) stream.end();
    });
    outcome.note(`400 streams of one session: ${tally(answers)}`);
    outcome.figure("pages at the same time", tally(navigation));
    outcome.must(
      navigation.length > 0 && navigation.every((status) => status === 200),
      `the same person's pages were answered ${tally(navigation)}`,
    );
  },
};

const exports: Fault = {
  id: "C13",
  title: "40 simultaneous exports, repeatedly, that are never read",
  scene: { instances: 1 },
  async run(scene, { outcome, seconds }) {
    await scene
      .query(
        `insert into activity (at, actor_kind, actor_id, actor_name, kind, summary)
        select now(), 'system', 'system', 'Fault run', 'fault.row', repeat('x', 400) from generate_series(1, 100)`,
      )
      .catch(() => []);
    const statuses: (number | null)[] = [];
    await underAbuse(scene, outcome, seconds, async ({ signal, port }) => {
      const open = new Set<() => void>();
      const begin = (format: string) =>
        new Promise<void>((resolve) => {
          const request = get(`http://127.0.0.1:${port}/exports/activity.${format}`, {
            agent: false,
            headers: { cookie: scene.staff.cookie },
          });
          const end = () => void request.destroy();
          open.add(end);
          request.on("response", (answer) => {
            statuses.push(answer.statusCode ?? null);
            answer.on("error", () => {});
            answer.pause();
            resolve();
          });
          request.on("error", () => resolve());
        });
      while (!signal.aborted) {
        await Promise.race([
          Promise.all(Array.from({ length: 40 }, (_, index) => begin(index % 2 ? "csv" : "json"))),
          sleep(5_000),
        ]);
        await sleep(500);
        for (const end of open) end();
        open.clear();
      }
    });
    outcome.note(`${statuses.length} exports started: ${tally(statuses)}`);
    outcome.must(statuses.includes(200), "no export was accepted");
    outcome.must(statuses.includes(429), "exports have no limit");
  },
};

export const staffAbuses = [searches, streams, exports];

/** F14 to F16: clocks that are wrong, keys that change, and keys that cannot be fetched. */
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf, buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { tally } from "../statistics.ts";
import { type Scene, waitUntil } from "../scene.ts";
import { createTraffic } from "../traffic.ts";

const minuteMs = 60_000;

async function tokenWith(scene: Scene, claims: object = {}, key?: string): Promise<string> {
  return (await scene.control<{ token: string }>("webhook-token", { claims, ...(key ? { key } : {}) })).token;
}

/** A token with the times of a clock that is wrong. */
function tokenAt(
  scene: Scene,
  skewMs: number,
  more: { expiredMs?: number; nbfAheadMs?: number; key?: string } = {},
): Promise<string> {
  const seconds = (ms: number) => Math.floor(ms / 1_000);
  const now = Date.now() + skewMs;
  const claims = {
    iat: seconds(now),
    exp: seconds(more.expiredMs === undefined ? now + 60 * minuteMs : now - more.expiredMs),
    ...(more.nbfAheadMs === undefined ? {} : { nbf: seconds(now + more.nbfAheadMs) }),
  };
  return tokenWith(scene, claims, more.key);
}

async function aBody(scene: Scene): Promise<string> {
  const id = await buyActive(scene);
  await waitUntil(
    async () => (await scene.query(`select 1 from subscriptions where id = $1`, [id])).length === 1,
    10_000,
  );
  const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
  return bodyOf(scene, operationId);
}

const clocks: Fault = {
  id: "F14",
  title: "the clocks of the instances are wrong by 45 s, 5 min and 1 h",
  // The entries of two different clocks have no common order.
  check: { except: ["I4"] },
  scene: { skewMs: [45_000, -45_000] },
  async run(scene, { outcome, seed, seconds }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 12 });
    await traffic.begin();
    await sleep(seconds * 500);
    await traffic.end();
    // One is 45 s ahead, the other 45 s behind: each reports its own skew.
    const areNotified = await waitUntil(
      async () => (await scene.query(`select 1 from alarms where kind = 'clock'`)).length === 2,
      15_000,
    );
    outcome.figure("alarms of a skew of 45 s", (await scene.query(`select 1 from alarms where kind = 'clock'`)).length);
    outcome.must(areNotified, "a skew of 45 s raised no alarm");
    const answers: [what: string, expected: number, status: number | null][] = [];
    for (const skewMs of [5 * minuteMs, -5 * minuteMs, 60 * minuteMs, -60 * minuteMs]) {
      for (const instance of scene.instances) instance.send({ do: "skew", ms: skewMs });
      await sleep(50);
      const body = await aBodyWhile(scene, skewMs);
      const probes: [what: string, expected: number, token: string][] = [
        ["good", 200, await tokenAt(scene, skewMs)],
        ["expired 58 s ago", 200, await tokenAt(scene, skewMs, { expiredMs: 58_000 })],
        ["expired 62 s ago", 401, await tokenAt(scene, skewMs, { expiredMs: 62_000 })],
        ["not before 58 s from now", 200, await tokenAt(scene, skewMs, { nbfAheadMs: 58_000 })],
        ["not before 63 s from now", 401, await tokenAt(scene, skewMs, { nbfAheadMs: 63_000 })],
      ];
      for (const [what, expected, token] of probes) {
        answers.push([`${what} at ${skewMs / minuteMs} min`, expected, (await scene.post(body, { token })).status]);
      }
      // Leases use the database's time: an instance with a clock far ahead must not take another's claims.
      await waitUntil(
        async () => (await scene.query(`select 1 from operations where stage <> 'settled'`)).length === 0,
        20_000,
      );
    }
    const wrong = answers.filter(([, expected, status]) => expected !== status);
    outcome.note(
      "traffic on two instances 90 s apart, then tokens at the limit of the 60 s tolerance with both clocks off by 5 min and 1 h",
    );
    outcome.figure("token probes", `${answers.length - wrong.length} of ${answers.length} as expected`);
    for (const instance of scene.instances) instance.send({ do: "skew", ms: 0 });
    outcome.must(
      wrong.length === 0,
      wrong.map(([what, expected, status]) => `${what}: ${status}, not ${expected}`).join("; "),
    );
  },
};

/** A clock this wrong refuses Microsoft's own deliveries, so the body has a token with matching times. */
async function aBodyWhile(scene: Scene, skewMs: number): Promise<string> {
  const id = await buyActive(scene, { deliver: false });
  const { operations } = await scene.control<{ operations: { id: string }[] }>(
    `operations?subscriptionId=${id}&limit=1`,
  );
  const subscribe = await bodyOf(scene, operations[0]?.id ?? "");
  await scene.post(subscribe, { token: await tokenAt(scene, skewMs) });
  const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
  return bodyOf(scene, operationId);
}

type Call = { path: string };

async function keyFetches(scene: Scene): Promise<number> {
  const { calls } = await scene.control<{ calls: Call[] }>("calls?area=entra");
  return calls.filter(({ path }) => path.includes("/discovery/") && path.endsWith("/keys")).length;
}

const rotation: Fault = {
  id: "F15",
  title: "signing keys rotate, an old key is removed, and unknown key ids arrive",
  async run(scene, { outcome }) {
    const body = await aBody(scene);
    const oldToken = await tokenWith(scene);
    const remembered = await scene.post(body, { token: oldToken });
    await scene.control("calls", undefined, "DELETE");
    await scene.control("keys/rotate", {});
    const withNewKey = await tokenWith(scene);
    const first = await inParallel(scene.instances, 2, ({ port }) => scene.post(body, { token: withNewKey, port }));
    const fetchesForNew = await keyFetches(scene);
    const tokens = await inParallel(Array.from({ length: 10 }), 5, () => tokenWith(scene, {}, "unknown"));
    const unknown = await inParallel(Array.from({ length: 400 }), 20, (_, index) =>
      scene.post(body, { token: tokens[index % 10], port: scene.instances[index % 2]?.port }),
    );
    const fetchesForUnknown = (await keyFetches(scene)) - fetchesForNew;
    await scene.control("keys/rotate", { forgetOld: true });
    // The keys are fetched again after an hour of the instances' clocks; the token has not expired.
    const laterMs = 61 * minuteMs;
    for (const instance of scene.instances) instance.send({ do: "skew", ms: laterMs });
    const fits = await tokenAt(scene, laterMs);
    await inParallel(scene.instances, 2, ({ port }) => scene.post(body, { token: fits, port }));
    await sleep(1_500);
    const afterRemoval = await inParallel(scene.instances, 2, ({ port }) =>
      scene.post(body, { token: withNewKey, port }),
    );
    const current = await inParallel(scene.instances, 2, ({ port }) => scene.post(body, { token: fits, port }));
    // Five minutes after a fetch, the next unknown key causes one.
    const refetchMs = laterMs + 6 * minuteMs;
    for (const instance of scene.instances) instance.send({ do: "skew", ms: refetchMs });
    const unknownLater = await tokenAt(scene, refetchMs, { key: "unknown" });
    const afterFetch = await inParallel(scene.instances, 2, ({ port }) =>
      scene.post(body, { token: unknownLater, port }),
    );
    for (const instance of scene.instances) instance.send({ do: "skew", ms: 0 });
    outcome.note("a new key, 400 tokens of unknown keys, then the old keys removed");
    outcome.figure("key fetches for the new key", `${fetchesForNew} by 2 instances with 2 key sets each`);
    outcome.figure("key fetches for 400 unknown ones", fetchesForUnknown);
    outcome.must(
      remembered.status === 200 && first.every((post) => post.status === 200),
      `the new key was answered ${tally(first.map((post) => post.status))}`,
    );
    outcome.must(fetchesForNew <= 4, `${fetchesForNew} key fetches for one new key`);
    outcome.must(
      unknown.every((post) => post.status === 503),
      `unknown keys were answered ${tally(unknown.map((post) => post.status))} before the keys could be fetched again`,
    );
    outcome.must(
      afterFetch.every((post) => post.status === 401),
      `an unknown key was answered ${tally(afterFetch.map((post) => post.status))} after the fetch`,
    );
    outcome.must(fetchesForUnknown === 0, `${fetchesForUnknown} key fetches within 5 minutes of the last`);
    outcome.must(
      afterRemoval.every((post) => post.status === 401),
      `a removed key was answered ${tally(afterRemoval.map((post) => post.status))} after the refresh`,
    );
    outcome.must(
      current.every((post) => post.status === 200),
      `the current key was answered ${tally(current.map((post) => post.status))}`,
    );
  },
};

const keyProblem: [what: string, fault: object][] = [
  ["500", { status: 500 }],
  ["wrong JSON", { status: 200, body: "{" }],
  ["an empty set", { status: 200, body: { keys: [] } }],
  ["10 MB", { status: 200, body: `{"keys":[],"x":"${"x".repeat(1_500_000)}"}` }],
  ["a cut connection", { cut: "before" }],
];

const withoutKeys: Fault = {
  id: "F16",
  title: "the key endpoint is down for a day, or returns garbage",
  async run(scene, { outcome }) {
    const body = await aBody(scene);
    await scene.post(body);
    const failures: string[] = [];
    let laterMs = 0;
    for (const [what, fault] of keyProblem) {
      await scene.control("faults", { target: "GET ^/[^/]+/discovery/", ...fault });
      laterMs += 5 * 60 * minuteMs;
      for (const instance of scene.instances) instance.send({ do: "skew", ms: laterMs });
      await sleep(50);
      const token = await tokenAt(scene, laterMs);
      for (const { port } of scene.instances) {
        for (const when of ["first", "after the fetch"]) {
          const { status } = await scene.post(body, { token, port });
          if (status !== 200) failures.push(`${what}, ${when}: ${status}`);
          await sleep(150);
        }
      }
      await scene.control("faults", undefined, "DELETE");
    }
    outcome.note(
      `${keyProblem.length} ways to fail, ${laterMs / 60 / minuteMs} hours by the instances' clocks; then a cold start without keys`,
    );
    // A cold start: no keys were ever fetched.
    const [cold] = scene.instances;
    await scene.control("faults", { target: "GET ^/[^/]+/discovery/", status: 500 });
    await cold?.kill();
    await cold?.startAgain();
    const coldAnswers = await inParallel(Array.from({ length: 5 }), 1, () => scene.post(body, { port: cold?.port }));
    await scene.control("faults", undefined, "DELETE");
    const isBack = await waitUntil(
      async () => (await scene.post(body, { port: cold?.port })).status === 200,
      15_000,
      500,
    );
    for (const instance of scene.instances) instance.send({ do: "skew", ms: 0 });
    outcome.figure("cold start without keys", tally(coldAnswers.map((post) => post.status)));
    outcome.must(failures.length === 0, `the last valid keys did not work: ${failures.join("; ")}`);
    outcome.must(
      coldAnswers.every((post) => post.status === 503 && post.retryAfter !== null),
      `a cold start without keys answered ${tally(coldAnswers.map((post) => post.status))}`,
    );
    outcome.must(isBack, "webhooks were not accepted within 15 s after the keys were available again");
  },
};

export const tokenFaults = [clocks, rotation, withoutKeys];

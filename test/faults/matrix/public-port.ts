/** F17 to F19: what anyone can send to a public port. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { bodyOf, buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { max, percentile, rounded, tally } from "../statistics.ts";
import { createRandom, type Random } from "../seeded-random.ts";
import { type Scene, waitUntil } from "../scene.ts";

async function goodBody(scene: Scene): Promise<string> {
  const id = await buyActive(scene);
  await waitUntil(
    async () => (await scene.query(`select 1 from subscriptions where id = $1`, [id])).length === 1,
    10_000,
  );
  const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
  return bodyOf(scene, operationId);
}

const oddValues = [
  null,
  true,
  -1,
  1e308,
  2.5,
  "",
  "20",
  "\u0000",
  "\u202e",
  [],
  {},
  "x".repeat(5_000),
  "'; drop table operations; --",
];

/** A malformed body, made from a genuine one. */
function spoilt(body: string, random: Random): Buffer {
  const fields = JSON.parse(body) as Record<string, unknown>;
  const name = random.of(Object.keys(fields));
  const payloads: (() => Buffer | string)[] = [
    () => body.slice(0, random.below(body.length)),
    () => {
      const bytes = Buffer.from(body);
      bytes[random.below(bytes.length)] = 0xff;
      return bytes;
    },
    () => JSON.stringify({ ...fields, [name]: random.of(oddValues) }),
    () => JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))),
    () => `{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},${body.slice(1)}`,
    () => `{"${name}":1,${body.slice(1)}`,
    () => `${body.slice(0, -1)},"quantity":1e400}`,
    () => `\ufeff${body}`,
    () => "[".repeat(random.of([10, 1_000, 50_000])) + "]".repeat(3),
    () => Buffer.from(Array.from({ length: random.below(400) }, () => random.below(256))),
    () => random.of(["", "null", "0", '"text"', "[]", "{}", " ", "\u0000"]),
    () => `{"a":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
  ];
  const made = random.of(payloads)();
  return Buffer.isBuffer(made) ? made : Buffer.from(made);
}

const nonsense: Fault = {
  id: "F17",
  title: "authenticated webhooks with malformed bodies",
  // Quarantine is right here; a malformed copy can be the first delivery of its operation.
  check: { except: ["I5", "I6"] },
  async run(scene, { outcome, seed, repeats }) {
    const random = createRandom(seed);
    const body = await goodBody(scene);
    await Promise.all(scene.instances.map((instance) => instance.figures()));
    const bodies = Array.from({ length: 1_000 * repeats }, () => spoilt(body, random));
    const posts = await inParallel(bodies, 12, (spoiltBody, index) =>
      scene.post(spoiltBody, { port: scene.instances[index % 2]?.port }),
    );
    const figures = await Promise.all(scene.instances.map((instance) => instance.figures()));
    const blockedMs = max(figures.map((figure) => figure?.loopBlockedMs ?? 0));
    const stallMs = max(figures.map((figure) => figure?.loopStallMs ?? 0));
    const rows = await scene.query<{ count: number }>(`select count(*)::int as count from webhook_deliveries`);
    const isPolluted = await scene.staff.read("me.get");
    outcome.note(`${bodies.length} malformed bodies with a valid token`);
    outcome.figure("answers", tally(posts.map((post) => post.status)));
    outcome.figure("the event loop was blocked for", `${blockedMs} ms (${stallMs} ms on the clock)`);
    outcome.must(
      posts.every((post) => post.status === 200),
      `not all were stored: ${tally(posts.map((post) => post.status))}`,
    );
    outcome.must((rows[0]?.count ?? 0) >= posts.length, "fewer rows than answers");
    outcome.must(isPolluted.ok, "staff could not work afterwards");
    outcome.should(blockedMs <= 50, `the event loop was blocked for ${blockedMs} ms of processor time, at most 50 ms`);
  },
};

/** Sends raw bytes and returns the status; null if the connection was closed without one. */
function raw(
  port: number,
  head: string[],
  body: (socket: Socket) => void | Promise<void>,
): Promise<{ status: number | null; ms: number }> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let text = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      void Promise.resolve(body(socket)).catch(() => {});
    });
    const done = () => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      resolve({ status: status ? Number(status) : null, ms: performance.now() - startedAt });
    };
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.includes("\r\n\r\n")) setTimeout(done, 20);
    });
    socket.on("error", done);
    socket.on("close", done);
    socket.setTimeout(30_000, done);
  });
}

const large: Fault = {
  id: "F18",
  title: "bodies that are too large, endless, compressed or announced incorrectly",
  async run(scene, { outcome }) {
    const [{ port }] = scene.instances as [(typeof scene.instances)[0]];
    const { token } = await scene.control<{ token: string }>("webhook-token", {});
    const head = (...more: string[]) => [
      "POST /webhooks/marketplace HTTP/1.1",
      "Host: localhost",
      `Authorization: Bearer ${token}`,
      "Content-Type: application/json",
      ...more,
    ];
    const before = await scene.instances[0]?.figures();
    const chunk = Buffer.alloc(64 * 1024, 32);
    const endless = async (socket: Socket) => {
      for (let sent = 0; sent < 200 && !socket.destroyed; sent += 1) {
        socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]));
        await sleep(2);
      }
    };
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
    const probes: [what: string, expected: number[], answer: Promise<{ status: number | null; ms: number }>][] = [
      [
        "257 kB",
        [413],
        raw(port, head(`Content-Length: ${257 * 1024}`), (socket) => void socket.write(Buffer.alloc(257 * 1024, 32))),
      ],
      [
        "1 MB",
        [413],
        raw(port, head("Content-Length: 1000000"), (socket) => void socket.write(Buffer.alloc(1_000_000, 32))),
      ],
      ["endless chunks", [413], raw(port, head("Transfer-Encoding: chunked"), endless)],
      [
        "a gzip bomb",
        [415],
        raw(
          port,
          head("Content-Encoding: gzip", `Content-Length: ${bomb.length}`),
          (socket) => void socket.write(bomb),
        ),
      ],
      [
        "both lengths",
        [400],
        raw(port, head("Content-Length: 5", "Transfer-Encoding: chunked"), (socket) => void socket.write("0\r\n\r\n")),
      ],
      [
        "two lengths",
        [400],
        raw(port, head("Content-Length: 5", "Content-Length: 6"), (socket) => void socket.write("aaaaaa")),
      ],
      [
        "a body shorter than announced",
        [408, 0],
        raw(port, head("Content-Length: 100"), (socket) => void socket.write("{}")),
      ],
    ];
    const answers = await Promise.all(
      probes.map(async ([what, expected, answer]) => ({ what, expected, ...(await answer) })),
    );
    const after = await scene.instances[0]?.figures();
    const good = await scene.post(await goodBody(scene), { port });
    const grownMb = (after?.rssMb ?? 0) - (before?.rssMb ?? 0);
    const wrong = answers.filter(({ expected, status }) => !expected.includes(status ?? 0));
    outcome.note(answers.map(({ what, status }) => `${what}: ${status ?? "closed"}`).join(", "));
    outcome.figure("memory grown by", `${grownMb} MB`);
    outcome.figure("the short body was closed after", `${rounded(max(answers.map(({ ms }) => ms)) / 1_000, 1)} s`);
    outcome.must(wrong.length === 0, wrong.map(({ what, status }) => `${what} was answered ${status}`).join("; "));
    outcome.must(good.status === 200, "a valid webhook was not accepted afterwards");
    outcome.must(
      max(answers.map(({ ms }) => ms)) <= 25_000,
      "a sender that stopped in the middle was kept for more than 25 s",
    );
    outcome.should(grownMb <= 20, `memory grew by ${grownMb} MB, at most 20 MB`);
  },
};

const slowSenders: Fault = {
  id: "F19",
  title: "hundreds of senders with slow heads and slow bodies",
  async run(scene, { outcome }) {
    const [{ port }] = scene.instances as [(typeof scene.instances)[0]];
    const body = await goodBody(scene);
    const { token } = await scene.control<{ token: string }>("webhook-token", {});
    const round = async () => {
      const posts = await inParallel(Array.from({ length: 120 }), 2, () => scene.post(body, { port }));
      return {
        p99: percentile(
          posts.map((post) => post.ms),
          0.99,
        ),
        statuses: posts.map((post) => post.status),
      };
    };
    const before = await round();
    const closedAfter: number[] = [];
    const count = 300;
    const sockets = Array.from({ length: 2 * count }, (_, index) => {
      const startedAt = performance.now();
      const socket = connect(port, "127.0.0.1", () => {
        socket.write("POST /webhooks/marketplace HTTP/1.1\r\nHost: localhost\r\n");
        if (index % 2) socket.write(`Authorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n{`);
      });
      const drip = setInterval(() => socket.writable && socket.write(index % 2 ? " " : "X-Slow: 1\r\n"), 2_000);
      socket.resume();
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(drip);
        closedAfter.push(performance.now() - startedAt);
      });
      return socket;
    });
    await sleep(1_000);
    const during = await round();
    await waitUntil(() => Promise.resolve(closedAfter.length === sockets.length), 30_000);
    for (const socket of sockets) socket.destroy();
    outcome.note(`${count} slow heads and ${count} slow bodies on one instance`);
    outcome.figure("p99 of webhooks", `${rounded(during.p99)} ms, before ${rounded(before.p99)} ms`);
    outcome.figure(
      "slow senders closed",
      `${closedAfter.length} of ${sockets.length}, after at most ${rounded(max(closedAfter) / 1_000, 1)} s`,
    );
    outcome.must(
      during.statuses.every((status) => status === 200),
      `webhooks at the same time: ${tally(during.statuses)}`,
    );
    outcome.must(closedAfter.length === sockets.length, "slow senders were kept for more than 30 s");
    outcome.should(
      max(closedAfter) <= 15_000,
      `slow senders were closed after ${rounded(max(closedAfter) / 1_000, 1)} s, at most 15 s`,
    );
    outcome.should(
      during.p99 <= 2 * before.p99,
      `p99 of webhooks ${rounded(during.p99 / before.p99, 1)} × that before, at most 2 ×`,
    );
  },
};

export const publicPortFaults = [nonsense, large, slowSenders];

/** How soon other open dashboards receive a change, and what open dashboards cost. */
import { get, type ClientRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchEnvironment, connect } from "./environment/bench-environment.ts";
import { median, percentile } from "./environment/percentiles.ts";
import { type Instance, startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { signInStaff } from "./environment/signed-in-staff.ts";
import { benchTabs } from "./live-tabs.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";
import { seed } from "./seed.ts";

/** A change that has not arrived by then counts as lost, so that a run always ends. */
const timeoutMs = 5_000;
/** Changes are made for at most this time. */
const changingMs = { quick: 10_000, usual: 30_000, full: 60_000 };

export async function benchLive(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const [numbers, changes] = benchEnvironment.scale === "quick" ? [[50], 5] : [[50, 500], 40];
  const microsoft = await startMicrosoft();
  const rows: Measurement[] = [];
  try {
    for (const count of numbers) rows.push(...(await withStreams(benchEnvironment, microsoft, count, changes)));
  } finally {
    microsoft.stop();
  }
  return [...rows, ...(await benchTabs(benchEnvironment))];
}

type Microsoft = Awaited<ReturnType<typeof startMicrosoft>>;

async function withStreams(
  benchEnvironment: BenchEnvironment,
  microsoft: Microsoft,
  count: number,
  changes: number,
): Promise<Measurement[]> {
  const database = await benchEnvironment.createDatabase();
  await seed(database.url, { subscriptions: 1_000, activity: 0, operations: 0 });
  const client = await connect(database.url);
  const { rows } = await client.query<{ id: string }>(
    "select id from subscriptions where status = 'Subscribed' and hold_at is null order by id limit $1",
    [changes + 5],
  );
  await client.end();
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  const staff = await signInStaff(database.url, app.url, count);
  const [actor = {}] = staff;
  const before = await idleFigures(app);
  benchEnvironment.log(`live: ${count} members of staff are signed in`);
  const streams = await Promise.all(staff.map((headers) => openStream(app.url, headers)));
  try {
    const ids = rows.map(({ id }) => id);
    for (const id of ids.splice(0, 5)) await change(app, actor, id);
    const open = await idleFigures(app);
    const doneMs: number[] = [];
    const seenMs: number[] = [];
    let lost = 0;
    const deadline = performance.now() + changingMs[benchEnvironment.scale];
    for (const id of ids) {
      if (performance.now() > deadline) break;
      const startedAt = performance.now();
      const arrivals = streams.map((stream) => stream.waitForEvent(id));
      await change(app, actor, id);
      doneMs.push(performance.now() - startedAt);
      for (const at of await Promise.all(arrivals)) {
        if (at === null) lost += 1;
        seenMs.push(at === null ? timeoutMs : at - startedAt);
      }
      await sleep(50);
    }
    benchEnvironment.log(`live: ${doneMs.length} changes seen by ${count} streams`);
    return [
      withVerdict(
        {
          name: `a change seen in ${count} open dashboards: p95`,
          value: percentile(seenMs, 0.95),
          unit: "ms",
          raw: median(doneMs),
          note: `from the click, ${doneMs.length} changes; raw: until the click itself is answered`,
        },
        maximum(500),
      ),
      withVerdict(
        {
          name: `not seen within ${timeoutMs / 1_000} s, ${count} open dashboards`,
          value: lost,
          unit: "changes",
          note: `of ${seenMs.length.toLocaleString("en-US")}`,
        },
        maximum(0),
      ),
      withVerdict({
        name: `processor share of ${count} open dashboards in which nothing happens`,
        value: (open.cpuShare - before.cpuShare) * 100,
        unit: "%",
        note: "of one processor, PostgreSQL's part not counted",
      }),
      withVerdict({
        name: `memory of an open dashboard, ${count} open`,
        value: ((open.rssMb - before.rssMb) * 1_024) / count,
        unit: "kB",
      }),
    ];
  } finally {
    for (const stream of streams) stream.close();
    await app.kill();
    await database.drop();
  }
}

async function idleFigures(app: Instance): Promise<{ cpuShare: number; rssMb: number }> {
  const before = await app.figures();
  await sleep(2_000);
  const after = await app.figures();
  return { cpuShare: (after.cpuMs - before.cpuMs) / 2_000, rssMb: after.rssMb };
}

async function change(app: Instance, headers: Record<string, string>, subscriptionId: string): Promise<void> {
  const answer = await fetch(`${app.url}/trpc/subscriptions.suspend`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "x-marketdesk": "1", origin: app.url },
    body: JSON.stringify({ subscriptionId, reason: "a change to be seen" }),
  });
  if (!answer.ok) throw new Error(`the change was refused: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** `seen` is null if the change has not arrived in time. */
type Stream = { waitForEvent(id: string): Promise<number | null>; close(): void };

/** Resolves once the server has answered; events after that are received. */
function openStream(url: string, headers: Record<string, string>): Promise<Stream> {
  const waiting = new Map<string, (at: number) => void>();
  let tail = "";
  return new Promise((resolve, reject) => {
    const address = `${url.replace("localhost", "127.0.0.1")}/trpc/live.changes`;
    const request: ClientRequest = get(address, {
      agent: false,
      headers: { ...headers, host: new URL(url).host, accept: "text/event-stream" },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream was answered with ${response.statusCode}`));
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (chunk: string) => {
        const text = tail + chunk;
        for (const [id, notify] of waiting) {
          if (!text.includes(id)) continue;
          waiting.delete(id);
          notify(performance.now());
        }
        // An id can be split across two chunks.
        tail = text.slice(-50);
      });
      resolve({
        waitForEvent: (id) =>
          new Promise((notify) => {
            const giveUp = setTimeout(() => waiting.delete(id) && notify(null), timeoutMs);
            waiting.set(id, (at) => {
              clearTimeout(giveUp);
              notify(at);
            });
          }),
        close: () => void request.destroy(),
      });
    });
  });
}

/** How many messages are delivered per second, and that endpoints with a full outbox do not slow down webhooks or settling. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { createEndpointSecrets } from "../server/outbox/endpoint-secrets.ts";
import { newSecret } from "../server/outbox/standard-webhooks.ts";
import { type BenchEnvironment, connect } from "./environment/bench-environment.ts";
import { median } from "./environment/percentiles.ts";
import { benchSessionSecret, startInstance } from "./environment/start-app-process.ts";
import { type Microsoft, startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { intakeFor } from "./intake.ts";
import { minimum, withVerdict, type Measurement } from "./measurement.ts";
import { addSettlingBacklog, settledSoFar } from "./settle.ts";

const endpointCount = 5;
const scales = {
  quick: { rounds: 2, backlog: 2_000, waiting: 2_000, ms: 2_000 },
  usual: { rounds: 5, backlog: 10_000, waiting: 10_000, ms: 5_000 },
  full: { rounds: 5, backlog: 50_000, waiting: 50_000, ms: 10_000 },
};

export async function benchOutbox(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const receiver = await startReceiver();
  const microsoft = await startMicrosoft({ delayMs: 10, hasEnded: true });
  const bench = { benchEnvironment, microsoft, address: receiver.address };
  try {
    return [
      await deliveryRate(bench),
      await compare(bench, "settling", settleRate),
      await compare(bench, "webhook intake", intakeRate),
    ];
  } finally {
    microsoft.stop();
    receiver.server.closeAllConnections();
    receiver.server.close();
  }
}

type Bench = { benchEnvironment: BenchEnvironment; microsoft: Microsoft; address: string };

/** Accepts all messages immediately. */
async function startReceiver(): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://localhost:${(server.address() as AddressInfo).port}/hooks` };
}

/** Adds endpoints with waiting messages, as if they had failed for an hour. */
async function fillOutbox(client: pg.Client, address: string, waiting: number): Promise<void> {
  const secrets = createEndpointSecrets(benchSessionSecret);
  for (let index = 0; index < endpointCount; index += 1) {
    const id = `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    const sealed = await secrets.seal(newSecret(), new Date());
    await client.query(
      `insert into outbox_receivers (id, kind, state, state_since) values ($1, 'endpoint', 'active', now())`,
      [id],
    );
    await client.query(
      `insert into endpoints (id, name, address, secret, secret_changed_at, created_by_name, created_at)
        values ($1, $2, $3, $4, now(), 'Bench', now())`,
      [id, `Product ${index}`, address, sealed],
    );
  }
  await client.query(
    `with added as (
      insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary, reason, source)
      select gen_random_uuid(), now(), 'waiting-' || (n % 500), 'system', 'Bench', 'subscription.details_changed', 'Event ' || n, 'Bench', 'job'
      from generate_series(1, $1::int) n returning id)
    insert into events (id) select id from added`,
    [waiting],
  );
}

/** With messages to deliver and no other work. Each endpoint gets at most 100 a second from an instance. */
async function deliveryRate({ benchEnvironment, microsoft, address }: Bench): Promise<Measurement> {
  const { waiting, ms } = scales[benchEnvironment.scale];
  const database = await benchEnvironment.createDatabase();
  const client = await connect(database.url);
  await fillOutbox(client, address, waiting);
  const app = await startInstance({
    benchEnvironment,
    microsoft,
    databaseUrl: database.url,
    allowsLocalEndpoints: true,
  });
  try {
    await sleep(1_000);
    const before = await deliveredSoFar(client);
    const cpuBefore = (await app.figures()).cpuMs;
    const startedAt = performance.now();
    await sleep(ms * 2);
    const delivered = (await deliveredSoFar(client)) - before;
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpuUs = (((await app.figures()).cpuMs - cpuBefore) * 1_000) / delivered;
    return withVerdict(
      {
        name: `messages delivered to ${endpointCount} endpoints`,
        value: delivered / seconds,
        unit: "messages/s",
        note: `of at most ${endpointCount * 100}; ${Math.round(cpuUs)} µs of processor time each`,
      },
      minimum(200),
    );
  } finally {
    await client.end();
    await app.kill();
    await database.drop();
  }
}

async function deliveredSoFar(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from outbox_messages where state = 'delivered'",
  );
  return rows[0]?.count ?? 0;
}

type Rate = (bench: Bench, hasEndpoints: boolean) => Promise<number>;

/** Alternates rounds without endpoints and with them, so that a change of the machine's load affects both. */
async function compare(bench: Bench, what: string, rate: Rate): Promise<Measurement> {
  const rounds: { without: number; with: number }[] = [];
  for (let round = 0; round < scales[bench.benchEnvironment.scale].rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const first = await rate(bench, !isFirst);
    const second = await rate(bench, isFirst);
    rounds.push(isFirst ? { without: first, with: second } : { without: second, with: first });
    bench.benchEnvironment.log(
      `${what}: ${Math.round(rounds.at(-1)?.without ?? 0)}/s without endpoints, ${Math.round(rounds.at(-1)?.with ?? 0)}/s with ${endpointCount} and a full outbox`,
    );
  }
  return withVerdict(
    {
      name: `${what} with ${endpointCount} endpoints and a full outbox`,
      value: median(rounds.map((round) => round.with)),
      unit: "/s",
      raw: median(rounds.map((round) => round.without)),
      ratio: median(rounds.map((round) => round.with / round.without)),
      note: "raw: the same without endpoints",
    },
    minimum(0.95, "ratio"),
  );
}

/** Waits until the thousands of events of the start are addressed, which is not measured. */
async function untilAddressed(client: pg.Client, events: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ count: number }>("select count(*)::int as count from outbox_messages");
    if ((rows[0]?.count ?? 0) >= events * endpointCount) return;
    await sleep(50);
  }
}

const settleRate: Rate = async ({ benchEnvironment, microsoft, address }, hasEndpoints) => {
  const { backlog, waiting } = scales[benchEnvironment.scale];
  const database = await benchEnvironment.createDatabase();
  const client = await connect(database.url);
  await addSettlingBacklog(database.url, backlog);
  if (hasEndpoints) await fillOutbox(client, address, waiting);
  const app = await startInstance({
    benchEnvironment,
    microsoft,
    databaseUrl: database.url,
    allowsLocalEndpoints: true,
  });
  try {
    const first = await settledSoFar(client, backlog);
    const startedAt = performance.now();
    let settled = first;
    while (settled < backlog && performance.now() - startedAt < 60_000) {
      await sleep(100);
      settled = await settledSoFar(client, backlog);
    }
    return (settled - first) / ((performance.now() - startedAt) / 1_000);
  } finally {
    await client.end();
    await app.kill();
    await database.drop();
  }
};

const intakeRate: Rate = async ({ benchEnvironment, microsoft, address }, hasEndpoints) => {
  const { waiting, ms } = scales[benchEnvironment.scale];
  const database = await benchEnvironment.createDatabase();
  const client = await connect(database.url);
  if (hasEndpoints) await fillOutbox(client, address, waiting);
  const app = await startInstance({
    benchEnvironment,
    microsoft,
    databaseUrl: database.url,
    allowsLocalEndpoints: true,
  });
  try {
    const [token = ""] = await microsoft.tokens(1);
    if (hasEndpoints) await untilAddressed(client, waiting);
    await intakeFor(app, ms / 2, () => token);
    return (await intakeFor(app, ms, () => token)).perSecond;
  } finally {
    await client.end();
    await app.kill();
    await database.drop();
  }
};

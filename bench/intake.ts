/** How many webhooks are committed per second, what each costs, and how long its answer takes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { median, percentile } from "./environment/percentiles.ts";
import { type Load, loadFor, loadPaced, requestText } from "./environment/http-load.ts";
import { type Instance, startInstance } from "./environment/start-app-process.ts";
import { type Microsoft, startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { type RawInserts, rawInserts } from "./environment/raw-inserts.ts";
import { webhookBody } from "./environment/numbered-webhooks.ts";
import { minimum, maximum, withVerdict, type Measurement } from "./measurement.ts";

const connections = 32;
const pacePerSecond = 200;
/** The cost of a webhook is measured over this time: in a second, compilation and garbage collection weigh too much. */
const steadyMs = { quick: 5_000, usual: 40_000, full: 60_000 };
const idleMs = 5_000;
/** More tokens than the app caches, so that each is unknown again when it is used again. */
const unknownTokens = 1_200;

type Round = {
  raw: number;
  rawOneMs: number;
  known: Measured;
  unknown: Measured;
  pacedMs: number[];
};
type Measured = { perSecond: number; cpuUs: number; seconds: number; sent: number };
/** What a webhook costs, and what the idle instance uses in the same time. */
type Cost = { cpuUs: number; idleUs: number; sent: number };

/** A webhook that differs from all others in this process. */
let webhooks = 0;
export function nextWebhook(url: string, token: string): string {
  webhooks += 1;
  return requestText("POST", `${url}/webhooks/marketplace`, webhookHeaders(token), webhookBody(webhooks));
}

function webhookHeaders(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    "content-type": "application/json; charset=utf-8",
    "x-ms-requestid": "0b6d4a7e-0000-4000-8000-000000000000",
    "x-ms-correlationid": "0b6d4a7e-0000-4000-8000-000000000001",
  };
}

/**
 * Alternates single-row inserts and webhooks into a real instance. The Marketplace does not answer during this, so that
 * operations are claimed as usual, but settling takes no time from the intake. Settling is measured separately.
 */
export async function benchIntake(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const [rounds, ms] = benchEnvironment.scale === "quick" ? [2, 1_000] : [4, 4_000];
  const microsoft = await startMicrosoft({ isHanging: true });
  const tokens = await microsoft.tokens(unknownTokens);
  const [known = ""] = tokens;
  const database = await benchEnvironment.createDatabase();
  const raw = await rawInserts(benchEnvironment, await benchEnvironment.createDatabase());
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  try {
    const idleShare = await idleShareOf(app);
    await loadFor(app.url, { connections, ms: ms / 2, next: () => nextWebhook(app.url, known) });
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const rawMany = await raw.measure(8, ms);
      const rawOne = await raw.measure(1, ms);
      const knownLoad = await intakeFor(app, ms, () => known);
      const unknownLoad = await intakeFor(app, ms, () => tokens[webhooks % unknownTokens] ?? known);
      const next = () => nextWebhook(app.url, known);
      const paced = accepted(await loadPaced(app.url, { perSecond: pacePerSecond, ms, next }));
      measured.push({
        raw: rawMany.perSecond,
        rawOneMs: rawOne.meanMs,
        known: knownLoad,
        unknown: unknownLoad,
        pacedMs: paced.latenciesMs,
      });
      benchEnvironment.log(
        `intake ${round + 1}/${rounds}: raw ${Math.round(rawMany.perSecond)}/s, known token ${Math.round(knownLoad.perSecond)}/s, unknown ${Math.round(unknownLoad.perSecond)}/s`,
      );
    }
    const cost = await costOfOne(app, steadyMs[benchEnvironment.scale], idleShare, () => known);
    benchEnvironment.log(
      `intake: ${Math.round(cost.cpuUs)} µs a webhook, ${Math.round(cost.idleUs)} µs of them when idle`,
    );
    await app.kill();
    const settling = await whileSettling(benchEnvironment, { microsoft, raw, token: known, rounds, ms });
    return [...rowsOf(measured, raw.by), ...rowsOfCost(cost), settling];
  } finally {
    await app.kill();
    microsoft.stop();
    await database.drop();
  }
}

export async function intakeFor(app: Instance, ms: number, token: () => string): Promise<Measured> {
  const before = await app.figures();
  const load = accepted(await loadFor(app.url, { connections, ms, next: () => nextWebhook(app.url, token()) }));
  const after = await app.figures();
  const { sent, seconds } = load;
  return { perSecond: sent / seconds, cpuUs: ((after.cpuMs - before.cpuMs) * 1_000) / sent, seconds, sent };
}

/** The share of a processor that an idle instance uses; measured at its start, before it has a backlog. */
async function idleShareOf(app: Instance): Promise<number> {
  await sleep(idleMs);
  const before = await app.figures();
  await sleep(idleMs);
  return ((await app.figures()).cpuMs - before.cpuMs) / idleMs;
}

async function costOfOne(app: Instance, ms: number, idleShare: number, token: () => string): Promise<Cost> {
  const { cpuUs, seconds, sent } = await intakeFor(app, ms, token);
  return { cpuUs, idleUs: (idleShare * seconds * 1_000_000) / sent, sent };
}

function accepted(load: Load): Load {
  if (load.refused > 0) throw new Error(`${load.refused} of ${load.sent} webhooks were not answered with 200`);
  return load;
}

type Settling = { microsoft: Microsoft; raw: RawInserts; token: string; rounds: number; ms: number };

/** The same with a Marketplace that answers in 10 ms: each round on a new instance, because the backlog outlasts it. */
async function whileSettling(
  benchEnvironment: BenchEnvironment,
  { microsoft, raw, token, rounds, ms }: Settling,
): Promise<Measurement> {
  await microsoft.set({ isHanging: false, delayMs: 10 });
  const measured: { raw: number; perSecond: number }[] = [];
  for (let round = 0; round < Math.min(3, rounds); round += 1) {
    const { perSecond } = await raw.measure(8, ms);
    const database = await benchEnvironment.createDatabase();
    const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
    await loadFor(app.url, { connections, ms: ms / 5, next: () => nextWebhook(app.url, token) });
    measured.push({ raw: perSecond, perSecond: (await intakeFor(app, ms, () => token)).perSecond });
    await app.kill();
    await database.drop();
  }
  return withVerdict({
    name: "webhook intake while settling takes its share",
    value: median(measured.map((round) => round.perSecond)),
    unit: "webhooks/s",
    raw: median(measured.map((round) => round.raw)),
    ratio: median(measured.map((round) => round.perSecond / round.raw)),
  });
}

function rowsOf(rounds: Round[], by: string): Measurement[] {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const raw = of((round) => round.raw);
  const note = `raw: single-row inserts by ${by}, 8 clients`;
  return [
    withVerdict(
      {
        name: "webhook intake: verified, stored, committed, answered",
        value: of((round) => round.known.perSecond),
        unit: "webhooks/s",
        raw,
        ratio: of((round) => round.known.perSecond / round.raw),
        note,
      },
      minimum(0.75, "ratio"),
    ),
    withVerdict({
      name: "webhook intake, each token unknown",
      value: of((round) => round.unknown.perSecond),
      unit: "webhooks/s",
      raw,
      ratio: of((round) => round.unknown.perSecond / round.raw),
    }),
    withVerdict(
      {
        name: `webhook answered at ${pacePerSecond}/s: p99`,
        value: of((round) => percentile(round.pacedMs, 0.99)),
        unit: "ms",
        raw: of((round) => round.rawOneMs),
        ratio: of((round) => percentile(round.pacedMs, 0.99) / round.rawOneMs),
        note: `raw: mean of ${by} with one client`,
      },
      maximum(80, "ratio"),
    ),
    withVerdict({
      name: `webhook answered at ${pacePerSecond}/s: p50`,
      value: of((round) => percentile(round.pacedMs, 0.5)),
      unit: "ms",
      raw: of((round) => round.rawOneMs),
      ratio: of((round) => percentile(round.pacedMs, 0.5) / round.rawOneMs),
    }),
    withVerdict({
      name: "processor time of a webhook in short rounds, token known",
      value: of((round) => round.known.cpuUs),
      unit: "µs",
    }),
    withVerdict({
      name: "processor time of a webhook in short rounds, token unknown",
      value: of((round) => round.unknown.cpuUs),
      unit: "µs",
    }),
  ];
}

function rowsOfCost({ cpuUs, idleUs, sent }: Cost): Measurement[] {
  return [
    withVerdict(
      {
        name: "processor time of a webhook, token known",
        value: cpuUs - idleUs,
        unit: "µs",
        note: `over ${sent.toLocaleString("en-US")} webhooks; ${Math.round(idleUs)} µs more is what the idle instance uses`,
      },
      maximum(130),
    ),
  ];
}

/** How long a person waits in a real browser whose processor is slowed fourfold. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../test/support/browser.ts";
import { freePort } from "../test/support/ports.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { startProgram } from "./environment/start-program.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

const slowness = 4;
const rounds = 5;
const presses = 30;

type Load = { maxMs: number; shownMs: number; scriptKb: number };

export async function browserRows(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const database = await benchEnvironment.createDatabase();
  const program = await startProgram(benchEnvironment, {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(benchEnvironment.dataDir, "browser"),
    SANDBOX_PORT: String(await freePort()),
  });
  const browser = await openBrowser();
  try {
    return await measure(browser, program.url);
  } finally {
    await browser.close();
    await program.stop();
    await database.drop();
  }
}

async function measure(browser: Browser, url: string): Promise<Measurement[]> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Amira Dawson", exact: true }).click();
  await page.locator("[data-need]").first().waitFor();
  await page.addInitScript(() => {
    Object.assign(globalThis, { maxMs: 0 });
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) Object.assign(globalThis, { maxMs: startTime });
    }).observe({ type: "largest-contentful-paint", buffered: true });
  });
  const client = await page.context().newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: slowness });
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await client.send("Network.clearBrowserCache");
    loads.push(await load(page, url));
  }
  const frames = await keys(page, url);
  const middle = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  const note = `median of ${rounds} loads without a cache, processor slowed ${slowness} times`;
  return [
    withVerdict(
      { name: "first page: largest paint", value: middle(loads.map(({ maxMs }) => maxMs)), unit: "ms", note },
      maximum(2_500),
    ),
    withVerdict({
      name: "first page: its first line is shown",
      value: middle(loads.map(({ shownMs }) => shownMs)),
      unit: "ms",
      note,
    }),
    withVerdict(
      {
        name: "first page: script as sent, seen by the browser",
        value: middle(loads.map(({ scriptKb }) => scriptKb)),
        unit: "kB",
      },
      maximum(180),
    ),
    withVerdict(
      {
        name: "list: key to next frame, p95",
        value: frames.toSorted((one, other) => one - other)[Math.floor(frames.length * 0.95)] ?? 0,
        unit: "ms",
        note: `${presses} presses of j, processor slowed ${slowness} times`,
      },
      maximum(200),
    ),
  ];
}

async function load(page: Page, url: string): Promise<Load> {
  await page.goto(url);
  await page.locator("[data-need]").first().waitFor();
  return page.evaluate(() => {
    const scripts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
    const sent = scripts.reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0);
    const { maxMs } = globalThis as unknown as { maxMs: number };
    return { maxMs, shownMs: performance.now(), scriptKb: sent / 1_000 };
  });
}

/** From each press of a key to the frame after it. */
async function keys(page: Page, url: string): Promise<number[]> {
  await page.goto(`${url}/subscriptions`);
  await page.locator("[data-row]").first().waitFor();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame((at) => times.push(at - timeStamp)), true);
  });
  for (let press = 0; press < presses; press += 1) await page.keyboard.press("j");
  return page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
}

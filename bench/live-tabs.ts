/** How soon twenty tabs of a browser show a change by another person. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../test/support/browser.ts";
import { type BenchEnvironment, connect } from "./environment/bench-environment.ts";
import { percentile } from "./environment/percentiles.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { startProgram } from "./environment/start-program.ts";
import { signInStaff } from "./environment/signed-in-staff.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";
import { seed } from "./seed.ts";

const tabCount = 20;
/** A change that is not shown by then counts with this time. */
const timeoutMs = 5_000;

export async function benchTabs(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const changes = benchEnvironment.scale === "quick" ? 5 : 30;
  const microsoft = await startMicrosoft();
  const database = await benchEnvironment.createDatabase();
  await seed(database.url, { subscriptions: 100, activity: 0, operations: 0 });
  const id = await anySubscription(database.url);
  const program = await startProgram(benchEnvironment, {
    ...microsoft.environmentFor("app"),
    DATABASE_URL: database.url,
    DATA_DIR: path.join(benchEnvironment.dataDir, "tabs"),
  });
  const [actor = {}, follower = {}] = await signInStaff(database.url, program.url, 2);
  const browser = await openBrowser();
  try {
    const context = await browser.newContext();
    const [name = "", value = ""] = (follower["cookie"] ?? "").split("=");
    await context.addCookies([{ name, value, url: program.url }]);
    const tabs = await openTabs(context, `${program.url}/subscriptions/${id}`);
    benchEnvironment.log(`live: ${tabCount} tabs are open`);
    const shownMs: number[] = [];
    for (let number = 0; number < changes; number += 1) {
      const tag = `change ${number}.`;
      const shown = tabs.map((tab) => whenShown(tab, tag));
      // The tabs watch before the change is made.
      await sleep(500);
      const startedAt = Date.now();
      await changeTags(program.url, actor, { subscriptionId: id, add: [tag], remove: [`change ${number - 1}.`] });
      for (const at of await Promise.all(shown)) shownMs.push(at === null ? timeoutMs : at - startedAt);
    }
    return [
      withVerdict(
        {
          name: `a change shown in ${tabCount} tabs of one browser: p95`,
          value: percentile(shownMs, 0.95),
          unit: "ms",
          note: `from the click to the page of each tab, ${changes} changes; p50 ${percentile(shownMs, 0.5)} ms`,
        },
        maximum(500),
      ),
    ];
  } finally {
    await browser.close();
    await program.stop();
    microsoft.stop();
    await database.drop();
  }
}

async function anySubscription(databaseUrl: string): Promise<string> {
  const client = await connect(databaseUrl);
  const { rows } = await client.query<{ id: string }>(
    "select id from subscriptions where status = 'Subscribed' order by id limit 1",
  );
  await client.end();
  if (!rows[0]) throw new Error("no subscription was seeded");
  return rows[0].id;
}

async function openTabs(context: BrowserContext, address: string): Promise<Page[]> {
  const tabs: Page[] = [];
  while (tabs.length < tabCount) {
    const tab = await context.newPage();
    await tab.goto(address);
    await tab.getByRole("heading", { level: 1 }).waitFor();
    tabs.push(tab);
  }
  return tabs;
}

async function changeTags(url: string, headers: Record<string, string>, input: object): Promise<void> {
  const answer = await fetch(`${url}/trpc/subscriptions.changeTags`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "x-marketdesk": "1", origin: url },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`the change was refused: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** By the tab's clock, which is the machine's; null if the change was not shown in time. */
function whenShown(tab: Page, text: string): Promise<number | null> {
  return tab.evaluate(
    ([wanted, timeout]) =>
      new Promise<number | null>((resolve) => {
        const done = (at: number | null) => {
          clearTimeout(timer);
          observer.disconnect();
          resolve(at);
        };
        const timer = setTimeout(() => done(null), timeout);
        const observer = new MutationObserver(() => {
          if (document.body.textContent.includes(wanted)) done(Date.now());
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    [text, timeoutMs + 500] as const,
  );
}

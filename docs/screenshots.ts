/** `npm exec -- node docs/screenshots.ts`: starts the sandbox with its sample, uses the desk for a while, and takes the pictures of the README. */
import { mkdir, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import { pino } from "pino";
import type { Browser, Page } from "playwright-core";
import { readConfig } from "../server/config.ts";
import { buildDashboard } from "../server/dashboard-build.ts";
import { serveDashboard } from "../server/http/dashboard.ts";
import { startApp } from "../server/main.ts";
import { openBrowser } from "../test/support/browser.ts";
import { removeData } from "../test/support/global-database.ts";

const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
const largestBytes = 200_000;
const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 780 };

type Sight = { url: string; sandboxUrl: string; browser: Browser };
type Held = { id: string; status: string; quantity: number | null; planId: string; offerId: string };

const dataDir = await mkdtemp(join(tmpdir(), "marketdesk-screenshots-"));
const handler = serveDashboard({ mode: "built", dir: await buildDashboard(() => {}) });
const config = readConfig({ PORT: "0", SANDBOX_PORT: "0", DATA_DIR: dataDir });
const app = await startApp(config, {
  log: pino({ level: "silent" }),
  dashboard: (routes: Hono) => void routes.get("*", handler),
});
const browser = await openBrowser();
try {
  await mkdir(folder, { recursive: true });
  await takeAll({ url: app.url, sandboxUrl: app.sandboxUrl ?? "", browser });
} finally {
  await browser.close();
  await app.stop();
  await removeData(dataDir);
}

async function takeAll(sight: Sight): Promise<void> {
  const light = await openDesk(sight, "light", wide);
  const id = await makeHistory(sight, light);
  await take(light, `${sight.url}/`, "needs-you-light");
  await take(light, `${sight.url}/subscriptions`, "subscriptions-light");
  await take(light, `${sight.url}/subscriptions/${id}`, "subscription-light");
  const dark = await openDesk(sight, "dark", wide);
  await take(dark, `${sight.url}/subscriptions`, "subscriptions-dark");
  await take(dark, `${sight.url}/subscriptions/${id}`, "subscription-dark");
  const narrow = await openDesk(sight, "light", phone);
  await take(narrow, `${sight.url}/subscriptions`, "subscriptions-phone");
  await take(narrow, `${sight.url}/subscriptions/${id}`, "subscription-phone");
  await takeLanding(sight);
  const sandbox = await openPage(sight, "light", wide);
  await take(sandbox, sight.sandboxUrl, "sandbox-light");
}

/** Changes from both sides on one subscription, so that its page has something to tell. Gives its id. */
async function makeHistory({ sandboxUrl, url }: Sight, page: Page): Promise<string> {
  await control(sandboxUrl, "settings", { operationDelayMs: 0 });
  const { subscriptions } = (await (await fetch(`${sandboxUrl}/control/subscriptions`)).json()) as {
    subscriptions: Held[];
  };
  const chosen = subscriptions.find(
    (one) => one.status === "Subscribed" && one.planId === "business" && (one.quantity ?? 0) > 20,
  );
  if (!chosen) throw new Error("The sample has no active subscription of the plan business.");
  const { id, quantity } = chosen;
  await page.goto(`${url}/subscriptions/${id}`);
  const title = page.getByRole("heading", { level: 1 });
  await control(sandboxUrl, `subscriptions/${id}/change-quantity`, { quantity: (quantity ?? 0) + 10 });
  await title.filter({ hasText: `${(quantity ?? 0) + 10} seats` }).waitFor();
  await control(sandboxUrl, `subscriptions/${id}/suspend`, {});
  await page.getByText("Suspended · payment failed").waitFor();
  await control(sandboxUrl, `subscriptions/${id}/reinstate`, {});
  await page.getByText("Subscribed · active").waitFor();
  await control(sandboxUrl, "settings", { operationDelayMs: 3_600_000 });
  await page.getByRole("button", { name: "Change seats", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Seats").fill(String((quantity ?? 0) + 25));
  await dialog.getByLabel("Reason").fill("Two more teams join next month");
  await dialog.getByRole("button", { name: "Change seats" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Open operations").waitFor();
  return id;
}

async function takeLanding(sight: Sight): Promise<void> {
  const { landingUrl } = (await control(sight.sandboxUrl, "purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    name: "Fabrikam team",
  })) as { landingUrl: string };
  const page = await openPage(sight, "light", { width: 1000, height: 1080 });
  await page.goto(landingUrl);
  await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: "Ada Moreau" }).click();
  await page.getByRole("heading", { name: "Confirm your purchase" }).waitFor();
  await take(page, null, "landing-light");
}

async function openPage({ browser }: Sight, colorScheme: "light" | "dark", viewport: typeof wide): Promise<Page> {
  const context = await browser.newContext({
    colorScheme,
    viewport,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  return context.newPage();
}

async function openDesk(sight: Sight, colorScheme: "light" | "dark", viewport: typeof wide): Promise<Page> {
  const page = await openPage(sight, colorScheme, viewport);
  await page.goto(`${sight.url}/subscriptions`);
  await page.getByRole("button", { name: "Amira Dawson" }).click();
  await page.locator("[data-row]").first().waitFor();
  return page;
}

/** @param address null: as the page is now */
async function take(page: Page, address: string | null, name: string): Promise<void> {
  if (address !== null) await page.goto(address);
  await page.waitForLoadState("load");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { size } = await stat(path);
  if (size > largestBytes) throw new Error(`${path} has ${size} bytes, more than ${largestBytes}.`);
  process.stdout.write(`${path} ${Math.round(size / 1000)} kB\n`);
}

async function control(sandboxUrl: string, act: string, body: object): Promise<unknown> {
  const response = await fetch(`${sandboxUrl}/control/${act}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${act}: ${response.status} ${await response.text()}`);
  return response.json();
}

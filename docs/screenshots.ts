/**
 * `npm exec -- node docs/screenshots.ts`: starts the sandbox with its sample, uses Marketdesk, and takes screenshots
 * of all pages: light and on a phone, and some in dark.
 */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import { pino } from "pino";
import type { Browser, Page } from "playwright-core";
import { readConfig } from "../server/config.ts";
import { buildDashboard } from "../build/dashboard.ts";
import { serveDashboard } from "../server/http/dashboard.ts";
import { startApp } from "../server/compose.ts";
import { openBrowser } from "../test/support/browser.ts";
import { removeData } from "../test/support/global-database.ts";

const docs = fileURLToPath(new URL(".", import.meta.url));
/** They replace the earlier ones only when all have been taken. */
const folder = await mkdtemp(join(tmpdir(), "marketdesk-screenshots-"));
/** Longer than the default, because a busy machine is slow to draw pages. */
const timeoutMs = 120_000;
const maxBytes = 90_000;
/** Letters stay sharp, and a page has a third of its size as PNG. */
const webpQuality = 60;

type Variant = { colorScheme: "light" | "dark"; viewport: { width: number; height: number } };
const variants = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 780 } },
} satisfies Record<string, Variant>;
type VariantName = keyof typeof variants;
/** The others look alike in dark: the colors are variables. */
const inDark = new Set(["needs-attention", "subscriptions", "subscription", "overview", "landing", "sandbox"]);

const variantList = Object.entries(variants) as [VariantName, Variant][];

const deskPages = {
  "needs-attention": "/",
  subscriptions: "/subscriptions",
  customers: "/customers",
  operations: "/operations",
  planned: "/planned",
  deliveries: "/deliveries",
  usage: "/usage",
  activity: "/activity",
  "bulk-runs": "/bulk",
  overview: "/overview",
  settings: "/settings",
  reconcile: "/settings/reconcile",
  rules: "/settings/rules",
  offers: "/settings/offers",
  activation: "/settings/activation",
  destination: "/settings/destination",
  questions: "/settings/questions",
  reasons: "/settings/reasons",
  security: "/settings/security",
  "policy-changes": "/settings/policy-changes",
  cancellations: "/settings/cancellations",
  branding: "/settings/branding",
  "purchaser-mails": "/settings/purchaser-mails",
  notifications: "/settings/notifications",
  channels: "/settings/channels",
  retention: "/settings/retention",
  people: "/settings/people",
  automations: "/settings/automations/new",
  "api-keys": "/settings/api-keys",
  endpoints: "/settings/endpoints",
  messages: "/settings/messages",
  connection: "/settings/connection",
  staff: "/settings/staff",
};

type Subject = { url: string; sandboxUrl: string; browser: Browser };
type SampleSubscription = { id: string; name: string; quantity: number | null };

const dataDir = await mkdtemp(join(tmpdir(), "marketdesk-screenshots-data-"));
const handler = serveDashboard({ mode: "built", dir: await buildDashboard(() => {}) });
const config = readConfig({ PORT: "0", SANDBOX_PORT: "0", DATA_DIR: dataDir });
const app = await startApp(config, {
  log: pino({ level: "silent" }),
  dashboard: (routes: Hono) => void routes.get("*", handler),
});
await app.ready;
const browser = await openBrowser();
try {
  await takeAll({ url: app.url, sandboxUrl: app.sandboxUrl ?? "", browser });
  await rm(join(docs, "screenshots"), { recursive: true, force: true });
  await cp(folder, join(docs, "screenshots"), { recursive: true });
} finally {
  await browser.close();
  await app.stop();
  await removeData(dataDir);
  await rm(folder, { recursive: true, force: true });
}

function isTaken(name: string, variant: VariantName): boolean {
  return variant !== "dark" || inDark.has(name);
}

async function takeAll(subject: Subject): Promise<void> {
  const light = await openDesk(subject, variants.light);
  const id = await makeHistory(subject, light);
  await makeEndpoint(subject, light);
  const pages = { ...deskPages, ...(await pagesOfOneThing(light, id)) };
  await light.context().close();
  for (const [variant, options] of variantList) {
    const desk = await openDesk(subject, options);
    for (const [name, address] of Object.entries(pages)) {
      if (isTaken(name, variant)) await take(desk, `${subject.url}${address}`, `${name}-${variant}`);
    }
    await desk.context().close();
  }
  await takeLanding(subject);
  for (const [variant, options] of variantList) {
    const sandbox = await openPage(subject, options);
    await take(sandbox, subject.sandboxUrl, `sandbox-${variant}`);
    await sandbox.context().close();
  }
  await writeGallery([...Object.keys(pages), "landing", "sandbox"]);
}

/** Detail pages, each of the first item in its list. */
async function pagesOfOneThing(page: Page, subscriptionId: string): Promise<Record<string, string>> {
  const first = async (address: string, path: string) => {
    await page.goto(new URL(address, page.url()).href);
    const link = page.locator(`a[href^="${path}"]`).first();
    return (await link.getAttribute("href")) ?? address;
  };
  return {
    subscription: `/subscriptions/${subscriptionId}`,
    customer: await first("/customers", "/customers/"),
    endpoint: await first("/settings/endpoints", "/settings/endpoints/"),
    message: await first("/settings/messages", "/settings/messages/"),
    operation: await first("/operations?state=all", "/operations/"),
    delivery: await first("/deliveries", "/deliveries/"),
  };
}

/** `docs/screenshots.md`: all screenshots, page by page. */
async function writeGallery(names: string[]): Promise<void> {
  const sections = names.map((name) => {
    const taken = variantList.map(([variant]) => variant).filter((variant) => isTaken(name, variant));
    const cells = taken.map((variant) => `![${name}, ${variant}](screenshots/${name}-${variant}.webp)`);
    return `## ${name}\n\n| ${taken.join(" | ")} |\n|${" --- |".repeat(taken.length)}\n| ${cells.join(" | ")} |\n`;
  });
  const head = "# All pages: light and phone, some in dark\n\n<!-- Written by docs/screenshots.ts. -->\n";
  await writeFile(join(docs, "screenshots.md"), `${head}\n${sections.join("\n")}`);
}

/** An endpoint with one message, so that their pages have content. Nothing listens there. */
async function makeEndpoint({ url }: Subject, page: Page): Promise<void> {
  await page.goto(`${url}/settings/endpoints`);
  await page.getByRole("button", { name: "Create endpoint…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Production");
  await dialog.getByLabel("Address").fill("http://127.0.0.1:9/webhooks/marketplace");
  await dialog.getByRole("button", { name: "Create endpoint" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: "Production" }).click();
  await page.getByRole("button", { name: "Send test", exact: true }).click();
  await page.goto(`${url}/settings/messages`);
  await page.locator("[data-row]").first().waitFor();
}

/** Changes from both sides on one subscription, so that its page has content. Returns its id. */
async function makeHistory({ sandboxUrl, url }: Subject, page: Page): Promise<string> {
  await control(sandboxUrl, "settings", { operationDelayMs: 0 });
  const { subscriptions } = (await (await fetch(`${sandboxUrl}/control/subscriptions`)).json()) as {
    subscriptions: SampleSubscription[];
  };
  const chosen = subscriptions.find(({ name }) => name === "Trey Research Insight");
  if (!chosen) throw new Error("The sample no longer has Trey Research Insight.");
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
  await dialog.getByLabel("Note (optional)").fill("Two more teams join next month");
  await dialog.getByRole("button", { name: "Change seats" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Open operations").waitFor();
  return id;
}

async function takeLanding(subject: Subject): Promise<void> {
  const { landingUrl } = (await control(subject.sandboxUrl, "purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    name: "Fabrikam team",
  })) as { landingUrl: string };
  for (const [variant, options] of variantList) {
    const page = await openPage(subject, options);
    await page.goto(landingUrl);
    await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: "Ada Moreau" }).click();
    await page.getByRole("heading", { name: "Confirm your purchase" }).waitFor();
    await take(page, null, `landing-${variant}`);
    await page.context().close();
  }
}

async function openPage({ browser }: Subject, { colorScheme, viewport }: Variant): Promise<Page> {
  const context = await browser.newContext({
    colorScheme,
    viewport,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(timeoutMs);
  return context.newPage();
}

async function openDesk(subject: Subject, variant: Variant): Promise<Page> {
  const page = await openPage(subject, variant);
  await page.goto(`${subject.url}/subscriptions`);
  await page.getByRole("button", { name: "Amira Dawson" }).click();
  await page.locator("[data-row]").first().waitFor();
  return page;
}

/** @param address null: the current page */
async function take(page: Page, address: string | null, name: string): Promise<void> {
  if (address !== null) await page.goto(address);
  await page.waitForLoadState("load");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true], .mantine-Skeleton-root") === null);
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: webpQuality });
  await session.detach();
  const image = Buffer.from(data, "base64");
  const path = join(folder, `${name}.webp`);
  await writeFile(path, image);
  if (image.length > maxBytes) throw new Error(`${path} has ${image.length} bytes, more than ${maxBytes}.`);
  process.stdout.write(`${path} ${Math.round(image.length / 1000)} kB\n`);
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

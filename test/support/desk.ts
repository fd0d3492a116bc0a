/** Marketdesk as people use it: the whole app with its built dashboard, in real browsers. */
import { rm } from "node:fs/promises";
import type { Hono } from "hono";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect, onTestFinished, TestRunner } from "vitest";

import { readConfig } from "../../server/config.ts";
import { buildDashboard } from "../../build/dashboard.ts";
import { buildIn, serveDashboard } from "../../server/http/dashboard.ts";
import { startApp } from "../../server/compose.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { findPersona } from "../../sandbox/personas.ts";
import { controlOf, eventually, quiet, startTestApp } from "./app.ts";
import { openBrowser } from "./browser.ts";
import { copySample } from "./sample-copy.ts";
import { keepStaffPages, usualSize } from "./staff-pages.ts";

/** How long a page may take on a busy machine; on an idle one nothing takes this long. */
const timeoutMs = 30_000;

/** Mounts the dashboard as `npm start` does. */
export async function builtDashboard(): Promise<{ dashboard: (app: Hono) => void; build: string }> {
  const dir = await buildDashboard(() => {});
  const handler = serveDashboard({ mode: "built", dir });
  return { dashboard: (app) => void app.get("*", handler), build: buildIn(dir) };
}

export type Desk = Awaited<ReturnType<typeof startDesk>>;

/** Starts app, sandbox and browser; `stop` ends them all. */
export async function startDesk(options: { sample?: boolean } = {}) {
  const app = await startTestApp({ ...options, ...(await builtDashboard()) });
  const browsers = await openBrowsers();
  const openPage = keepStaffPages(app.url, browsers.newContext);
  return {
    ...app,
    openContext: browsers.openContext,
    /** A page of the dashboard with a signed-in staff member, as in a new browser. Only for use within a test. */
    openPageAs: async (key: string, path: string) => {
      const page = await openPage();
      await signInAsStaff(page, `${app.url}${path}`, key);
      return page;
    },
    /** A separate browser with a signed-in staff member, on this page of the dashboard. */
    openAsStaff: async (key: string, path: string, context?: BrowserContextOptions) => {
      const page = await (await browsers.openContext(context)).newPage();
      await signInAsStaff(page, `${app.url}${path}`, key);
      return page;
    },
    /** Buys five seats that Microsoft activates automatically, and waits until their webhook has settled. */
    async buyActive(name: string, input: object = {}): Promise<string> {
      const { subscriptionId: id } = await app.control<{ subscriptionId: string }>("purchases", {
        offerId: "insight",
        planId: "team",
        quantity: 5,
        purchaser: "ada",
        autoActivate: true,
        name,
        ...input,
      });
      await eventually(async () => {
        const found = await app.record(id);
        return found?.status === "Subscribed" && found.openOperations === 0;
      }, timeoutMs);
      // No plan names are stored until Microsoft was first asked for them.
      await app.as("operator").subscriptions.askPlans({ id });
      return id;
    },
    /** From now on staff decide all changes that customers request. */
    letStaffDecideChanges: () =>
      app.as("admin").rules.set({
        offerId: "insight",
        planId: null,
        followsWider: false,
        allowedPlans: null,
        minQuantity: null,
        maxQuantity: null,
        asksStaff: true,
        seenVersion: 0,
        reason: "We look at each change",
      }),
    /** The errors that the pages have logged so far. */
    complaints: browsers.complaints,
    async stop() {
      await browsers.close();
      await app.stop();
    },
  };
}

/** Starts what `npm start` starts without settings, after the replay of the sample history, on a test database. */
export async function startSampleDesk() {
  const { database, dataDir } = await copySample();
  const config = readConfig({ PORT: "0", SANDBOX_PORT: "0", DATABASE_URL: database.url, DATA_DIR: dataDir });
  const app = await startApp(config, { log: quiet, ...(await builtDashboard()) });
  await app.ready;
  const browsers = await openBrowsers();
  return {
    url: app.url,
    databaseUrl: database.url,
    sandboxUrl: app.sandboxUrl ?? "",
    control: controlOf(app.sandboxUrl ?? ""),
    openContext: browsers.openContext,
    newContext: browsers.newContext,
    complaints: browsers.complaints,
    async stop() {
      await browsers.close();
      await app.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const expectedComplaints = [
  // Expected answers such as 404, which the browser logs as errors.
  "the server responded with a status of 4",
  // A test has cut the browser's network; what it then requests fails.
  "net::ERR_INTERNET_DISCONNECTED",
  // The preview's frame permits no scripts, not even those with which a test reads it.
  "Blocked script execution in 'about:srcdoc'",
];

/** Shared by all files of a worker: starting and stopping one for each file took longer than most of its tests. */
let commonBrowser: Browser | null = null;

async function openCommonBrowser(): Promise<Browser> {
  if (!commonBrowser?.isConnected()) commonBrowser = await openBrowser();
  return commonBrowser;
}

/**
 * Browsers that share nothing (contexts of one process), and what their pages wrote to the console as errors.
 * `browserArgs` needs a process of its own.
 */
export async function openBrowsers(browserArgs: string[] = []) {
  const needsOwn = browserArgs.length > 0;
  const browser = needsOwn ? await openBrowser(browserArgs) : await openCommonBrowser();
  const contexts = new Set<BrowserContext>();
  const consoleErrors: string[] = [];
  async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: usualSize,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      ...options,
    });
    contexts.add(context);
    context.on("close", () => contexts.delete(context));
    context.setDefaultTimeout(timeoutMs);
    context.on("weberror", (error) => consoleErrors.push(String(error.error())));
    context.on("console", (message) => {
      const isExpected = expectedComplaints.some((text) => message.text().includes(text));
      if (message.type() === "error" && !isExpected)
        consoleErrors.push(`${message.text()} (${message.location().url})`);
    });
    return context;
  }
  async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await newContext(options);
    // Pages that stay open would react to the changes of later tests. Those of a whole file are opened before its tests.
    if (TestRunner.getCurrentTest()) onTestFinished(() => context.close());
    return context;
  }
  async function close(): Promise<void> {
    await Promise.all([...contexts].map((context) => context.close()));
    if (needsOwn) await browser.close();
  }
  return { newContext, openContext, complaints: consoleErrors, close };
}

/**
 * Signs in and opens a page of the dashboard. The requests of the sign-in are real, but its pages are not drawn, because that
 * took as long as the dashboard itself. `signInInBrowser` draws them.
 */
export async function signInAsStaff(page: Page, address: string, key: string): Promise<void> {
  const { origin } = new URL(address);
  const session = createBrowserSession();
  await session.chooseAccount(await session.visit(`${origin}/auth/sign-in`), key);
  const cookies = [...session.cookies(origin)].map(([name, value]) => ({ name, value, url: origin }));
  await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, httpOnly: true, sameSite: "Lax" as const })));
  await page.goto(address);
  await dashboardShown(page);
}

/** Opens a page of the dashboard, is redirected to Entra's page, and signs in there as people do. */
export async function signInInBrowser(page: Page, address: string, key: string): Promise<void> {
  await page.goto(address);
  await chooseAccount(page, key);
  await dashboardShown(page);
}

async function dashboardShown(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** Presses a person's button on Entra's sign-in page. */
export async function chooseAccount(page: Page, key: string): Promise<void> {
  await page.getByRole("button", { name: findPersona(key)?.name ?? key, exact: true }).click();
}

/** The page's main heading. */
export const titleOf = (page: Page) => page.getByRole("heading", { level: 1 }).innerText();

/** Waits until the element is visible. */
export async function seen(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout: timeoutMs });
}

/** Waits until `ask` returns the expected value. */
export async function becomes<Answer>(ask: () => Promise<Answer>, expected: Answer): Promise<void> {
  await expect.poll(ask, { timeout: timeoutMs, interval: 100 }).toEqual(expected);
}

/** Waits until the locator matches this many elements. */
export const hasCount = (locator: Locator, expected: number) => becomes(() => locator.count(), expected);

/** Waits until the element has exactly this text. */
export const hasText = (locator: Locator, expected: string) =>
  becomes(async () => (await locator.innerText()).trim(), expected);

/** Waits until the field has this value. */
export const hasValue = (locator: Locator, expected: string) => becomes(() => locator.inputValue(), expected);

/** Waits until the control is disabled. */
export const isDisabled = (locator: Locator) => becomes(() => locator.isDisabled(), true);

/** Waits until the attribute has this value. */
export const hasAttribute = (locator: Locator, name: string, expected: string) =>
  becomes(() => locator.getAttribute(name), expected);

/** The number that the element shows, once it is above zero. */
export async function positiveNumberIn(locator: Locator): Promise<number> {
  let number = 0;
  const read = async () => (number = Number((await locator.innerText()).replaceAll(",", "")));
  await expect.poll(read, { timeout: timeoutMs, interval: 100 }).toBeGreaterThan(0);
  return number;
}

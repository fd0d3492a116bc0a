/** Many tabs of one browser: one stream of changes, quick navigation over HTTP/1.1, and each follows what changes. */
import type { BrowserContext, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  becomes,
  chooseAccount,
  type Desk,
  hasValue,
  seen,
  signInAsStaff,
  startDesk,
  titleOf,
} from "../support/desk.ts";

let desk: Desk;
let id: string;
/** The browser of an operator. Several tests use it one after another, because tabs take long to open. */
let operators: TabbedBrowser;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam tabs");
  operators = await openBrowser("operator");
});
afterAll(() => desk?.stop());

type StreamCount = { readonly open: number; opened: number; has(tab: Page): boolean };
type TabbedBrowser = { context: BrowserContext; tabs: Page[]; streams: StreamCount; reads: Map<Page, number> };

/** Counts a context's requests for the stream that have not ended. What a closed tab had has ended. */
function countStreams(context: BrowserContext): StreamCount {
  const open = new Map<Page, number>();
  const count = {
    opened: 0,
    has: (tab: Page) => (open.get(tab) ?? 0) > 0,
    get open() {
      return [...open.values()].reduce((sum, ofTab) => sum + ofTab, 0);
    },
  };
  context.on("page", (tab) => {
    open.set(tab, 0);
    const add = (request: Request, change: 1 | -1) => {
      if (request.url().includes("/trpc/live.changes")) open.set(tab, (open.get(tab) ?? 0) + change);
    };
    tab.on("request", (request) => {
      add(request, 1);
      if (request.url().includes("/trpc/live.changes")) count.opened += 1;
    });
    tab.on("requestfinished", (request) => add(request, -1));
    tab.on("requestfailed", (request) => add(request, -1));
    tab.on("close", () => open.delete(tab));
  });
  return count;
}

/** Counts each tab's reads that have not ended. */
function countReads(context: BrowserContext): Map<Page, number> {
  const reads = new Map<Page, number>();
  context.on("page", (tab) => {
    reads.set(tab, 0);
    const add = (change: 1 | -1) => (request: Request) => {
      const isRead = request.url().includes("/trpc/") && !request.url().includes("live.changes");
      if (isRead) reads.set(tab, (reads.get(tab) ?? 0) + change);
    };
    tab.on("request", add(1));
    tab.on("requestfinished", add(-1));
    tab.on("requestfailed", add(-1));
  });
  return reads;
}

/**
 * Hides a tab, and waits for the reads that it had begun. What it wanted to read through the leading tab it sends itself two turns of
 * its event loop later: tRPC collects the calls of one turn.
 */
async function hide(tab: Page): Promise<void> {
  await show(tab, false);
  await tab.evaluate(() => new Promise((resolve) => setTimeout(() => setTimeout(resolve))));
  await becomes(() => Promise.resolve(operators.reads.get(tab)), 0);
}

/** A browser with one tab, in which this member of staff is signed in. */
async function openBrowser(key: string): Promise<TabbedBrowser> {
  const context = await desk.openContext();
  const streams = countStreams(context);
  const reads = countReads(context);
  const first = await context.newPage();
  await signInAsStaff(first, `${desk.url}/subscriptions/${id}`, key);
  return { context, tabs: [first], streams, reads };
}

async function openTab({ context }: TabbedBrowser): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(`${desk.url}/subscriptions/${id}`);
  await seen(tab.getByRole("heading", { level: 1, name: "Fabrikam tabs" }));
  return tab;
}

async function openTabs(key: string, count: number): Promise<TabbedBrowser> {
  const browser = await openBrowser(key);
  while (browser.tabs.length < count) browser.tabs.push(await openTab(browser));
  return browser;
}

/** So many tabs of the operator's browser, all shown. The first has the stream. */
async function operatorTabs(count: number): Promise<Page[]> {
  const tabs = operators.tabs.filter((tab) => !tab.isClosed());
  for (const tab of tabs.splice(count)) await tab.close();
  for (const tab of tabs) await show(tab, true);
  while (tabs.length < count) tabs.push(await openTab(operators));
  operators.tabs = tabs;
  const withStream = () => tabs.filter(operators.streams.has);
  await becomes(() => Promise.resolve(withStream().length), 1);
  return tabs.toSorted((one, other) => Number(withStream().includes(other)) - Number(withStream().includes(one)));
}

/** As a browser does with a tab behind another one. */
async function show(page: Page, isShown: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (isHidden ? "hidden" : "visible"),
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !isShown);
}

const seatsOf = async (page: Page) => Number(/(\d+) seats?/.exec(await titleOf(page))?.[1]);

/** When the page shows so many seats, by the clock of the machine. */
function showsSeats(page: Page, seats: number): Promise<number> {
  return page
    .waitForFunction((wanted) => document.querySelector("h1")?.textContent?.includes(`${wanted} seats`), seats, {
      polling: 20,
      timeout: 30_000,
    })
    .then(() => Date.now());
}

describe("A9: twenty tabs of one browser", () => {
  test("share one stream, change pages quickly, and all show a change", async () => {
    const tabs = await operatorTabs(20);
    // Each change of pages takes as long in any of them.
    for (const tab of tabs.filter((_, index) => index % 4 === 3)) {
      const startedAt = Date.now();
      await tab.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
      await seen(tab.getByRole("heading", { level: 1, name: "Activity" }));
      expect(Date.now() - startedAt).toBeLessThan(10_000);
      await tab.goBack();
      await seen(tab.getByRole("heading", { level: 1, name: "Fabrikam tabs" }));
    }
    const health = await tabs[19]!.evaluate(async () => {
      const startedAt = performance.now();
      await fetch("/healthz", { cache: "no-store" });
      return performance.now() - startedAt;
    });
    expect(health).toBeLessThan(5_000);
    const all = tabs.map((tab) => showsSeats(tab, 8));
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 8 });
    await Promise.all(all);
    // On a busy machine, another tab takes over the stream for a moment.
    await becomes(() => Promise.resolve(operators.streams.open), 1);
  });

  test("that are not in use let one of them read what they all show", async () => {
    const tabs = await operatorTabs(4);
    const readers = new Set<Page>();
    for (const tab of tabs)
      tab.on("request", (request) => {
        if (request.url().includes("subscriptions.get")) readers.add(tab);
      });
    let seats = 21;
    // A tab counts as used for some seconds after it was opened.
    await becomes(async () => {
      readers.clear();
      seats = seats === 21 ? 22 : 21;
      const all = tabs.map((tab) => showsSeats(tab, seats));
      await desk.control(`subscriptions/${id}/change-quantity`, { quantity: seats });
      await Promise.all(all);
      return readers.size;
    }, 1);
  });

  test("move the stream to another tab when its tab is closed or hidden", async () => {
    const [first, ...others] = (await operatorTabs(3)) as [Page, Page, Page];
    const { streams } = operators;
    await first.close();
    await becomes(() => Promise.resolve(streams.open), 1);
    const followed = others.map((tab) => showsSeats(tab, 9));
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await Promise.all(followed);
    const [hidden, shown] = (streams.has(others[0]!) ? others : others.toReversed()) as [Page, Page];
    await hide(hidden);
    await becomes(() => Promise.resolve(streams.has(shown)), true);
    const next = showsSeats(shown, 10);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 10 });
    await next;
    expect(await seatsOf(hidden)).toBe(9);
    await becomes(() => Promise.resolve(streams.open), 1);
  });

  test("have no stream while hidden, and are up to date soon after they are shown", async () => {
    const tabs = await operatorTabs(2);
    const { streams } = operators;
    for (const tab of tabs) await hide(tab);
    await becomes(() => Promise.resolve(streams.open), 0);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 12 });
    await becomes(async () => (await desk.find(id))?.quantity, 12);
    expect(await seatsOf(tabs[0]!)).not.toBe(12);
    const [startedAt, shownAt] = await tabs[0]!.evaluate(
      () =>
        new Promise<[number, number]>((resolve) => {
          const from = performance.now();
          const interval = setInterval(() => {
            if (!document.querySelector("h1")?.textContent?.includes("12 seats")) return;
            clearInterval(interval);
            resolve([from, performance.now()]);
          }, 10);
          Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
          document.dispatchEvent(new Event("visibilitychange"));
        }),
    );
    expect(shownAt - startedAt).toBeLessThan(10_000);
    await becomes(() => Promise.resolve(streams.open), 1);
    expect(await seatsOf(tabs[1]!)).not.toBe(12);
  });

  test("take the stream from a tab that is stuck", async () => {
    const [stuck, other] = (await operatorTabs(2)) as [Page, Page];
    const { streams, context } = operators;
    const { opened } = streams;
    // The first tab has the lock. It no longer runs, as in a debugger, and is not hidden.
    const client = await context.newCDPSession(stuck);
    await client.send("Debugger.enable");
    await client.send("Debugger.pause");
    void stuck.evaluate(() => 0).catch(() => {});
    await becomes(() => Promise.resolve(streams.opened), opened + 1);
    const followed = showsSeats(other, 13);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 13 });
    await followed;
    await client.send("Debugger.resume");
    await becomes(() => Promise.resolve(streams.open), 1);
    await becomes(() => seatsOf(stuck), 13);
  });

  test("do not share a stream with another browser, and both show changes", async () => {
    const one = await openTabs("operator", 2);
    const other = await openTabs("viewer", 2);
    await becomes(() => Promise.resolve([one.streams.open, other.streams.open]), [1, 1]);
    const all = [...one.tabs, ...other.tabs].map((tab) => showsSeats(tab, 14));
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 14 });
    await Promise.all(all);
  });

  test("say when another person signs in to the browser, show nothing of the former one, and continue", async () => {
    const { tabs, streams } = await openTabs("admin", 3);
    const [first, second, third] = tabs as [Page, Page, Page];
    const note = first.getByLabel("Note for colleagues");
    const hours = third.getByLabel("Hours until a request expires");
    await note.fill("Half a thought of the first person");
    const searchField = first.getByRole("combobox", { name: /^Search/ });
    await searchField.fill("A customer of the first person");
    await third.goto(`${desk.url}/settings/cancellations`);
    await hasValue(hours, "72");
    await hours.fill("31");
    const signIn = async (key: string) => {
      await second.goto(`${desk.url}/auth/sign-in?returnTo=/subscriptions/${id}`);
      await chooseAccount(second, key);
      await seen(second.getByRole("heading", { level: 1, name: "Fabrikam tabs" }));
    };
    // The other tabs say it for a few seconds, perhaps before the tab that signs in has loaded its page.
    const notified = [first, third].map((tab) =>
      seen(tab.getByRole("status").filter({ hasText: "You are now signed in as" })),
    );
    await Promise.all([...notified, signIn("second-admin")]);
    await hasValue(note, "");
    await hasValue(searchField, "");
    await hasValue(hours, "72");
    await note.fill("Of the second person");
    await becomes(() => Promise.resolve(streams.open), 1);
    const all = [first, second].map((tab) => showsSeats(tab, 15));
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 15 });
    await Promise.all(all);
    await signIn("admin");
    await hasValue(note, "Half a thought of the first person");
    await hasValue(hours, "31");
  });
});

describe("C13: many streams of one session", () => {
  test("keep only the four newest; the others learn why, and their pages still follow", async () => {
    const { context, tabs, streams } = await openTabs("operator", 1);
    const cookie = (await context.cookies(desk.url)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const endedEvents: string[] = [];
    const stop = new AbortController();
    let open = 0;
    const many = Array.from({ length: 60 }, async () => {
      const answer = await fetch(`${desk.url}/trpc/live.changes`, { headers: { cookie }, signal: stop.signal });
      open += 1;
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of answer.body!) text += decoder.decode(chunk as Uint8Array);
      open -= 1;
      endedEvents.push(text);
    });
    await becomes(() => Promise.resolve(endedEvents.length >= 55 && open <= 4), true);
    for (const text of endedEvents) expect(text).toMatch(/"topic":"ended","reason":"Live updates are paused/);
    // Whose place was taken does not fight for it.
    await seen(tabs[0]!.getByRole("status").filter({ hasText: "Live updates paused" }));
    expect(streams.opened).toBeLessThanOrEqual(2);
    stop.abort();
    await Promise.allSettled(many);
  });
});

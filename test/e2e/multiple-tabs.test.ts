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
let streams: StreamCount;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam tabs");
});
afterAll(() => desk?.stop());

type StreamCount = { readonly open: number; opened: number };

/** Counts a context's requests for the stream that have not ended. What a closed tab had has ended. */
function countStreams(context: BrowserContext): StreamCount {
  const open = new Map<Page, number>();
  const count = {
    opened: 0,
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

async function openTabs(key: string, count: number): Promise<{ context: BrowserContext; tabs: Page[] }> {
  const context = await desk.openContext();
  streams = countStreams(context);
  const first = await context.newPage();
  await signInAsStaff(first, `${desk.url}/subscriptions/${id}`, key);
  const tabs = [first];
  while (tabs.length < count) {
    const tab = await context.newPage();
    await tab.goto(`${desk.url}/subscriptions/${id}`);
    await seen(tab.getByRole("heading", { level: 1, name: "Fabrikam tabs" }));
    tabs.push(tab);
  }
  return { context, tabs };
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
    const { context, tabs } = await openTabs("operator", 20);
    await becomes(() => Promise.resolve(streams.open), 1);
    for (const tab of tabs) {
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
    expect(streams.open).toBe(1);
    await context.close();
  });

  test("that are not in use let one of them read what they all show", async () => {
    const { context, tabs } = await openTabs("operator", 4);
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
    await context.close();
  });

  test("move the stream to another tab when its tab is closed or hidden", async () => {
    const { context, tabs } = await openTabs("operator", 3);
    await becomes(() => Promise.resolve(streams.open), 1);
    await tabs[0]!.close();
    await becomes(() => Promise.resolve(streams.open), 1);
    const followed = [showsSeats(tabs[1]!, 9), showsSeats(tabs[2]!, 9)];
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await Promise.all(followed);
    await show(tabs[1]!, false);
    await becomes(() => Promise.resolve(streams.open), 1);
    const third = showsSeats(tabs[2]!, 10);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 10 });
    await third;
    expect(await seatsOf(tabs[1]!)).toBe(9);
    await context.close();
  });

  test("have no stream while hidden, and are up to date soon after they are shown", async () => {
    const { context, tabs } = await openTabs("operator", 2);
    for (const tab of tabs) await show(tab, false);
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
    await context.close();
  });

  test("take the stream from a tab that is stuck", async () => {
    const { context, tabs } = await openTabs("operator", 2);
    const [stuck, other] = tabs as [Page, Page];
    await becomes(() => Promise.resolve(streams.open), 1);
    // The first tab has the lock. It no longer runs, as in a debugger, and is not hidden.
    const client = await context.newCDPSession(stuck);
    await client.send("Debugger.enable");
    await client.send("Debugger.pause");
    void stuck.evaluate(() => 0).catch(() => {});
    await becomes(() => Promise.resolve(streams.opened), 2);
    const followed = showsSeats(other, 13);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 13 });
    await followed;
    await client.send("Debugger.resume");
    await becomes(() => Promise.resolve(streams.open), 1);
    await context.close();
  });

  test("do not share a stream with another browser, and both show changes", async () => {
    const one = await openTabs("operator", 2);
    const ofOne = streams;
    const other = await openTabs("viewer", 2);
    const ofOther = streams;
    await becomes(() => Promise.resolve([ofOne.open, ofOther.open]), [1, 1]);
    const all = [...one.tabs, ...other.tabs].map((tab) => showsSeats(tab, 14));
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 14 });
    await Promise.all(all);
    await one.context.close();
    await other.context.close();
  });

  test("say when another person signs in to the browser, show nothing of the former one, and continue", async () => {
    const { context, tabs } = await openTabs("admin", 3);
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
    await context.close();
  });
});

describe("C13: many streams of one session", () => {
  test("keep only the four newest; the others learn why, and their pages still follow", async () => {
    const { context, tabs } = await openTabs("operator", 1);
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
    await context.close();
  });
});

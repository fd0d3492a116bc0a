/** On a slow network the frame of the page is there long before the script, and stays where it is when the script takes over. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, startDesk } from "../support/desk.ts";

const slowBytesPerSecond = 40_000;
/** Its name is highlighted once the script knows the address. */
const openPlace = "Subscriptions";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk?.stop());

type Look = { name: string; context: BrowserContextOptions; storage?: Record<string, string> };

const looks: Look[] = [
  { name: "wide and light", context: { colorScheme: "light" } },
  {
    name: "wide and dark, its navigation folded",
    context: { colorScheme: "dark" },
    storage: { "marketdesk.rail-is-narrow": "true" },
  },
  { name: "in a small window, its navigation folded", context: { viewport: { width: 1024, height: 740 } } },
  { name: "on a phone", context: { colorScheme: "light", viewport: { width: 360, height: 740 } } },
];

describe.each(looks)("the first paint, $name", ({ context, storage = {} }) => {
  test("comes within 1.5 s at 40 kB/s, and nothing jumps", async () => {
    const page = await desk.openAsStaff("operator", "/", context);
    await page.evaluate(
      (values) => Object.entries(values).forEach(([key, value]) => localStorage.setItem(key, value)),
      storage,
    );
    await slowDown(page);
    await recordFirstPaint(page);
    await page.goto(`${desk.url}/subscriptions`, { waitUntil: "commit" });
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    const then = await page.evaluate(parts, realSelectors);
    const { atMs, rootParts, ...first } = await page.evaluate(() => (window as Recording).firstPaint);
    expect(atMs).toBeLessThanOrEqual(1_500);
    expect(rootParts).toBe(0);
    expect(first.boxes).toEqual(then.boxes);
    const named = ({ name, color }: Place) => ({ name, color: name === openPlace ? null : color });
    expect(first.places.map(named)).toEqual(then.places.map(named));
    for (const [index, place] of first.places.entries()) {
      expect(Math.abs(place.x - (then.places[index]?.x ?? NaN)), `${place.name} moves`).toBeLessThan(2);
      expect(Math.abs(place.y - (then.places[index]?.y ?? NaN)), `${place.name} moves`).toBeLessThan(2);
    }
    await page.context().close();
  });
});

type Place = { name: string | null; x: number; y: number; color: string };
type Selectors = { bar: string; brand: string; search: string; rail: string; place: string };

const firstSelectors: Selectors = {
  bar: ".first-paint-bar",
  brand: ".first-paint-brand img",
  search: ".first-paint-search",
  rail: ".first-paint-rail",
  place: ".first-paint-rail li",
};
const realSelectors: Selectors = {
  bar: "header > :last-child",
  brand: "header a[href='/'] img",
  search: "[role=search] input",
  rail: "nav[aria-label=Main]",
  place: "nav[aria-label=Main] [data-place-name]",
};

type Parts = ReturnType<typeof parts>;
type Recording = typeof window & { firstPaint: Parts & { atMs: number; rootParts: number } };

/** In the page: where each part is and how it is colored; of places, the name and where its letters begin. */
function parts({ place, ...boxes }: Selectors) {
  const isShown = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.clientWidth !== 1;
  const box = (selector: string) => {
    const element = document.querySelector(selector);
    if (!element) return null;
    const { x, y, right, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const borders = (["top", "right", "bottom"] as const).map((side) =>
      style.getPropertyValue(`border-${side}-width`) === "0px" ? null : style.getPropertyValue(`border-${side}-color`),
    );
    // The search field ends where the mark of webhooks begins, which comes with its data.
    return { x, y, height, right: selector.includes("search") ? null : right, color: style.backgroundColor, borders };
  };
  const places = [...document.querySelectorAll(place)].filter(isShown).map((element): Place => {
    const letters = document.createRange();
    letters.selectNodeContents(element);
    const { x, y } = letters.getBoundingClientRect();
    return { name: element.textContent, x, y, color: getComputedStyle(element).color };
  });
  return {
    places,
    boxes: Object.fromEntries(Object.entries(boxes).map(([name, selector]) => [name, box(selector)])),
  };
}

/** The page itself looks when it paints first: on a busy machine the script could take over before a test asks. */
async function recordFirstPaint(page: Page): Promise<void> {
  const record = (look: typeof parts, selectors: Selectors) => {
    new PerformanceObserver((list, observer) => {
      const entry = list.getEntriesByName("first-contentful-paint")[0];
      if (!entry) return;
      observer.disconnect();
      const rootParts = document.querySelector("#root")?.childElementCount ?? 0;
      (window as Recording).firstPaint = { atMs: entry.startTime, rootParts, ...look(selectors) };
    }).observe({ type: "paint", buffered: true });
  };
  await page.addInitScript({ content: `(${String(record)})(${String(parts)}, ${JSON.stringify(firstSelectors)})` });
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 50,
    downloadThroughput: slowBytesPerSecond,
    uploadThroughput: slowBytesPerSecond,
  });
}

/** On a slow network the frame of the page is there long before the script, and stays where it is when the script takes over. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, hasCount, startDesk } from "../support/desk.ts";

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
    await page.goto(`${desk.url}/subscriptions`, { waitUntil: "commit" });
    await page.locator(".first-paint").waitFor({ state: "visible" });
    const first = await parts(page, firstSelectors);
    const paintedAtMs = await firstPaintMs(page);
    await hasCount(page.locator("#root > *"), 0);

    await page.getByRole("navigation", { name: "Main" }).waitFor();
    const then = await parts(page, realSelectors);
    expect(paintedAtMs).toBeLessThanOrEqual(1_500);
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

type Place = { name: string | null; color: string };
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

/** Where each part is and how it is colored; of places, the name and where its letters begin. */
function parts(page: Page, selectors: Selectors) {
  return page.evaluate(({ place, ...boxes }) => {
    const isShown = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) && element.clientWidth !== 1;
    const box = (selector: string) => {
      const element = document.querySelector(selector);
      if (!element) return null;
      const { x, y, right, height } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const borders = (["top", "right", "bottom"] as const).map((side) =>
        style.getPropertyValue(`border-${side}-width`) === "0px"
          ? null
          : style.getPropertyValue(`border-${side}-color`),
      );
      // The search field ends where the mark of webhooks begins, which comes with its data.
      return { x, y, height, right: selector.includes("search") ? null : right, color: style.backgroundColor, borders };
    };
    const places = [...document.querySelectorAll(place)].filter(isShown).map((element) => {
      const letters = document.createRange();
      letters.selectNodeContents(element);
      const { x, y } = letters.getBoundingClientRect();
      return { name: element.textContent, x, y, color: getComputedStyle(element).color };
    });
    return {
      places,
      boxes: Object.fromEntries(Object.entries(boxes).map(([name, selector]) => [name, box(selector)])),
    };
  }, selectors);
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

/** When the browser painted first, in milliseconds after the page was asked for. */
async function firstPaintMs(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list, observer) => {
          const entry = list.getEntriesByName("first-contentful-paint")[0];
          if (!entry) return;
          observer.disconnect();
          resolve(entry.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}

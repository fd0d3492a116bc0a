/** People and networks unlike the designer's: forced colors, paper, touch, and a server that cannot be reached. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becomes, type Desk, seen, startDesk, titleOf } from "../support/desk.ts";
import { focusOn } from "../support/keyboard.ts";

let desk: Desk;
let id: string;
beforeAll(async () => {
  desk = await startDesk();
  id = await desk.buyActive("Fabrikam manners");
});
afterAll(() => desk?.stop());

const pages = () => [
  "/",
  "/subscriptions",
  `/subscriptions/${id}`,
  "/operations",
  "/deliveries",
  "/activity",
  "/overview",
];

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${desk.url}${path}`);
  await seen(page.getByRole("heading", { level: 1 }));
  await page.waitForLoadState("networkidle").catch(() => {});
}

describe("with forced colors", () => {
  test("buttons have borders, statuses keep their dots, and selection and focus have an outline", async () => {
    const page = await desk.openAsStaff("admin", `/subscriptions/${id}`, { forcedColors: "active" });
    const button = page.getByRole("button", { name: "Change seats" });
    await seen(button);
    const edge = await button.evaluate((element) => {
      const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(element);
      return { width: Number.parseFloat(borderTopWidth), style: borderTopStyle, color: borderTopColor };
    });
    expect(edge.width).toBeGreaterThanOrEqual(1);
    expect(edge.style).not.toBe("none");
    expect(edge.color).not.toBe(await backgroundBehind(page));
    await focusOn(button);
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element);
      return { outlineStyle, width: Number.parseFloat(outlineWidth) };
    });
    expect(focused.outlineStyle).not.toBe("none");
    expect(focused.width).toBeGreaterThanOrEqual(2);
    for (const selector of ["[data-dot]", "nav[aria-label=Main] a[aria-current=page]"]) {
      const shown = await page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { backgroundColor, outlineStyle } = getComputedStyle(element);
          return { backgroundColor, outlineStyle };
        });
      const isSeen = shown.outlineStyle !== "none" || shown.backgroundColor !== (await backgroundBehind(page));
      expect(isSeen, selector).toBe(true);
    }
    await page.context().close();
  });

  test("what is chosen has a frame: option, pressed button, row, view and radio button", async () => {
    const page = await desk.openAsStaff("admin", "/subscriptions", { forcedColors: "active" });
    const frameOf = (locator: Locator) =>
      locator.evaluate((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth);
      });
    await page.locator("tbody").getByRole("checkbox").first().check();
    await becomes(() => frameOf(page.locator("tr[data-chosen]").first()), 2);
    const edgeOf = (name: string) =>
      page.getByRole("link", { name, exact: true }).evaluate((element) => getComputedStyle(element).borderBottomColor);
    await page.getByRole("link", { name: "Unassigned", exact: true }).click();
    await becomes(async () => (await edgeOf("Unassigned")) === (await edgeOf("Trials ending")), false);
    await page.goto(`${desk.url}/subscriptions/${id}`);
    const pressed = page.getByRole("button", { name: "Show relative times" });
    await pressed.click();
    await page.getByRole("combobox", { name: /^Search/ }).fill("Fabrikam");
    await becomes(() => frameOf(pressed), 2);
    await seen(page.getByRole("option").first());
    await page.keyboard.press("ArrowDown");
    await becomes(() => frameOf(page.locator("[role=option][aria-selected=true]")), 2);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Change seats" }).click();
    const radio = page.getByRole("radio", { name: "Now" });
    await seen(radio);
    const filling = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(await filling(radio)).not.toBe(await filling(page.getByRole("radio", { name: "On a day" })));
    await page.context().close();
  });

  test("charts keep their bars and legends", async () => {
    const page = await desk.openAsStaff("viewer", "/overview", { forcedColors: "active" });
    const legend = page.locator("[data-chart] li[data-series]").first();
    await seen(legend);
    const behind = await backgroundBehind(page);
    expect(await legend.evaluate((item) => getComputedStyle(item, "::before").backgroundColor)).not.toBe(behind);
    const bar = page.locator("[data-chart] li span[data-series]").first();
    await bar.waitFor({ state: "attached" });
    expect(await bar.evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe(behind);
    await page.context().close();
  });
});

describe("where less motion is wished", () => {
  const running = (page: Page) =>
    page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === "running").length, // of pseudo-elements too
    );

  /** With the parts that move: what loads, a dialog that opens, and a button that waits. */
  async function moving(reducedMotion: "reduce" | "no-preference") {
    const page = await desk.openAsStaff("admin", "/", { reducedMotion });
    await page.route(/\/trpc\/[^?]*subscriptions\.get/, () => {});
    await page.goto(`${desk.url}/subscriptions/${id}`);
    await seen(page.getByRole("heading", { level: 1 }));
    await page.locator("[aria-busy=true]").first().waitFor();
    const loading = await running(page);
    await page.unrouteAll();
    await page.goto(`${desk.url}/subscriptions/${id}`);
    await page.route("**/trpc/subscriptions.addNote**", () => {});
    await page.getByLabel("Note for colleagues").fill("Moves");
    const add = page.getByRole("button", { name: "Add note" });
    await add.click();
    await page.locator("button[aria-busy=true]").waitFor();
    const waiting = await running(page);
    await page.context().close();
    return { loading, waiting };
  }

  test("nothing moves, and elsewhere what loads and what waits does", async () => {
    const usual = await moving("no-preference");
    expect(Math.min(usual.loading, usual.waiting)).toBeGreaterThan(0);
    expect(await moving("reduce")).toEqual({ loading: 0, waiting: 0 });
  });
});

describe("on paper", () => {
  test("a page has what it says, without bars, buttons and empty fields", async () => {
    const page = await desk.openAsStaff("operator", `/subscriptions/${id}`);
    // With a choice of currencies, no matter what is counted at the moment.
    await page.route("**/trpc/*overview.revenue*", async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const counted = /"currencies":\[[^\]]*\],"currency":(?:null|"USD")/;
      await route.fulfill({ response, body: text.replace(counted, '"currencies":["USD","EUR"],"currency":"USD"') });
    });
    for (const path of [`/subscriptions/${id}`, "/subscriptions", "/operations", "/overview"]) {
      await open(page, path);
      const content = path === "/overview" ? "Recurring revenue at list prices" : "Fabrikam manners";
      await seen(page.getByText(content).first());
      if (path === "/overview") await seen(page.getByRole("combobox", { name: "Currency", exact: true }));
      await page.emulateMedia({ media: "print" });
      await seen(page.getByText(content));
      const tools = page.locator(
        "nav, header, main :is(.mantine-Button-root, [popovertarget], textarea, [type=checkbox], input[value=''], select)",
      );
      expect(await tools.evaluateAll((all) => all.filter((one) => one.checkVisibility()).length), path).toBe(0);
      await page.emulateMedia({ media: "screen" });
    }
    await page.context().close();
  });
});

describe("with a finger", () => {
  test("controls have at least 24 by 24 pixels, or enough space around them (WCAG 2.2, 2.5.8)", async () => {
    const page = await desk.openAsStaff("admin", "/", { viewport: { width: 390, height: 844 }, hasTouch: true });
    const small: string[] = [];
    for (const path of pages()) {
      await open(page, path);
      small.push(...(await page.evaluate(tooSmall)).map((what) => `${path}: ${what}`));
    }
    expect(small).toEqual([]);
    await page.context().close();
  });
});

describe("while the server cannot be reached", () => {
  test("the page says so, keeps its content, and follows again when the server is back", async () => {
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await becomes(() => titleOf(page), "Fabrikam manners · Team · 5 seats");
    await page.evaluate(() => Object.assign(window, { wasNotReloaded: true }));
    await desk.stopApp();
    await seen(page.getByRole("status").filter({ hasText: "You are offline" }));
    await becomes(() => titleOf(page), "Fabrikam manners · Team · 5 seats");
    await seen(page.getByRole("heading", { name: "Sync status" }));
    // Reconciliation at the next start finds what has happened at Microsoft, and the page shows it without a reload.
    await desk.control(`subscriptions/${id}/suspend`, {});
    await desk.startApp();
    await seen(page.getByText("Suspended · payment failed"));
    await page.getByRole("status").filter({ hasText: "You are offline" }).waitFor({ state: "detached" });
    expect(await page.evaluate(() => "wasNotReloaded" in window)).toBe(true);
    await page.context().close();
  });

  test("a page that is opened then loads when the server is back", async () => {
    const page = await desk.openAsStaff("viewer", `/subscriptions/${id}`);
    await open(page, `/subscriptions/${id}`);
    await desk.stopApp();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Activity" }).click();
    await seen(page.getByRole("status").filter({ hasText: "You are offline" }));
    await seen(page.getByRole("navigation", { name: "Main" }));
    await desk.startApp();
    await becomes(() => titleOf(page), "Activity");
    await seen(page.getByRole("row").filter({ hasText: "Fabrikam manners" }));
    await page.context().close();
  });
});

function backgroundBehind(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

/** Targets that are smaller than 24 by 24 and too near to others; links in running text are excepted by the rule. */
function tooSmall(): string[] {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option]";
  const shown = [...document.querySelectorAll<HTMLElement>(wanted)].flatMap((element) => {
    const box = element.getBoundingClientRect();
    const isShown =
      box.width > 0 && box.height > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    // A field that is hidden under its label is pressed by the label.
    const { clip, clipPath, position } = getComputedStyle(element);
    const isHidden = position === "absolute" && (clip !== "auto" || clipPath !== "none");
    return isShown && !isHidden ? [{ element, box }] : [];
  });
  const isInText = (element: HTMLElement) =>
    element.matches("a") &&
    getComputedStyle(element).display === "inline" &&
    [...(element.parentElement?.childNodes ?? [])].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim().length > 2,
    );
  const middle = (box: DOMRect) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  return shown.flatMap(({ element, box }) => {
    if (Math.min(box.width, box.height) >= 23.5 || isInText(element)) return [];
    const { x, y } = middle(box);
    // A circle of 24 around a small one must not meet another target, nor the circle of another small one.
    const isCrowded = shown.some(({ element: other, box: at }) => {
      if (other === element || other.contains(element) || element.contains(other)) return false;
      const isSmall = Math.min(at.width, at.height) < 23.5;
      if (isSmall) {
        const there = middle(at);
        return Math.hypot(there.x - x, there.y - y) < 24;
      }
      const dx = Math.max(at.left - x, 0, x - at.right);
      const dy = Math.max(at.top - y, 0, y - at.bottom);
      return Math.hypot(dx, dy) < 12;
    });
    const name = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40) ?? "";
    return isCrowded
      ? [`${element.tagName.toLowerCase()} “${name}” ${Math.round(box.width)}×${Math.round(box.height)}`]
      : [];
  });
}

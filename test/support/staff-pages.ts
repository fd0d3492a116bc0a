/** Pages that the tests of a file share, one after another: an open browser draws the dashboard again in half the time. */
import type { BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";

export const usualSize = { width: 1280, height: 900 };

/** Opens pages of this origin in browsers that share nothing. Each is emptied when its test ends, and then opened by the next. */
export function keepStaffPages(origin: string, openBrowser: () => Promise<BrowserContext>) {
  const free: Page[] = [];
  return async function openPage(): Promise<Page> {
    const page = free.pop() ?? (await (await openBrowser()).newPage());
    onTestFinished(async () => {
      if (page.isClosed()) return;
      const isEmpty = await empty(page, origin).then(
        () => true,
        () => false,
      );
      if (isEmpty) free.push(page);
      else await page.context().close();
    });
    return page;
  };
}

/** Removes what the test has left, except what the browser has cached. The next sign-in replaces the cookies. */
async function empty(page: Page, origin: string): Promise<void> {
  const context = page.context();
  for (const other of context.pages()) if (other !== page) await other.close();
  await context.setOffline(false);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // A small page of the same origin: the browser keeps its process, and nothing follows what later tests change.
  await page.goto(`${origin}/healthz`);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await context.clearCookies();
  await page.setViewportSize(usualSize);
  await page.emulateMedia({ colorScheme: null });
}

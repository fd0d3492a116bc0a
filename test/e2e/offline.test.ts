/** When its server cannot be reached, the dashboard says so and sends nothing later. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CutProxy, startCutProxy } from "../support/cut-proxy.ts";
import {
  becomes,
  type Desk,
  hasCount,
  hasValue,
  isDisabled,
  openBrowsers,
  seen,
  signInAsStaff,
  startDesk,
} from "../support/desk.ts";
import { freePort } from "../support/ports.ts";
import { keepStaffPages } from "../support/staff-pages.ts";

/** The browser reaches the app through a line that can be cut, under the app's own address. */
let desk: Desk;
let line: CutProxy;
let people: Awaited<ReturnType<typeof openBrowsers>>;
let openPage: ReturnType<typeof keepStaffPages>;
beforeAll(async () => {
  desk = await startDesk();
  const { port } = new URL(desk.url);
  const linePort = await freePort();
  line = await startCutProxy(Number(port), linePort);
  people = await openBrowsers([`--host-resolver-rules=MAP localhost:${port} 127.0.0.1:${linePort}`]);
  openPage = keepStaffPages(desk.url, people.newContext);
});
afterEach(async () => {
  line.restore();
  line.seen.length = 0;
  await desk.control("faults", undefined, "DELETE");
});
afterAll(async () => {
  await people?.close();
  await line?.stop();
  await desk?.stop();
});

async function openAs(key: string, path: string): Promise<Page> {
  const page = await openPage();
  await signInAsStaff(page, `${desk.url}${path}`, key);
  return page;
}

const offlineLine = (page: Page) => page.getByRole("status").filter({ hasText: "You are offline" }).first();
const dialog = (page: Page) => page.getByRole("dialog");
const keep = (page: Page) => dialog(page).getByRole("button", { name: /^(Cancel|Keep subscription)$/ });
const alert = (page: Page) => dialog(page).getByRole("alert");

async function callsOf(method: string, path: string): Promise<number> {
  return (await desk.control<{ total: number }>(`calls?area=fulfillment&method=${method}&path=${path}`)).total;
}

async function press(page: Page, action: string) {
  await page.getByRole("group", { name: "Actions" }).getByRole("button", { name: action, exact: true }).click();
  await seen(dialog(page));
}

async function confirm(page: Page, label: string) {
  await dialog(page).getByRole("button", { name: label, exact: true }).click();
}

async function goOffline(page: Page) {
  const startedAt = Date.now();
  await page.context().setOffline(true);
  await seen(offlineLine(page));
  return Date.now() - startedAt;
}

async function comeBack(page: Page) {
  await page.context().setOffline(false);
  await offlineLine(page).waitFor({ state: "hidden" });
}

/** The page has nothing left to send: changes in progress have ended, and it follows again. */
async function settled(page: Page, id: string) {
  await becomes(async () => (await desk.find(id))?.openOperations, 0);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
}

describe("A1: offline", () => {
  test("a cancellation is refused immediately, and nothing is canceled after the connection is back", async () => {
    const id = await desk.buyActive("Fabrikam offline cancel");
    const page = await openAs("admin", `/subscriptions/${id}`);
    await press(page, "Cancel subscription");
    await dialog(page).getByLabel("Type the name").fill("fabrikam  OFFLINE cancel");
    await dialog(page).getByLabel("Note (optional)").fill("They asked");
    expect(await goOffline(page)).toBeLessThan(2_000);
    await confirm(page, "Cancel subscription");
    await seen(alert(page).filter({ hasText: "Nothing was sent" }));
    // What was typed stays, and the dialog can be left.
    await hasValue(dialog(page).getByLabel("Note (optional)"), "They asked");
    await keep(page).click();
    await dialog(page).waitFor({ state: "hidden" });
    await comeBack(page);
    await settled(page, id);
    expect(await callsOf("DELETE", id)).toBe(0);
    expect((await desk.find(id))?.status).toBe("Subscribed");
    expect(line.seen.filter((request) => request.includes("subscriptions.cancel"))).toEqual([]);
  });

  test("a change of seats that is repeated by hand after the connection is back is sent once", async () => {
    const id = await desk.buyActive("Fabrikam offline seats");
    const page = await openAs("operator", `/subscriptions/${id}`);
    await press(page, "Change seats");
    await dialog(page).getByLabel("Seats").fill("9");
    await dialog(page).getByLabel("Note (optional)").fill("They grow");
    await goOffline(page);
    await confirm(page, "Change seats");
    await seen(alert(page).filter({ hasText: "Nothing was sent" }));
    await comeBack(page);
    await settled(page, id);
    expect(await callsOf("PATCH", id)).toBe(0);
    await confirm(page, "Change seats");
    await dialog(page).waitFor({ state: "hidden" });
    await becomes(async () => (await desk.find(id))?.quantity, 9);
    expect(line.seen.filter((request) => request.includes("subscriptions.changeQuantity"))).toHaveLength(1);
  });

  test("a change of plan, an activation and a hold are not sent later either", async () => {
    const active = await desk.buyActive("Fabrikam offline plan");
    const pending = await desk.buy({ name: "Fabrikam offline activation" });
    const tries = [
      {
        id: active,
        action: "Change plan",
        fill: (page: Page) => page.getByRole("radio", { name: "Business", exact: true }).click(),
      },
      { id: active, action: "Suspend", confirmAs: "Suspend access", fill: () => Promise.resolve() },
      { id: pending, action: "Activate", confirmAs: "Activate subscription", fill: () => Promise.resolve() },
    ];
    const page = await openAs("operator", "/subscriptions");
    for (const { id, action, confirmAs = action, fill } of tries) {
      await page.goto(`${desk.url}/subscriptions/${id}`);
      await press(page, action);
      await fill(page);
      await dialog(page).getByLabel("Note (optional)").fill("They asked");
      await goOffline(page);
      await confirm(page, confirmAs);
      await seen(alert(page).filter({ hasText: "Nothing was sent" }));
      await keep(page).click();
      await dialog(page).waitFor({ state: "hidden" });
      await comeBack(page);
      await settled(page, id);
    }
    expect(await callsOf("PATCH", active)).toBe(0);
    expect(await callsOf("POST", `${pending}/activate`)).toBe(0);
    expect((await desk.find(active))?.hold).toBeFalsy();
    expect((await desk.find(pending))?.status).toBe("PendingFulfillmentStart");
  });

  test("a page shows what has changed soon after the connection is back", async () => {
    const id = await desk.buyActive("Fabrikam offline follows");
    const page = await openAs("viewer", `/subscriptions/${id}`);
    await goOffline(page);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 21 });
    await becomes(async () => (await desk.find(id))?.quantity, 21);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    await comeBack(page);
    await seen(page.getByRole("heading", { level: 1, name: "21 seats" }));
    await page.getByRole("main").getByRole("alert").first().waitFor({ state: "detached" });
  });

  test("a note keeps its text, and settings stay unchanged", async () => {
    const id = await desk.buyActive("Fabrikam offline note");
    const page = await openAs("admin", `/subscriptions/${id}`);
    const note = page.getByLabel("Note for colleagues");
    await note.fill("Call them on Monday");
    await goOffline(page);
    await page.getByRole("button", { name: "Add note" }).click();
    await seen(page.getByText("Nothing was sent"));
    await hasValue(note, "Call them on Monday");
    await comeBack(page);

    await page.goto(`${desk.url}/settings/cancellations`);
    await page.getByLabel("Hours until a request expires").fill("30");
    await goOffline(page);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await seen(page.getByRole("alert").filter({ hasText: "Nothing was sent" }));
    await comeBack(page);
    await settled(page, id);
    expect(line.seen.filter((request) => /addNote|setPolicy/.test(request))).toEqual([]);
  });
});

describe("A1: the server cannot be reached, and the browser does not notice", () => {
  test("a connection without responses is noticed within two seconds, and pages stop loading", async () => {
    const id = await desk.buyActive("Fabrikam swallowed");
    const page = await openAs("operator", `/subscriptions/${id}`);
    await seen(page.getByRole("heading", { level: 1, name: "Fabrikam swallowed" }));
    // Other work on the machine may hold up one round, not all of them.
    const delays: number[] = [];
    while (delays.length < 5 && !delays.some((ms) => ms < 2_100)) {
      line.restore();
      await offlineLine(page).waitFor({ state: "hidden" });
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
      const noticed = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const interval = setInterval(() => {
              if (!document.querySelector("[data-line=offline]")?.textContent?.includes("You are offline")) return;
              clearInterval(interval);
              resolve(Date.now());
            }, 10);
          }),
      );
      // The page looks before the line is cut, and both have one clock.
      await page.evaluate(() => true);
      const cutAt = Date.now();
      line.swallow();
      delays.push((await noticed) - cutAt);
    }
    expect(Math.min(...delays)).toBeLessThan(2_100);
    await page
      .getByRole("link", { name: "Reconciliation" })
      .or(page.getByRole("link", { name: "Overview" }))
      .first()
      .click();
    line.restore();
    await offlineLine(page).waitFor({ state: "hidden" });
    await seen(page.getByRole("heading", { level: 1, name: "Overview" }));
  });

  test("a change without a response locks its dialog, says so, and is looked up: it was carried out", async () => {
    const id = await desk.buyActive("Fabrikam lost answer");
    const page = await openAs("operator", "/subscriptions");
    await page.getByRole("link", { name: "Fabrikam lost answer" }).click();
    await press(page, "Change seats");
    await dialog(page).getByLabel("Seats").fill("11");
    await dialog(page).getByLabel("Note (optional)").fill("They grow");
    line.swallowAnswers();
    await confirm(page, "Change seats");
    await becomes(async () => (await desk.find(id))?.quantity, 11);
    // Locked: by Escape, a click outside, its buttons, and the browser's Back.
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 450);
    await page.evaluate(() => history.back());
    await isDisabled(keep(page));
    await isDisabled(dialog(page).getByRole("button", { name: "Close" }));
    expect(new URL(page.url()).pathname).toBe(`/subscriptions/${id}`);
    await seen(dialog(page).getByRole("status").filter({ hasText: "Checking whether it arrived" }));
    await seen(alert(page).filter({ hasText: "It is unknown whether your change arrived" }));
    await isDisabled(dialog(page).getByRole("button", { name: "Change seats" }));
    // The keys do no more than the buttons.
    await dialog(page).getByLabel("Note (optional)").press("Control+Enter");
    line.restore();
    await seen(alert(page).filter({ hasText: "Your change was made" }));
    await dialog(page).getByLabel("Note (optional)").press("Control+Enter");
    await seen(alert(page).filter({ hasText: "Your change was made" }));
    await dialog(page).getByRole("button", { name: "Close" }).last().click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(line.seen.filter((request) => request.includes("subscriptions.changeQuantity"))).toHaveLength(1);
    expect((await desk.find(id))?.quantity).toBe(11);
    // What was sent is not offered again.
    await press(page, "Change seats");
    await hasValue(dialog(page).getByLabel("Note (optional)"), "");
    await hasCount(dialog(page).getByText("Your earlier input was restored."), 0);
  });

  test("a change that did not arrive is withdrawn before the page says so, and can be sent again", async () => {
    const id = await desk.buyActive("Fabrikam lost request");
    const page = await openAs("admin", `/subscriptions/${id}`);
    await press(page, "Cancel subscription");
    await dialog(page).getByLabel("Type the name").fill(id.slice(0, 8).toUpperCase());
    await dialog(page).getByLabel("Note (optional)").fill("They asked");
    line.swallow();
    await confirm(page, "Cancel subscription");
    await seen(alert(page).filter({ hasText: "It is unknown whether your change arrived" }));
    // Left while nothing is known: the page tells it then.
    await keep(page).click();
    await dialog(page).waitFor({ state: "hidden" });
    const notice = page.locator("[data-line=unanswered]");
    await seen(notice.getByText("It is unknown whether your change arrived"));
    line.restore();
    await seen(notice.getByText("Change not sent"));
    await settled(page, id);
    expect(await callsOf("DELETE", id)).toBe(0);
    expect((await desk.find(id))?.status).toBe("Subscribed");
    await notice.getByRole("button").click();
    await notice.getByText("Change not sent").waitFor({ state: "hidden" });
    // What was not sent is kept.
    await press(page, "Cancel subscription");
    await hasValue(dialog(page).getByLabel("Note (optional)"), "They asked");
  });

  test("a stopped server is noticed within two seconds", async () => {
    const page = await openAs("operator", "/operations");
    await seen(page.getByRole("heading", { level: 1, name: "Operations" }));
    // Other work on the machine may hold up one round, not all of them.
    const delays: number[] = [];
    while (delays.length < 5 && !delays.some((ms) => ms < 2_000)) {
      await desk.stopApp();
      const stoppedAt = Date.now();
      try {
        await seen(offlineLine(page));
        delays.push(Date.now() - stoppedAt);
      } finally {
        await desk.startApp();
      }
      await offlineLine(page).waitFor({ state: "hidden" });
    }
    expect(Math.min(...delays)).toBeLessThan(2_000);
  });
});

describe("A1: a slow server", () => {
  test("a dialog says that it is still waiting, stays locked, and ends with the response", async () => {
    const id = await desk.buyActive("Fabrikam slow");
    const page = await openAs("operator", `/subscriptions/${id}`);
    await page.route("**/trpc/subscriptions.suspend", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await route.continue();
    });
    await press(page, "Suspend");
    await dialog(page).getByLabel("Note (optional)").fill("They asked");
    await confirm(page, "Suspend access");
    await seen(dialog(page).getByRole("status").filter({ hasText: "Still waiting for the server" }));
    await page.keyboard.press("Escape");
    await isDisabled(keep(page));
    await dialog(page).waitFor({ state: "hidden" });
    await seen(page.getByRole("status").filter({ hasText: "Access suspended" }));
    await hasCount(page.locator("[data-line=unanswered] > *"), 0);
  });
});

describe("A1: a bulk run, and an answer that Microsoft waits for", () => {
  test("a bulk run does not start after the person has left", async () => {
    const ids = [await desk.buyActive("Fabrikam bulk one"), await desk.buyActive("Fabrikam bulk two")];
    const { id } = await desk.as("operator", { staff: await staffOf("operator") }).bulk.plan({
      action: { kind: "suspend", reason: "They asked", reasonCode: "" },
      target: { ids },
    });
    const page = await openAs("operator", `/bulk/${id}`);
    const start = page.getByRole("button", { name: "Apply to 2 subscriptions" });
    await seen(start);
    await goOffline(page);
    await start.click();
    await seen(page.getByRole("status").filter({ hasText: "Nothing was sent" }));
    await comeBack(page);
    await settled(page, ids[0]!);
    expect((await desk.as("viewer").bulk.get({ id })).state).toBe("planned");
    expect(line.seen.filter((request) => request.includes("bulk.start"))).toEqual([]);
    await start.click();
    await becomes(async () => (await desk.as("viewer").bulk.get({ id })).state, "finished");
  });

  test("a rejection is not sent after its ten seconds have passed", async () => {
    const id = await desk.buyActive("Fabrikam offline answer");
    await desk.letStaffDecideChanges();
    const page = await openAs("operator", `/subscriptions/${id}`);
    await desk.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const answer = page.getByRole("group", { name: "Respond to Microsoft" });
    await answer.getByLabel("Reason for rejecting, in your own words").fill("Too many at a time");
    await page.context().setOffline(true);
    await answer.getByRole("button", { name: "Reject" }).click();
    await seen(page.getByRole("status").filter({ hasText: "Nothing was sent" }));
    await page.context().setOffline(false);
    // The rule has accepted, because no one answered.
    await becomes(async () => (await desk.find(id))?.quantity, 30);
    await settled(page, id);
    expect((await desk.find(id))?.quantity).toBe(30);
    expect(line.seen.filter((request) => request.includes("operations.answer"))).toEqual([]);
  });
});

/** The person who is signed in as this persona, as the record names them. */
async function staffOf(key: "operator") {
  await openAs(key, "/");
  const row = (await desk.as("admin").staff.list()).find(({ role }) => role === key);
  if (!row) throw new Error(`no ${key} has signed in`);
  return { id: `${row.tenantId}:${row.objectId}`, name: row.name, email: null, role: key };
}

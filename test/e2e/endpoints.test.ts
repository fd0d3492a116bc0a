/** Endpoints and messages as an admin meets them: create, test, rotate, pause, resume, send again, remove. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "../support/accessibility.ts";
import { becomes, type Desk, hasAttribute, hasCount, hasText, seen, startDesk } from "../support/desk.ts";
import { verified } from "../support/outbox.ts";
import { answer, type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

let desk: Desk;
let admin: Page;
let product: ScriptedServer;
let secret = "";
beforeAll(async () => {
  desk = await startDesk();
  product = await startScriptedServer();
  product.always(answer(200, { received: true }));
  admin = await desk.openAsStaff("admin", "/settings/endpoints");
});
afterAll(async () => {
  await desk?.stop();
  await product?.stop();
});

const shot = async (page: Page, name: string) => {
  if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/${name}.png`, fullPage: true });
};
const button = (name: string | RegExp) => admin.getByRole("button", { name, exact: typeof name === "string" });
const dialog = () => admin.getByRole("dialog");
const shownSecret = () => dialog().locator("code").innerText();
const states = async () =>
  (await desk.as("admin").messages.list({})).rows.map(
    ({ state }) => state,
  ); /** Whether the link of the open page is inside the row of settings, which scrolls on a phone. */
const currentLinkIsInView = () =>
  admin
    .getByRole("navigation", { name: "Settings" })
    .locator("[aria-current=page]")
    .evaluate((link) => {
      const { left, right } = link.getBoundingClientRect();
      return left >= 0 && right <= window.innerWidth;
    });
/** An hour ago as the field for a time has it, in local time. */
const lastHour = () => {
  const at = new Date(Date.now() - 3_600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

describe("an endpoint", () => {
  test("is created with an address that may be called, and its secret is shown once", async () => {
    await seen(admin.getByText("No endpoints yet"));
    await button("Create endpoint…").click();
    await dialog().getByLabel("Name").fill("Production");
    await dialog().getByLabel("Address").fill("https://169.254.169.254/latest");
    await expectAccessible(admin);
    await dialog().getByRole("button", { name: "Create endpoint" }).click();
    await seen(
      dialog()
        .getByText(/belongs to the local link, where metadata services are/)
        .first(),
    );
    await shot(admin, "endpoint-refused");
    await dialog().getByLabel("Address").fill(`${product.url}/hooks`);
    await dialog().getByLabel("Only these").check();
    await seen(dialog().getByText("subscription.plan_changed"));
    await expectAccessible(admin);
    await shot(admin, "endpoint-create");
    await dialog().getByLabel("All, including types added in later versions").check();
    await dialog().getByRole("button", { name: "Create endpoint" }).click();
    await seen(dialog().getByText(/Copy the secret now/));
    secret = await shownSecret();
    expect(secret).toMatch(/^whsec_/);
    await expectAccessible(admin);
    await dialog().getByRole("button", { name: "Done" }).click();
    await seen(admin.getByRole("link", { name: "Production" }));
    await seen(admin.getByText("No messages waiting"));
    await expectAccessible(admin);
    await shot(admin, "endpoints");
  });

  test("takes a test message, whose request and answer are shown without the signature", async () => {
    await admin.getByRole("link", { name: "Production" }).click();
    await button("Send test").click();
    await seen(admin.getByText("Test message delivered: HTTP 200"));
    expect(verified(secret, product.requests[0]!)).toMatchObject({ type: "endpoint.test" });
    await expectAccessible(admin);
    await shot(admin, "endpoint");
    await admin.getByRole("link", { name: "Show request and answer" }).click();
    await seen(admin.getByText("Delivered: HTTP 200"));
    await seen(admin.getByText('"received": true'));
    await seen(admin.getByText(/webhook-signature: \(not kept\)/));
    await expectAccessible(admin);
    await shot(admin, "message-test");
  });

  test("that fails shows why, and a message is stopped or sent again", async () => {
    product.always(answer(500, "The database is away"));
    await desk.buyActive("Adventure Works");
    await admin.goto(`${desk.url}/settings/messages`);
    await seen(admin.getByText("HTTP 500").first());
    await expectAccessible(admin);
    await shot(admin, "messages");
    await admin.setViewportSize({ width: 360, height: 800 });
    await expectAccessible(admin);
    await shot(admin, "messages-phone");
    await seen(admin.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Messages" }));
    await becomes(currentLinkIsInView, true);
    await admin.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Personal data" }).click();
    await hasText(admin.locator("h1"), "Personal data");
    await becomes(currentLinkIsInView, true);
    await admin.goBack();
    await admin.setViewportSize({ width: 1280, height: 900 });
    const waiting = admin.getByRole("row").filter({ hasText: "HTTP 500" }).first();
    await waiting.locator("[data-row]").click();
    await seen(admin.getByText("The database is away").first());
    await shot(admin, "message");
    await button("Stop message").click();
    await seen(admin.getByText("Stopped", { exact: true }));
    product.always(answer(200));
    await button("Send again").click();
    await seen(admin.getByText("Delivered", { exact: true }));
    await expectAccessible(admin);
    await becomes(async () => (await states()).every((state) => state === "delivered"), true);
  });

  test("is paused with a reason, and resumed by a test", async () => {
    await admin.goto(`${desk.url}/settings/endpoints`);
    await admin.getByRole("link", { name: "Production" }).click();
    await button("Pause…").click();
    await dialog().getByLabel("Reason").fill("Maintenance tonight");
    await expectAccessible(admin);
    await dialog().getByRole("button", { name: "Pause endpoint" }).click();
    await seen(admin.getByText("Paused", { exact: true }));
    product.always(answer(503));
    await button("Send test and resume").click();
    await seen(admin.getByText("The test message was not delivered"));
    await shot(admin, "endpoint-paused");
    product.always(answer(200));
    await button("Send test and resume").click();
    await seen(admin.getByText("Active", { exact: true }));
  });

  test("gets a new secret while the earlier one still signs", async () => {
    await button("Rotate secret…").click();
    await expectAccessible(admin);
    await shot(admin, "endpoint-rotate");
    await dialog().getByRole("button", { name: "Rotate secret" }).click();
    await seen(dialog().getByText(/Copy the secret now/));
    const next = await shownSecret();
    await dialog().getByRole("button", { name: "Done" }).click();
    await seen(admin.getByText(/the earlier secret stops signing in/));
    const before = product.requests.length;
    await button("Send test").click();
    await becomes(async () => product.requests.length, before + 1);
    for (const one of [secret, next]) expect(verified(one, product.requests.at(-1)!)).toBeTruthy();
  });

  test("gets what it never got again, after a count", async () => {
    await desk.as("admin").endpoints.create({
      name: "Late",
      address: `${product.url}/late`,
      eventTypes: null,
      offerIds: null,
    });
    await admin.goto(`${desk.url}/settings/endpoints`);
    await seen(admin.getByRole("link", { name: "Late" }));
    await admin.keyboard.press("j");
    await hasText(admin.locator("[data-row]:focus"), "Late");
    await admin.keyboard.press("Enter");
    await button("Send again…").click();
    await seen(dialog().getByText("No messages to send again since then."));
    const send = dialog().getByRole("button", { name: "Send again", exact: true });
    await hasAttribute(send, "aria-disabled", "true");
    await send.click({ force: true });
    await seen(dialog().getByText("There are no messages to send again since then."));
    await admin.context().setOffline(true);
    await dialog().getByLabel("Since").fill(lastHour());
    await seen(dialog().getByRole("button", { name: "Try again" }));
    await hasAttribute(send, "aria-disabled", "true");
    await expectAccessible(admin);
    await shot(admin, "endpoint-resend-offline");
    await admin.context().setOffline(false);
    await seen(dialog().getByText("No messages to send again since then."));
    await dialog()
      .getByLabel(/Missing events/)
      .check();
    await seen(dialog().getByText(/messages? will be sent/));
    await expectAccessible(admin);
    await shot(admin, "endpoint-resend");
    await dialog()
      .getByRole("button", { name: /^Send \d+ message/ })
      .click();
    await becomes(async () => product.requests.some(({ path }) => path === "/late"), true);
  });

  test("that was paused by failures needs attention, and is removed with a reason", async () => {
    const [late] = await desk.as("admin").endpoints.list();
    await desk.db.execute(
      `update outbox_receivers set state = 'disabled', state_reason = 'gone', state_since = now() where id = '${late?.id}'`,
    );
    await admin.goto(`${desk.url}/`);
    await seen(admin.getByText("The endpoint “Late” is disabled: it answered 410 Gone"));
    await hasCount(admin.getByRole("link", { name: /^Resolve/ }), 1);
    await expectAccessible(admin);
    const viewer = await desk.openPageAs("viewer", "/");
    await seen(viewer.getByText(/Only an admin can resume it with a test/));
    await hasCount(viewer.getByRole("link", { name: /Resolve|Paused and disabled endpoints/ }), 0);
    await viewer.close();
    await admin.goto(`${desk.url}/settings/endpoints`);
    await admin.getByRole("link", { name: "Late" }).click();
    await button("Remove…").click();
    await dialog().getByLabel("Reason").fill("Replaced by another system");
    await expectAccessible(admin);
    await dialog().getByRole("button", { name: "Remove endpoint" }).click();
    await seen(admin.getByText("Endpoint “Late” removed"));
    await becomes(async () => new URL(admin.url()).pathname, "/settings/endpoints");
    await hasText(admin.locator("h1:focus"), "Endpoints");
    await hasCount(admin.getByRole("link", { name: "Late" }), 0);
    await seen(admin.getByRole("link", { name: "Production" }));
    expect(await desk.as("admin").endpoints.list()).toHaveLength(1);
  });
});

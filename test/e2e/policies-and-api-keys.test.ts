/** Who may do what, as staff meet it: policies that two admins change, and API keys. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBranding } from "../../shared/branding.ts";
import { becomes, type Desk, hasCount, hasValue, seen, startDesk } from "../support/desk.ts";
import { expectAccessible } from "../support/accessibility.ts";

let desk: Desk;
let admin: Page;
beforeAll(async () => {
  desk = await startDesk();
  admin = await desk.openAsStaff("admin", "/settings/cancellations");
});
afterAll(() => desk?.stop());

const policy = async () => (await desk.as("viewer").cancellations.policy()).needsSecondPerson;
const shot = async (page: Page, name: string) => {
  if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/${name}.png`, fullPage: true });
};

describe("C1: the cancellation policy", () => {
  test("is turned on immediately; turning it off needs a reason and another admin's approval", async () => {
    const box = admin.getByRole("checkbox", { name: /Cancellations need a second person's approval/ });
    const save = admin.getByRole("button", { name: "Save", exact: true });
    await box.check();
    await save.click();
    await becomes(policy, true);
    await seen(admin.getByText(/^Set by /));
    await expect.poll(() => box.isChecked()).toBe(true);
    await box.uncheck();
    await seen(admin.getByText("applied when another admin approves it"));
    await expectAccessible(admin);
    await shot(admin, "cancellations-weaker");
    await save.click();
    await seen(admin.getByText("needs a reason of at least 3 characters"));
    await admin.getByLabel("Reason").fill("No other admin is here this week");
    await save.click();
    await seen(admin.getByText("Waiting for another admin's approval:"));
    await expect.poll(() => box.isChecked()).toBe(true);
    expect(await policy()).toBe(true);
    await expectAccessible(admin);
    await shot(admin, "cancellations-waiting");
  });

  test("waits for the other admin under Needs attention, who approves it", async () => {
    const other = await desk.openPageAs("second-admin", "/");
    await seen(other.getByText("Policy change to approve"));
    await shot(other, "need");
    await other.getByRole("link", { name: /^Resolve/ }).click();
    await seen(other.getByRole("heading", { name: "Policy changes" }));
    await seen(other.getByText("Cancellations need no approval"));
    await expectAccessible(other);
    await shot(other, "policy-changes");
    await other.setViewportSize({ width: 360, height: 800 });
    await expectAccessible(other);
    await shot(other, "policy-changes-phone");
    await other.getByRole("button", { name: /^Approve/ }).click();
    await becomes(policy, false);
    await seen(other.getByText("Approved", { exact: true }));
    await other.goto(`${desk.url}/`);
    await expect.poll(() => other.getByText("A weaker policy waits").count()).toBe(0);
  });

  test("can be withdrawn, but not approved, by the admin who requested the change", async () => {
    const { version } = await desk.as("admin").cancellations.policy();
    await desk.as("admin").cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
    await admin.goto(`${desk.url}/settings/cancellations`);
    await admin.getByRole("checkbox", { name: /Cancellations need a second person's approval/ }).uncheck();
    await admin.getByLabel("Reason").fill("Second try");
    await admin.getByRole("button", { name: "Save", exact: true }).click();
    await admin.getByRole("link", { name: "Review" }).click();
    await seen(admin.getByRole("button", { name: /^Withdraw/ }));
    await expect.poll(() => admin.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
    await admin.getByRole("button", { name: /^Withdraw/ }).click();
    await seen(admin.getByText("Withdrawn", { exact: true }));
    expect(await policy()).toBe(true);
  });
});

describe("an automation", () => {
  test("is composed with a preview, turned on, and acts; staff confirm what it proposes", async () => {
    const subscriptionId = await desk.buyActive("Held subscription");
    await desk.as("operator").subscriptions.suspend({ subscriptionId, reason: "An event for the preview" });
    await admin.goto(`${desk.url}/settings/automations`);
    await seen(admin.getByText("No automations yet"));
    await admin.getByRole("link", { name: "Create automation…" }).click();
    await seen(admin.getByText("Complete when, if and then"));
    const save = admin.getByRole("button", { name: "Create automation" });
    await save.click();
    await seen(admin.getByText("Enter a name of at least 3 characters.").first());
    await admin.getByRole("textbox", { name: "Name" }).fill("Care after a hold");
    await admin.getByRole("checkbox", { name: /^Access hold set/ }).check();
    await seen(admin.getByText("It would have acted once in the last 90 days"));
    await admin.getByText("Show this time").click();
    await seen(admin.getByRole("region", { name: "Preview" }).getByText("Set a follow-up in 3 days"));
    await admin.getByRole("button", { name: "Add action" }).click();
    const second = admin.getByRole("group", { name: "Action 2" });
    await second.getByLabel("Do").selectOption("propose");
    await second.getByLabel("Change").selectOption("changeQuantity");
    await second.getByLabel("To seats").fill("9");
    await second.getByLabel("Days after the confirmation").fill("5");
    await expectAccessible(admin);
    await shot(admin, "automation-form");
    await admin.getByRole("textbox", { name: "Reason" }).fill("Agreed with the team");
    await save.click();
    await admin.getByRole("button", { name: "Turn on" }).click();
    await seen(admin.getByRole("button", { name: "Turn off" }));
    await expectAccessible(admin);
    await shot(admin, "automation");

    await desk.as("operator").subscriptions.reinstate({ subscriptionId, reason: "Paid" });
    await desk.as("operator").subscriptions.suspend({ subscriptionId, reason: "Not paid" });
    const firing = admin.getByRole("region", { name: "Recent actions" });
    await seen(firing.getByText("Change proposed."));
    await firing.getByRole("link").first().click();
    const proposal = admin.getByRole("region", { name: "Proposed changes" });
    await seen(proposal.getByText("5 days after you confirm it"));
    await seen(admin.getByRole("link", { name: "Care after a hold, version 1" }).first());
    await expectAccessible(admin);
    await shot(admin, "automation-proposal");
    await proposal.getByRole("button", { name: /^Confirm/ }).click();
    await seen(admin.getByRole("region", { name: "Planned changes" }).getByText("Change seats to 9"));
  });
});

test("an automation without one of its actions keeps the tags of the others", async () => {
  await admin.goto(`${desk.url}/settings/automations`);
  await admin.getByRole("link", { name: "Create automation…" }).click();
  const action = (number: number) => admin.getByRole("group", { name: `Action ${number}`, exact: true });
  await action(1).getByLabel("Do").selectOption("tags");
  await action(1).getByLabel("Add tags").fill("first, one");
  await admin.getByRole("button", { name: "Add action" }).click();
  await action(2).getByLabel("Do").selectOption("tags");
  await action(2).getByLabel("Add tags").fill("second,");
  await action(2).getByLabel("Remove tags").fill("third");
  await action(1).getByRole("button", { name: "Remove action" }).click();
  await hasCount(action(2), 0);
  await hasValue(action(1).getByLabel("Add tags"), "second");
  await hasValue(action(1).getByLabel("Remove tags"), "third");
});

const reason = "Agreed with the team";
const colleague = () => desk.as("admin", { staff: { id: "tenant:cy", name: "Cy Okafor", email: null, role: "admin" } });

/** Forms of settings, with what a colleague saves while they are open. */
const settingsForms = [
  {
    path: "/settings/cancellations",
    label: "Hours until a request expires",
    typed: "31",
    isLabelExact: true,
    hasReason: false,
    async colleagueSaves() {
      const { needsSecondPerson, version } = await desk.as("viewer").cancellations.policy();
      await colleague().cancellations.setPolicy({ needsSecondPerson, waitsHours: 50, seenVersion: version });
    },
    stored: async () => String((await desk.as("viewer").cancellations.policy()).waitsHours),
  },
  {
    path: "/settings/activation",
    label: "Minutes until a purchase needs attention",
    typed: "31",
    isLabelExact: true,
    hasReason: false,
    async colleagueSaves() {
      const { version } = await desk.as("viewer").needs.purchaseGrace();
      await colleague().needs.setPurchaseGrace({ minutes: 50, seenVersion: version });
    },
    stored: async () => String((await desk.as("viewer").needs.purchaseGrace()).minutes),
  },
  {
    path: "/settings/branding",
    label: "Publisher name",
    typed: "Contoso as typed",
    isLabelExact: true,
    hasReason: true,
    async colleagueSaves() {
      const { logoUrl: _, ...values } = noBranding;
      const others = { offerId: null, logo: "keep" as const, reason, supportEmail: "help@contoso.example" };
      await colleague().branding.set({ ...values, publisherName: "Contoso", ...others, seenVersion: 0 });
    },
    stored: async () => (await desk.as("viewer").branding.list())[0]?.own?.publisherName,
  },
  {
    path: "/settings/retention",
    label: "Refused calls: days",
    typed: "131",
    isLabelExact: false,
    hasReason: true,
    async colleagueSaves() {
      const { days, version } = await desk.as("viewer").retention.get();
      await colleague().retention.set({ ...days, refused: 100, seenVersion: version, reason });
    },
    stored: async () => String((await desk.as("viewer").retention.get()).days.refused),
  },
  {
    path: "/settings/purchaser-mails",
    label: "Subject",
    typed: "A subject as typed",
    isLabelExact: true,
    hasReason: false,
    async colleagueSaves() {
      const mail = (await desk.as("viewer").purchaserMails.list()).find(({ kind }) => kind === "active")!;
      const text = { ...mail.defaults.en, subject: "A colleague's subject" };
      const others = { kind: "active", language: "en", isEnabled: true } as const;
      await colleague().purchaserMails.set({ ...others, text, seenVersion: mail.versions.en });
    },
    stored: async () =>
      (await desk.as("viewer").purchaserMails.list()).find(({ kind }) => kind === "active")?.texts.en?.subject,
  },
];

describe("what is typed into a form of settings", () => {
  test.each(settingsForms)(
    "survives a colleague's save, a reload and a refusal, and is saved over it: $path",
    async (form) => {
      const page = await desk.openPageAs("admin", form.path);
      const field = page.getByLabel(form.label, { exact: form.isLabelExact });
      const changed = page.getByRole("alert").filter({ hasText: "Cy Okafor has changed these settings" });
      const save = page.getByRole("button", { name: "Save", exact: true });
      await field.fill(form.typed);
      if (form.hasReason) await page.getByLabel("Reason", { exact: true }).fill(reason);
      await page.reload();
      await hasValue(field, form.typed);
      await becomes(() => save.isDisabled(), false);
      await form.colleagueSaves();
      await seen(changed);
      await hasValue(field, form.typed);
      await save.click();
      await seen(page.getByRole("alert").filter({ hasText: /Cy Okafor has changed (?!these settings)/ }));
      await expectAccessible(page);
      await page.reload();
      await seen(changed);
      await hasValue(field, form.typed);
      expect(await form.stored()).not.toBe(form.typed);
      await shot(page, `kept${form.path.replaceAll("/", "-")}`);
      await page.getByRole("button", { name: "Keep my input" }).click();
      await save.click();
      await seen(page.getByText(/^Saved/).first());
      await becomes(form.stored, form.typed);
      await hasCount(changed, 0);
      await page.reload();
      await hasValue(field, form.typed);
      await becomes(() => page.evaluate(() => localStorage.getItem("marketdesk.drafts")), null);
    },
  );

  test("is kept for each email and language, and can be discarded for what a colleague saved", async () => {
    const page = await desk.openPageAs("admin", "/settings/purchaser-mails");
    const body = page.getByLabel("Text", { exact: true });
    await body.fill("Written in English");
    await page.getByLabel("Language", { exact: true }).selectOption("de");
    await body.fill("Written in German");
    await page.getByLabel("Language", { exact: true }).selectOption("en");
    await hasValue(body, "Written in English");
    const mail = (await desk.as("viewer").purchaserMails.list()).find(({ kind }) => kind === "active")!;
    const text = { subject: "Hello", body: "From a colleague" };
    const others = { kind: "active", language: "en", isEnabled: true } as const;
    await colleague().purchaserMails.set({ ...others, text, seenVersion: mail.versions.en });
    await page.getByRole("button", { name: "Discard my input" }).click();
    await hasValue(body, "From a colleague");
    await page.getByLabel("Language", { exact: true }).selectOption("de");
    await hasValue(body, "Written in German");
  });
});

describe("API keys", () => {
  test("are created with scopes and an expiry date; a key that never expires needs a reason", async () => {
    await admin.goto(`${desk.url}/settings/api-keys`);
    await admin.getByRole("button", { name: "Create key…" }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Reports");
    // A2: no permission is preset.
    await dialog.getByRole("button", { name: "Create key" }).click();
    await seen(dialog.getByText("Choose at least one permission."));
    await dialog.getByRole("checkbox", { name: /^Read/ }).check();
    await dialog.getByRole("checkbox", { name: /^Confirm/ }).check();
    await dialog.getByRole("radio", { name: "Never" }).check();
    await expectAccessible(admin);
    await shot(admin, "make-key");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await seen(dialog.getByText("why this key never expires"));
    await dialog.getByRole("radio", { name: "In 90 days" }).check();
    await dialog.getByRole("button", { name: "Create key" }).click();
    await seen(dialog.getByText("Copy the key now"));
    await dialog.getByRole("button", { name: "Done" }).click();
    await seen(admin.getByText("Read, Confirm"));
    await expectAccessible(admin);
    await shot(admin, "api-keys");
    const [key] = await desk.as("admin").keys.list();
    expect(key?.scopes).toEqual(["read", "confirm"]);
  });
});

describe("the destination of purchasers", () => {
  test("adds its origin to the allowed ones when the box says so, and is marked once the origin is removed", async () => {
    await admin.goto(`${desk.url}/settings/destination`);
    await admin.getByRole("button", { name: "Edit the destination for all offers" }).click();
    const dialog = admin.getByRole("dialog", { name: "Destination for all offers" });
    await dialog.getByRole("radio", { name: /^Button to the product/ }).check();
    await dialog.getByLabel("Address in your product").fill("https://app.contoso.example/welcome");
    await dialog.getByLabel("Reason").fill("The product can sign purchasers in");
    await dialog.getByRole("button", { name: "Save" }).click();
    await seen(dialog.getByText("https://app.contoso.example is not an allowed origin."));
    await dialog.getByLabel("Also add https://app.contoso.example to the allowed origins").check();
    await expectAccessible(admin);
    await shot(admin, "destination-dialog");
    await dialog.getByRole("button", { name: "Save" }).click();
    const allowed = admin.getByRole("region", { name: "Allowed origins" });
    await seen(allowed.getByText("Used for all offers"));
    await expectAccessible(admin);
    await shot(admin, "allowed-origins");
    await allowed.getByRole("button", { name: "Remove… https://app.contoso.example" }).click();
    const removal = admin.getByRole("dialog", { name: "Remove origin https://app.contoso.example" });
    await seen(removal.getByText("purchasers of all offers are not sent to your product"));
    await removal.getByLabel("Reason").fill("The product moves");
    await removal.getByRole("button", { name: "Remove origin" }).click();
    await seen(allowed.getByText("No allowed origins yet."));
    await seen(admin.getByText("Not an allowed origin: purchasers are not sent there."));
    await expectAccessible(admin);
    await shot(admin, "destination-refused");
  });
});

describe("C21: a dangerous action", () => {
  test("asks for a fresh sign-in in another window and keeps the input", async () => {
    await desk.db.execute("update sessions set authenticated_at = now() - interval '1 hour'");
    await admin.goto(`${desk.url}/settings/api-keys`);
    await admin.getByRole("button", { name: "Create key…" }).click();
    const form = admin.getByRole("dialog", { name: "Create API key" });
    await form.getByLabel("Name").fill("Typed once");
    await form.getByRole("checkbox", { name: /^Read/ }).check();
    await form.getByRole("button", { name: "Create key" }).click();
    const confirm = admin.getByRole("dialog", { name: "Confirm your identity" });
    await seen(confirm);
    await expectAccessible(admin);
    await shot(admin, "confirm");
    const opened = admin.context().waitForEvent("page");
    await confirm.getByRole("link", { name: "Sign in again" }).click();
    const window = await opened;
    // Said for a few seconds, from the moment in which the other window has signed in.
    const confirmed = seen(admin.getByText("Confirmed. Press the button again"));
    await window.getByRole("button", { name: "Amira Dawson", exact: true }).click();
    await Promise.all([confirmed, seen(window.getByText("You can close this window"))]);
    await window.close();
    await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("Typed once");
    await form.getByRole("button", { name: "Create key" }).click();
    await seen(admin.getByText("Copy the key now"));
  });

  test("can be followed up under Settings, which lists sessions and refused requests", async () => {
    await admin.goto(`${desk.url}/settings/security`);
    await seen(admin.getByText("this session"));
    await seen(admin.getByRole("heading", { name: "Refused requests" }));
    await expectAccessible(admin);
    await shot(admin, "security");
  });
});

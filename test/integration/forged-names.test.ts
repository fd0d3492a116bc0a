/** Text of others that looks like a mark for a name: shown as it was written, never as the name of an offer. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { offerMark } from "../../server/domain/name-marks.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.buyActive();
  await nameOffer("Contoso Insight", null);
});
afterAll(() => app?.stop());

const nameOffer = (name: string, seenName: string | null) =>
  app.as("admin").offers.name({ offerId: "insight", name, seenName });
const looksLikeMark = "⟨offer insight⟩";
const mark = offerMark("insight");

async function exported(path: string): Promise<string> {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "viewer");
  const cookie = [...browser.cookies(app.url)].map(([key, value]) => `${key}=${value}`).join("; ");
  return (await fetch(`${app.url}${path}`, { headers: { cookie, "sec-fetch-site": "same-origin" } })).text();
}

test.each([
  ["brackets", looksLikeMark, looksLikeMark],
  ["a mark", mark, "\uFFFDoffer insight\uFFFD"],
])(
  "a subscription named with %s keeps its name on pages, in needs, in exports and in the API",
  async (_, name, shown) => {
    const id = await app.buy({ name });
    expect(await app.find(id)).toMatchObject({ name: shown, offerName: "Contoso Insight" });
    const later = () => new Date(Date.now() + 2 * 3_600_000);
    const { needs } = await app.as("viewer", { now: later }).needs.list({});
    expect(needs.find(({ subscriptionId }) => subscriptionId === id)?.subject).toBe(shown);
    expect(await exported(`/exports/subscriptions.csv?q=${encodeURIComponent(id)}`)).toContain(shown);
    const { key } = await app.as("admin").keys.make({ name: `Product ${id.slice(0, 8)}` });
    const response = await fetch(`${app.url}/api/v1/subscriptions/${id}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await response.json()).toMatchObject({ name: shown });
  },
);

test("a company, a note and a reason with brackets stay as they were written", async () => {
  const id = await app.buyActive();
  const contact = { contactName: "Ada", contactEmail: "ada@example.com", contactPhone: "" };
  await app.db
    .update(subscriptions)
    .set({ ...contact, contactCompany: looksLikeMark })
    .where(eq(subscriptions.id, id));
  await app.as("operator").subscriptions.addNote({ subscriptionId: id, text: looksLikeMark });
  await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: looksLikeMark });
  expect(await app.find(id)).toMatchObject({ contact: { company: looksLikeMark } });
  const { rows } = await app.as("viewer").subscriptions.timeline({ id });
  expect(rows.find(({ kind }) => kind === "subscription.held")?.reason).toBe(looksLikeMark);
  expect(rows.map(({ note }) => note)).toContain(looksLikeMark);
});

test("typed text with a mark is refused on pages and in the API", async () => {
  const id = await app.buyActive();
  const operator = app.as("operator").subscriptions;
  await expect(operator.suspend({ subscriptionId: id, reason: mark })).rejects.toThrow("cannot be stored");
  await expect(operator.addNote({ subscriptionId: id, text: mark })).rejects.toThrow("cannot be stored");
  await expect(nameOffer(mark, "Contoso Insight")).rejects.toThrow("cannot be stored");
  const { key } = await app.as("admin").keys.make({ name: "Changing", scopes: ["change"] });
  const response = await fetch(`${app.url}/api/v1/subscriptions/${id}/hold`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    },
    body: JSON.stringify({ reason: mark }),
  });
  expect(response.status).toBe(400);
});

test("an offer named like a mark can be renamed", async () => {
  await nameOffer(looksLikeMark, "Contoso Insight");
  const [offer] = await app.as("admin").offers.list();
  expect(offer?.name).toBe(looksLikeMark);
  await nameOffer("Contoso Insight", offer?.name ?? null);
});

test("a delivery with a mark is shown without a name", async () => {
  await app.deliver({ id: randomUUID(), action: "Unknown", subscriptionId: mark });
  const { rows } = await app.as("viewer").deliveries.list({});
  const delivery = await app.as("viewer").deliveries.get({ id: rows[0]?.id ?? "" });
  expect(delivery.body).toContain("\uFFFDoffer insight\uFFFD");
});

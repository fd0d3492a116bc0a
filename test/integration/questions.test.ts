/** What the landing page asks and looks like by offer: in the reader's language, checked, stored, sent to the product. */
// cspell:words Größe Willkommen schreiben Ihnen Benutzer
import { and, eq } from "drizzle-orm";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import type { BrowserSession, LoadedPage } from "../../sandbox/browser-session.ts";
import { composePurchaserMail } from "../../server/notify/purchaser/purchaser-letter.ts";
import { type BrandingValues, brandingInput } from "../../shared/branding.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { landingTexts } from "../../server/texts/landing/landing-texts.ts";
import { fill } from "../../server/texts/text.ts";
import type { Question } from "../../shared/questions.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Product", scopes: ["read"] }));
  await app.as("admin").questions.set({ ...scope, questions, seenVersion: 0, reason: "For a test" });
  const url = `${app.sandbox.url}/product`;
  const destination = { mode: "button", url, opensOnReturn: false, addsOrigin: true, seenVersion: 0 } as const;
  await app
    .as("admin", { sandboxUrl: app.sandbox.url })
    .destinations.set({ ...scope, ...destination, reason: "For a test" });
});
afterAll(() => app?.stop());

const scope = { offerId: "insight", planId: null };
const base = { help: {}, min: null, max: null, options: [] };
const questions: Question[] = [
  {
    ...base,
    id: "team_size",
    kind: "number",
    isRequired: true,
    label: { en: "Team size", de: "Größe des Teams" },
    help: { en: "Roughly" },
    min: 1,
    max: 500,
  },
  {
    ...base,
    id: "region",
    kind: "choice",
    isRequired: false,
    label: { en: "Region" },
    options: [
      { id: "eu", label: { en: "Europe", de: "Europa" } },
      { id: "us", label: { en: "United States" } },
    ],
  },
  { ...base, id: "terms", kind: "consent", isRequired: true, label: { en: "Terms of use" } },
];
const contact = { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };

async function arrive(browser: BrowserSession = createBrowserSession(), purchase: object = {}) {
  const bought = { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada", ...purchase };
  const { subscriptionId: id } = await app.control<{ subscriptionId: string }>("purchases", bought);
  const { landingUrl } = await app.control<{ landingUrl: string }>(`subscriptions/${id}/token`, {});
  const welcome = await browser.visit(landingUrl);
  const signInPage = await browser.visit(
    `${app.url}/auth/purchaser/sign-in?returnTo=${encodeURIComponent(new URL(welcome.url).pathname + new URL(welcome.url).search)}`,
  );
  return { id, browser, shown: await browser.chooseAccount(signInPage, "ada") };
}
const send = (browser: BrowserSession, shown: LoadedPage, answers: Record<string, string>) =>
  browser.submit(shown, "/landing/activate", { ...contact, "answer-terms": "", "answer-region": "", ...answers });
const versionOf = async (id: string) => (await app.as("viewer").questions.ofSubscription({ id })).version;
const textOf = (shown: LoadedPage) =>
  shown.html.replaceAll(/<style[^]*?<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");

describe("the questions of a plan", () => {
  test("are asked in the reader's language, or in English, and checked in words of that language", async () => {
    const browser = createBrowserSession();
    await browser.visit(`${app.url}/landing?language=de`);
    const { id, shown } = await arrive(browser);
    for (const part of ["Größe des Teams", "Europa", "United States", "Terms of use"]) {
      expect(textOf(shown)).toContain(part);
    }
    expect(shown.html).toContain('type="number"');
    const wrong = await send(browser, shown, { "answer-team_size": "501", "answer-region": "mars" });
    expect(wrong.status).toBe(422);
    const { answers } = landingTexts.de;
    expect(textOf(wrong)).toContain(fill(answers.tooLarge, { label: "Größe des Teams", max: "500" }));
    expect(textOf(wrong)).toContain(fill(answers.choiceWrong, { label: "Region" }));
    expect(textOf(wrong)).toContain(fill(answers.consentMissing, { label: "Terms of use" }));
    expect(wrong.html).toContain('value="501"');
    expect(wrong.html).toContain('href="#answer-team_size"');
    expect((await app.find(id))?.answers).toEqual([]);
  });

  test("are answered once, and the answers reach staff, events, the API and the handoff", async () => {
    const { id, browser, shown } = await arrive();
    const given = { "answer-team_size": "40", "answer-region": "eu", "answer-terms": "yes" };
    const sent = await send(browser, shown, given);
    expect(sent.status).toBe(200);
    const expected = [
      { id: "team_size", question: "Team size", answer: 40 },
      { id: "region", question: "Region", answer: "eu" },
      { id: "terms", question: "Terms of use", answer: true },
    ];
    expect((await app.find(id))?.answers).toMatchObject(expected);
    const headers = { authorization: `Bearer ${key}` };
    const read = await fetch(`${app.url}/api/v1/subscriptions/${id}`, { headers });
    expect(await read.json()).toMatchObject({ answers: expected });
    const feed = (await (await fetch(`${app.url}/api/v1/changes?limit=500`, { headers })).json()) as {
      changes: { type: string; subscriptionId: string; after: unknown }[];
    };
    const own = feed.changes.filter(
      ({ type, subscriptionId }) => type === "subscription.answers_given" && subscriptionId === id,
    );
    expect(own).toHaveLength(1);
    expect(own[0]?.after).toMatchObject({ team_size: 40, questionsVersion: 1 });
    await expect.poll(async () => (await app.find(id))?.status, { timeout: 30_000 }).toBe("Subscribed");
    const step = await browser.visitOnce(`${app.url}/landing/subscriptions/${id}/open`);
    const token = new URL(step.headers.get("location") ?? "").searchParams.get("handoff") ?? "";
    expect(decodeJwt(token)).toMatchObject({ answers: expected });
  });

  test("and their answers can be corrected by operators, with a reason and a history", async () => {
    const { id, browser, shown } = await arrive();
    await send(browser, shown, { "answer-team_size": "40", "answer-terms": "yes" });
    const input = { subscriptionId: id, seenVersion: await versionOf(id), reason: "Corrected on the phone" };
    const answers = { team_size: "45", region: "us", terms: "yes" };
    await expect(app.as("viewer").questions.answer({ ...input, answers })).rejects.toThrow();
    await expect(
      app.as("operator").questions.answer({ ...input, answers: { ...answers, team_size: "0" } }),
    ).rejects.toThrow("Enter at least 1");
    await app.as("operator").questions.answer({ ...input, answers });
    expect((await app.find(id))?.answers).toContainEqual({ id: "team_size", question: "Team size", answer: 45 });
    const entries = await app.db
      .select()
      .from(activity)
      .where(and(eq(activity.subscriptionId, id), eq(activity.kind, "subscription.answers_given")))
      .orderBy(activity.id);
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({
      reason: "Corrected on the phone",
      before: { team_size: 40 },
      after: { team_size: 45, region: "us" },
    });
  });

  test("and their answers are not replaced by a form that was opened before the purchaser or a colleague gave newer ones", async () => {
    const { id, browser, shown } = await arrive();
    const input = { subscriptionId: id, answers: { team_size: "12" }, reason: "Heard on the phone" };
    const unanswered = await versionOf(id);
    await send(browser, shown, { "answer-team_size": "40", "answer-terms": "yes" });
    await expect(app.as("operator").questions.answer({ ...input, seenVersion: unanswered })).rejects.toThrow(
      /^Ada Moreau has changed these answers on \d{4}-\d\d-\d\d at \d\d:\d\d UTC\. Nothing was saved\./,
    );
    const ofPurchaser = await versionOf(id);
    const answers = { team_size: "45", terms: "yes" };
    await app.as("admin").questions.answer({ ...input, answers, seenVersion: ofPurchaser });
    await expect(app.as("operator").questions.answer({ ...input, seenVersion: ofPurchaser })).rejects.toThrow(
      /^Test admin has changed these answers/,
    );
    expect((await app.find(id))?.answers).toContainEqual({ id: "team_size", question: "Team size", answer: 45 });
    const read = await app.as("viewer").questions.ofSubscription({ id });
    expect(read).toMatchObject({ changed: { byName: "Test admin" } });
    await app.as("operator").questions.answer({
      ...input,
      answers: { ...answers, team_size: "46" },
      seenVersion: read.version,
    });
  });

  test("are answered by operators where the purchaser did not, for instance after an automatic activation", async () => {
    const id = await app.buyActive();
    expect((await app.find(id))?.answers).toEqual([]);
    const input = { subscriptionId: id, seenVersion: await versionOf(id), reason: "Heard on the phone" };
    await expect(app.as("operator").questions.answer({ ...input, answers: {} })).rejects.toThrow("at least one answer");
    // The required consent stays open: no one has given it.
    await app.as("operator").questions.answer({ ...input, answers: { team_size: "12" } });
    expect((await app.find(id))?.answers).toEqual([{ id: "team_size", question: "Team size", answer: 12 }]);
    const entries = await app.db
      .select()
      .from(activity)
      .where(and(eq(activity.subscriptionId, id), eq(activity.kind, "subscription.answers_given")));
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      actorKind: "staff",
      before: null,
      after: { team_size: 12, questionsVersion: 1 },
    });
  });

  test("are previewed on the page of their plan before they are saved", async () => {
    const [size] = questions;
    const changed = [{ ...(size as Question), label: { en: "Users", de: "Benutzer" } }];
    const preview = (more: object) =>
      app.as("viewer").branding.preview({
        offerId: "insight",
        planId: "team",
        shows: "new",
        language: "de",
        branding: null,
        logo: "saved",
        questions: changed,
        ...more,
      });
    expect(await preview({})).toMatch(/<label for="answer-team_size">Benutzer/);
    expect(await preview({ language: "pl" })).toMatch(/<label for="answer-team_size">Users/);
    expect(await preview({ questions: null })).toContain("Größe des Teams");
    await expect(preview({ questions: [{ ...size, label: {} }] })).rejects.toThrow("Enter the question in English");
  });

  test("have versions, and an answer to a question that is no longer asked stays", async () => {
    const { id, browser, shown } = await arrive();
    await send(browser, shown, { "answer-team_size": "40", "answer-terms": "yes" });
    const reason = "Fewer questions";
    await app.as("admin").questions.set({ ...scope, questions: questions.slice(0, 1), seenVersion: 1, reason });
    await expect(app.as("admin").questions.set({ ...scope, questions: [], seenVersion: 1, reason })).rejects.toThrow(
      "has changed these questions",
    );
    expect(await app.as("viewer").questions.history(scope)).toHaveLength(2);
    const answers = { team_size: "41" };
    const seenVersion = await versionOf(id);
    await app.as("operator").questions.answer({ subscriptionId: id, answers, seenVersion, reason: "Corrected" });
    expect((await app.find(id))?.answers).toEqual([
      { id: "team_size", question: "Team size", answer: 41 },
      { id: "terms", question: "Terms of use", answer: true },
    ]);
    const other = await arrive(createBrowserSession(), { offerId: "vault", planId: "basic", quantity: undefined });
    expect(textOf(other.shown)).not.toContain("Team size");
  });
});

describe("the branding of an offer", () => {
  const { offerId } = scope;
  const brandingOf = async (id: string | null) =>
    (await app.as("viewer").branding.list()).find((one) => one.offerId === id)?.own;
  const forAll = brandingInput.parse({
    publisherName: "Contoso",
    accent: "#8a1c5c",
    supportEmail: "help@contoso.example",
    supportUrl: "",
    termsUrl: "",
    privacyUrl: "",
    introduction: {},
    nextSteps: { en: "We write to you within a day.", de: "Wir schreiben Ihnen Benutzer." },
  });
  const values = brandingInput.parse({
    publisherName: "Contoso Insight",
    accent: "#0b5cad",
    supportEmail: "",
    supportUrl: "",
    termsUrl: "",
    privacyUrl: "",
    introduction: { en: "Welcome to Insight.", de: "Willkommen bei Insight." },
    nextSteps: {},
  });
  const save = (id: string | null, branding: BrandingValues) =>
    app.as("admin").branding.set({ offerId: id, ...branding, logo: "keep", seenVersion: 0, reason: "For a test" });
  beforeAll(() => save(null, forAll));
  const preview = (input: object = {}) =>
    app.as("viewer").branding.preview({
      offerId,
      planId: "team",
      language: "en",
      shows: "new",
      branding: null,
      logo: "saved",
      questions: null,
      ...input,
    });

  test("is previewed before it is saved, in each language, with what it inherits", async () => {
    const page = await preview({ branding: values });
    expect(page).toContain("<header>Contoso Insight</header>");
    expect(page).toContain("Welcome to Insight.");
    expect(page).toContain("We write to you within a day.");
    expect(page).toContain('href="mailto:help@contoso.example"');
    expect(page).toContain("--accent:#0b5cad");
    const german = await preview({ branding: values, language: "de" });
    expect(german).toContain('<html lang="de"');
    expect(german).toContain("Willkommen bei Insight.");
    expect(german).toContain("Wir schreiben Ihnen Benutzer.");
    expect(await preview({ branding: values, shows: "active" })).not.toContain("Welcome to Insight.");
    expect(await preview({ branding: values, logo: "new" })).toContain('<img src="data:,new-logo"');
    expect(await preview()).toContain("<header>Contoso</header>");
  });

  test("is versioned, and is shown to its purchasers, in their language, and in their emails", async () => {
    await save(offerId, values);
    expect(await brandingOf(offerId)).toMatchObject({ publisherName: "Contoso Insight", supportEmail: "" });
    expect((await brandingOf(null))?.publisherName).toBe("Contoso");
    expect(await app.as("viewer").branding.history({ offerId })).toHaveLength(1);
    const entries = await app.db.select().from(activity).where(eq(activity.kind, "branding.changed"));
    expect(entries.at(-1)?.after).toMatchObject({ "introduction (de)": "Willkommen bei Insight." });
    const browser = createBrowserSession();
    await browser.visit(`${app.url}/landing?language=de`);
    const { id, shown } = await arrive(browser);
    expect(shown.html).toContain("<header>Contoso Insight</header>");
    expect(shown.html).toContain("Willkommen bei Insight.");
    expect(shown.html).toContain('href="mailto:help@contoso.example"');
    expect((await createBrowserSession().visit(`${app.url}/landing`)).html).toContain("<header>Contoso</header>");
    const mail = await composePurchaserMail(
      { db: app.db, publicUrl: app.url, now: () => new Date() },
      { type: "purchaser.received", about: "", subscriptionId: id },
    );
    expect(mail).toMatchObject({ letter: { sender: "Contoso Insight", accent: "#0b5cad" } });
  });
});

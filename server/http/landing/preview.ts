/** The landing page of an example purchase, with branding and questions that may not be saved yet. */
import { and, asc, eq } from "drizzle-orm";
import {
  type Branding,
  brandingOfOffer,
  type LandingPreviewInput,
  newLogoUrl,
  noBranding,
} from "../../../shared/branding.ts";
import { addDays, utcDayOf } from "../../../shared/day.ts";
import { textIn } from "../../../shared/questions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import type { Database } from "../../database/connection/database.ts";
import { activationModeOf } from "../../database/queries/activation-policies.ts";
import { latestBrandingOf, ownBranding, readBranding } from "../../database/queries/branding.ts";
import { destinationOf } from "../../database/queries/destinations.ts";
import { questionsOf } from "../../database/queries/question-sets.ts";
import { offers } from "../../database/schema/offers.ts";
import { plans } from "../../database/schema/plans.ts";
import { languageChoice, pageInHtml } from "../html-page.ts";
import { readerIn } from "../reader.ts";
import { accountLine } from "./guidance-pages.ts";
import { purchasePage } from "./purchase-pages.ts";

const example = {
  purchaser: {
    tenantId: "00000000-0000-4000-8000-000000000001",
    objectId: "00000000-0000-4000-8000-000000000002",
    name: "Ada Moreau",
    email: "ada@fabrikam.example",
  },
  contact: { name: "Ada Moreau", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" },
  /** While no offer or plan is chosen, or it has no name yet. */
  offerName: "Contoso Insight",
  planName: "Team",
  termDays: 30,
};

type Deps = { db: Database; now: () => Date };

/** The page is the real one; only the purchase is an example. */
export function createLandingPreview({ db, now }: Deps): (input: LandingPreviewInput) => Promise<string> {
  return async (input) => {
    const reader = readerIn(input.language);
    const [purchase, branding] = await Promise.all([examplePurchase(db, now(), input), brandingFor(db, input)]);
    const page = purchasePage({
      reader,
      purchase,
      introduction: textIn(branding.introduction, input.language),
      formToken: "",
      isPersonal: false,
      contact: example.contact,
      answers: {},
    });
    const account = accountLine(reader, example.purchaser, "#");
    const choice = languageChoice(reader, "/landing");
    return pageInHtml({ page: { ...page, account }, reader, choice, nonce: "", branding });
  };
}

async function brandingFor(db: Database, { offerId, branding, logo }: LandingPreviewInput): Promise<Branding> {
  if (branding === null) return readBranding(db, offerId);
  const saved = ownBranding(await latestBrandingOf(db, offerId));
  const logoUrl = { saved: saved.logoUrl, none: null, new: newLogoUrl }[logo];
  const forAll = offerId === null ? noBranding : await readBranding(db, null);
  return brandingOfOffer(forAll, { ...branding, logoUrl });
}

async function examplePurchase(
  db: Database,
  now: Date,
  { offerId, planId, shows, questions }: LandingPreviewInput,
): Promise<Purchase> {
  // No offer or plan has an empty id, so that only what is set for a wider scope applies.
  const scope = { offerId: offerId ?? "", planId: planId ?? "" };
  const [[offer], [plan], activationMode, destination, saved] = await Promise.all([
    db.select({ name: offers.name }).from(offers).where(eq(offers.offerId, scope.offerId)),
    db
      .select({ name: plans.name })
      .from(plans)
      .where(and(eq(plans.offerId, scope.offerId), planId === null ? undefined : eq(plans.planId, planId)))
      .orderBy(asc(plans.planId))
      .limit(1),
    activationModeOf(db, scope),
    destinationOf(db, scope),
    questionsOf(db, scope),
  ]);
  const isActive = shows === "active";
  const party = {
    email: example.purchaser.email,
    objectId: example.purchaser.objectId,
    tenantId: example.purchaser.tenantId,
  };
  return {
    subscriptionId: "example",
    name: "Fabrikam",
    publisherId: null,
    ...scope,
    offerName: offer?.name ?? offerId ?? example.offerName,
    planName: plan?.name ?? planId ?? example.planName,
    price: null,
    quantity: 25,
    status: isActive ? "Subscribed" : "PendingFulfillmentStart",
    access: isActive ? "full" : "none",
    purchaser: party,
    beneficiary: party,
    isReseller: false,
    termUnit: "P1M",
    termEndsOn: isActive ? addDays(utcDayOf(now), example.termDays) : null,
    isFreeTrial: false,
    purchasedAt: now,
    contact: isActive ? example.contact : null,
    activation: isActive ? "done" : "none",
    activationFailure: null,
    activationMode,
    askedAt: null,
    destination,
    isTest: false,
    questions: questions === null ? saved : { version: 0, questions },
    answers: null,
    usage: [],
    supportCode: "7D2B1F0E",
  };
}

/** A purchase as shown on the landing page, and who may see it. */
import { and, desc, eq } from "drizzle-orm";
import type { ActivationMode } from "../../../shared/activation-policies.ts";
import type { Day } from "../../../shared/day.ts";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import type { Answer } from "../../../shared/questions.ts";
import { type Access, accessOf, type SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { PartyView } from "../../../shared/views/subscriptions.ts";
import type { DimensionUsage } from "../../../shared/views/usage.ts";
import { activationModeOf } from "../../database/queries/activation-policies.ts";
import type { Database } from "../../database/connection/database.ts";
import { type ActiveDestination, destinationOf } from "../../database/queries/destinations.ts";
import { usageForPurchaser } from "../../database/queries/term-usage.ts";
import { contactOf, isBoughtByReseller } from "../../domain/customer.ts";
import { activationFailureOf } from "../../domain/landing-failure.ts";
import { supportCodeOf } from "../../domain/support-code.ts";
import { operations } from "../../database/schema/operations.ts";
import { type ActiveQuestions, questionsOf } from "../../database/queries/question-sets.ts";
import { isOwnPrice, storedPrice } from "../../database/queries/prices.ts";
import { offers } from "../../database/schema/offers.ts";
import { plans, subscriptionPrices } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";

type ListPrice = { amount: string; currency: string; isPerSeat: boolean; termUnit: string | null };

export type Purchase = {
  subscriptionId: string;
  name: string;
  publisherId: string | null;
  offerId: string;
  /** Names, or else ids. */
  offerName: string;
  planId: string;
  planName: string;
  /** The list price: in words as Microsoft gave it, and as money if it could be read; null if Microsoft has given none. */
  price: { words: string; money: ListPrice | null } | null;
  quantity: number | null;
  status: SubscriptionStatus;
  access: Access;
  purchaser: PartyView;
  beneficiary: PartyView;
  isReseller: boolean;
  termUnit: string | null;
  termEndsOn: Day | null;
  isFreeTrial: boolean;
  purchasedAt: Date | null;
  contact: ContactInput | null;
  activation: "none" | "inProgress" | "failed" | "done";
  /**
   * Why the activation is not complete: the publisher has to act, or Microsoft fails. Null if nothing is known to
   * be wrong.
   */
  activationFailure: "publisher" | "microsoft" | null;
  /** When a confirmed purchase is activated: by the current policy, or as promised at the confirmation. */
  activationMode: ActivationMode;
  /**
   * When the purchaser requested an activation that waits for staff or the product; null if they have not or it
   * does not wait.
   */
  askedAt: Date | null;
  /** Where the purchaser goes in the product; null: nowhere. */
  destination: ActiveDestination | null;
  isTest: boolean;
  /** The questions of its plan, and what was answered. */
  questions: ActiveQuestions;
  answers: Answer[] | null;
  /** Of an active subscription with metering dimensions, in the current term. */
  usage: DimensionUsage[];
  /** For the purchaser to give to support, and for staff to search: the start of the subscription's id. */
  supportCode: string;
};

/** The stored purchase; null if there is none. @param now Microsoft's time */
export async function getPurchase(db: Database, subscriptionId: string, now: Date): Promise<Purchase | null> {
  const [row] = await db
    .select({ subscription: subscriptions, offerName: offers.name, planName: plans.name, price: storedPrice })
    .from(subscriptions)
    .leftJoin(plans, and(eq(plans.offerId, subscriptions.offerId), eq(plans.planId, subscriptions.planId)))
    .leftJoin(offers, eq(offers.offerId, subscriptions.offerId))
    .leftJoin(subscriptionPrices, isOwnPrice)
    .where(eq(subscriptions.id, subscriptionId));
  if (!row) return null;
  const [activation] = await db
    .select({
      stage: operations.stage,
      outcome: operations.outcome,
      stuckAt: operations.stuckAt,
      lastError: operations.lastError,
    })
    .from(operations)
    .where(and(eq(operations.subscriptionId, subscriptionId), eq(operations.action, "Activate")))
    .orderBy(desc(operations.createdAt))
    .limit(1);
  const { subscription } = row;
  const activationMode = subscription.activationWaitsFor ?? (await activationModeOf(db, subscription));
  const hasFailed = activation?.outcome === "failed" || (activation?.stuckAt ?? null) !== null;
  const isPending = subscription.status === "PendingFulfillmentStart";
  return {
    subscriptionId: subscription.id,
    name: subscription.name,
    publisherId: subscription.publisherId,
    offerId: subscription.offerId,
    offerName: row.offerName ?? subscription.offerId,
    planId: subscription.planId,
    planName: row.planName ?? subscription.planId,
    price: priceOf(row.price),
    quantity: subscription.quantity,
    status: subscription.status,
    access: accessOf(subscription.status, subscription.holdAt !== null),
    purchaser: {
      email: subscription.purchaserEmail,
      objectId: subscription.purchaserObjectId,
      tenantId: subscription.purchaserTenantId,
    },
    beneficiary: {
      email: subscription.beneficiaryEmail,
      objectId: subscription.beneficiaryObjectId,
      tenantId: subscription.beneficiaryTenantId,
    },
    isReseller: isBoughtByReseller(subscription) ?? false,
    termUnit: subscription.termUnit,
    termEndsOn: subscription.termEndsOn,
    isFreeTrial: subscription.isFreeTrial,
    purchasedAt: subscription.purchasedAt,
    contact: contactOf(subscription),
    activationMode,
    askedAt: subscription.activationAskedAt,
    activationFailure: isPending ? activationFailureOf(activation?.lastError ?? null) : null,
    activation: !isPending ? "done" : !activation ? "none" : hasFailed ? "failed" : "inProgress",
    destination: await destinationOf(db, subscription),
    isTest: subscription.isTest,
    questions: await questionsOf(db, subscription),
    answers: subscription.answers,
    usage: subscription.status === "Subscribed" ? await usageForPurchaser(db, subscription, now) : [],
    supportCode: supportCodeOf(subscription.id),
  };
}

type StoredPrice = {
  words: string | null;
  amount: string | null;
  currency: string | null;
  isPerSeat: boolean | null;
  termUnit: string | null;
  isFresh: boolean | null;
};

/** Null for a price that is older than a day: Microsoft may have changed it. */
function priceOf(stored: StoredPrice | null): Purchase["price"] {
  if (!stored?.isFresh || stored.words === null) return null;
  const { words, amount, currency, isPerSeat, termUnit } = stored;
  const isRead = amount !== null && currency !== null && isPerSeat !== null;
  return { words, money: isRead ? { amount, currency, isPerSeat, termUnit } : null };
}

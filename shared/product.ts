/** The publisher's own product, as the desk knows it: what it may say, and how long it may take to follow. */
import type { Access } from "./lifecycle.ts";

/** What the product says that a customer may do in it. */
export const confirmedAccesses = ["full", "suspended", "ended"] as const;
export type ConfirmedAccess = (typeof confirmedAccesses)[number];

/** What the product has provisioned for a subscription. */
export type Provisioned = {
  planId: string;
  /** Seats; null where the product counts none. */
  quantity: number | null;
  access: ConfirmedAccess;
};

/** What a subscription is entitled to, as the desk holds it. */
export type Entitled = { planId: string; quantity: number | null; access: Access };

/** In what the product can differ from the desk. */
export const productFacts = ["planId", "quantity", "access"] as const;
export type ProductFact = (typeof productFacts)[number];

/**
 * In what the product differs from what the subscription is entitled to. The same as `product_differs` in the migration of
 * `confirmations`.
 *
 * Before the activation any access will do: a product sets up first. After the end nothing but the access counts. Seats
 * count where both sides have them.
 */
export function productDifferences(entitled: Entitled, product: Provisioned): ProductFact[] {
  const isAccessSame = entitled.access === "none" || entitled.access === product.access;
  if (entitled.access === "ended") return isAccessSame ? [] : ["access"];
  const differing: Record<ProductFact, boolean> = {
    planId: entitled.planId !== product.planId,
    quantity: entitled.quantity !== null && product.quantity !== null && entitled.quantity !== product.quantity,
    access: !isAccessSame,
  };
  return productFacts.filter((fact) => differing[fact]);
}

/** Whether the product is ready for the activation: it has the plan and the seats, and lets the customer in. */
export function isProvisioned(entitled: Entitled, product: Provisioned | null): boolean {
  return product !== null && product.access === "full" && productDifferences(entitled, product).length === 0;
}

/** A product that has not followed a change for so long needs someone. */
export const productSyncTimeoutMs = 60 * 60_000;

/** Kinds of entries of the record that the product hears of as events. */
export const eventKinds = [
  "subscription.first_seen",
  "subscription.activation_asked",
  "subscription.activated",
  "subscription.plan_changed",
  "subscription.quantity_changed",
  "subscription.suspended",
  "subscription.reinstated",
  "subscription.held",
  "subscription.hold_lifted",
  "subscription.renewed",
  "subscription.term_changed",
  "subscription.renewal_changed",
  "subscription.trial_ended",
  "subscription.unsubscribed",
  "subscription.unexpected_transition",
  "subscription.details_changed",
  "subscription.contact_given",
  /** Nothing changed: staff want the product to look again and to confirm. */
  "subscription.confirmation_asked",
] as const;
export type EventKind = (typeof eventKinds)[number];

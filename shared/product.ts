/** The publisher's product: what it may confirm, and how long it may take to follow. */
import type { Access } from "./lifecycle.ts";

/** The access that the product can confirm. */
export const confirmedAccesses = ["full", "suspended", "ended"] as const;
export type ConfirmedAccess = (typeof confirmedAccesses)[number];

/** What the product has provisioned for a subscription. */
export type Provisioned = {
  planId: string;
  /** Seats; null if the product does not count them. */
  quantity: number | null;
  access: ConfirmedAccess;
};

/** What a subscription is entitled to. */
export type Entitled = { planId: string; quantity: number | null; access: Access };

/** The facts in which the product can be out of sync. */
export const productFacts = ["planId", "quantity", "access"] as const;
export type ProductFact = (typeof productFacts)[number];

/**
 * How the product differs from the subscription's entitlement, like `product_differs` in
 * `drizzle/0000_schema.sql`. Before activation any access is fine, because a product sets up first; after the end only access
 * counts. Seats count if both sides have them.
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

/** Whether the product is ready for the activation: same plan and seats, with full access. */
export function isProvisioned(entitled: Entitled, product: Provisioned | null): boolean {
  return product !== null && product.access === "full" && productDifferences(entitled, product).length === 0;
}

/** A product that has not followed a change for this long needs attention. */
export const productSyncTimeoutMs = 60 * 60_000;

/** Kinds of audit entries that the product receives as events. */
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
  "subscription.answers_given",
  "planned_change.planned",
  "planned_change.carried_out",
  "planned_change.failed",
  "planned_change.undone",
  "planned_change.superseded",
  "usage.threshold_reached",
  "usage.held",
  "usage.rejected",
  /** Nothing changed: staff ask the product to read the subscription again and confirm. */
  "subscription.confirmation_asked",
] as const;
export type EventKind = (typeof eventKinds)[number];

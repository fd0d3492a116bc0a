import type { OperationOutcome, SubscriptionStatus } from "../lifecycle.ts";

/** A subscription that the search found. */
export type FoundSubscription = {
  id: string;
  name: string;
  planName: string;
  status: SubscriptionStatus;
  isOnHold: boolean;
  customer: string | null;
  /** The field that matched, such as "beneficiary's tenant"; null for the name. */
  matched: string | null;
};

export type FoundCustomer = {
  id: string;
  name: string;
  /** Its most frequent email domain. */
  domain: string | null;
  subscriptions: number;
  activeSubscriptions: number;
  /** What matched, such as "note"; null for its name, addresses and tenant. */
  matched: string | null;
};

export type FoundOperation = {
  id: string;
  action: string;
  /** The requested plan's name, or else its id. */
  planName: string | null;
  quantity: number | null;
  subscriptionName: string;
  outcome: OperationOutcome | null;
  createdAt: string;
  matched: string;
};

export type FoundDelivery = {
  id: string;
  action: string | null;
  subscriptionName: string | null;
  receivedAt: string;
  matched: string;
};

/** A failed visit to the landing page, found by its support code. */
export type FoundLandingProblem = { supportCode: string; summary: string; at: string };

/** Names, or else ids. */
export type FoundPlan = { offerId: string; offerName: string; planId: string; name: string };

/** A call to Microsoft that belongs to no operation. */
export type FoundCall = {
  id: string;
  /** The call in words: "Get subscription". */
  name: string;
  method: string;
  path: string;
  /** Null: no response. */
  status: number | null;
  at: string;
  durationMs: number;
  attempt: number;
  requestId: string;
  correlationId: string;
  /** Its subscription; null if there is none. */
  subscriptionId: string | null;
  matched: string;
};

/** Search results: at most eight of each kind, the best first. */
export type FindView = {
  subscriptions: FoundSubscription[];
  customers: FoundCustomer[];
  operations: FoundOperation[];
  deliveries: FoundDelivery[];
  calls: FoundCall[];
  plans: FoundPlan[];
  landingProblems: FoundLandingProblem[];
  /** The one result that the text names exactly. */
  exact: { kind: "subscription" | "customer" | "operation" | "delivery"; id: string } | null;
};

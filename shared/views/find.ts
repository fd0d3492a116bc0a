import type { OperationOutcome, SubscriptionStatus } from "../lifecycle.ts";

/** A subscription that the search found. */
export type FoundSubscription = {
  id: string;
  name: string;
  planName: string;
  status: SubscriptionStatus;
  isOnHold: boolean;
  customer: string | null;
  /** Where the text was found, for instance "the beneficiary's tenant"; null: in its name. */
  matched: string | null;
};

export type FoundOperation = {
  id: string;
  action: string;
  planId: string | null;
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

/** The landing page could not help somebody, under the support code that was looked for. */
export type FoundLandingProblem = { supportCode: string; summary: string; at: string };

export type FoundPlan = { offerId: string; planId: string; name: string };

/** A call to Microsoft that belongs to no operation. */
export type FoundCall = {
  id: string;
  /** What was asked, in words: "Get subscription". */
  name: string;
  method: string;
  path: string;
  /** Null: no answer. */
  status: number | null;
  at: string;
  durationMs: number;
  attempt: number;
  requestId: string;
  correlationId: string;
  /** That it is about; null: about none. */
  subscriptionId: string | null;
  matched: string;
};

/** What the search found, at most eight of each kind, the best first. */
export type FindView = {
  subscriptions: FoundSubscription[];
  operations: FoundOperation[];
  deliveries: FoundDelivery[];
  calls: FoundCall[];
  plans: FoundPlan[];
  landingProblems: FoundLandingProblem[];
  /** The one thing that the text names exactly. */
  exact: { kind: "subscription" | "operation" | "delivery"; id: string } | null;
};

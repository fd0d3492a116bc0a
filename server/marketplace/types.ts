/** The values and types of Microsoft's SaaS Fulfillment APIs, version 2, as the server uses them. */

import type { Day } from "../../shared/day.ts";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";

/** Purchaser or beneficiary. Microsoft calls objectId informational; any of the three may be absent. */
export type MarketplaceParty = { email: string | null; objectId: string | null; tenantId: string | null };

export type MarketplaceTerm = {
  /** An ISO 8601 duration such as `P1M`; open: `P18M` is possible. */
  unit: string | null;
  /** The first and the last day, as Microsoft states them. */
  startsOn: Day | null;
  endsOn: Day | null;
};

/** A subscription as Microsoft sends it. Null means unknown: the field is absent, blank or unreadable. */
export type MarketplaceSubscription = {
  id: string;
  name: string | null;
  publisherId: string | null;
  offerId: string | null;
  planId: string | null;
  /** Seats; null for flat-rate plans and anything but a whole number above 0. */
  quantity: number | null;
  /** null for an unknown status, see `rawStatus`. */
  status: SubscriptionStatus | null;
  rawStatus: string | null;
  beneficiary: MarketplaceParty;
  purchaser: MarketplaceParty;
  term: MarketplaceTerm;
  autoRenew: boolean | null;
  isFreeTrial: boolean | null;
  isTest: boolean | null;
  /**
   * The beneficiary's permissions: `Read`, `Update`, `Delete`. A reseller's customer has only `Read`. Empty if
   * unknown.
   */
  allowedCustomerOperations: string[];
  sandboxType: string | null;
  sessionMode: string | null;
  createdAt: Date | null;
  raw: unknown;
};

export type OperationSource = "Azure" | "Partner";

export type MarketplaceOperation = {
  id: string;
  subscriptionId: string;
  /** Open: `ChangePlan`, `ChangeQuantity`, `Reinstate`, `Renew`, `Suspend`, `Unsubscribe`, `Subscribe` are known. */
  action: string;
  /** Open: `NotStarted`, `InProgress`, `Succeeded`, `Failed`, `Conflict` are known; "" if absent. */
  status: string;
  /** The requested plan. */
  planId: string | null;
  /** The requested seats. */
  quantity: number | null;
  source: OperationSource | null;
  offerId: string | null;
  at: Date | null;
  errorMessage: string | null;
  /** How long to wait until the next poll; null if Microsoft does not say. */
  retryAfterMs: number | null;
  raw: unknown;
};

/** Microsoft has accepted a change. Without an `operationId`, read the subscription. */
export type AcceptedChange = { operationId: string | null; retryAfterMs: number | null };

/** An amount as Microsoft states it, never rounded. */
export type Money = { amount: string; currency: string; isPerSeat: boolean };

export type PlanPrice = {
  termUnit: string | null;
  /** For people: "$20.00 per seat per month". */
  words: string;
  /** Null if Microsoft's amount or currency cannot be read. */
  money: Money | null;
};

/** A metering dimension of a plan. */
export type PlanDimension = {
  id: string;
  name: string;
  unit: string | null;
  /** As Microsoft states it; null with the currency if it cannot be read. */
  pricePerUnit: string | null;
  currency: string | null;
  /** By billing term: a decimal number, or `unlimited`. Terms without a readable quantity are absent. */
  included: Record<string, string>;
};

export type MarketplacePlan = {
  planId: string;
  displayName: string;
  description: string | null;
  isPrivate: boolean;
  isPricePerSeat: boolean;
  isStopSell: boolean;
  hasFreeTrials: boolean;
  minQuantity: number | null;
  maxQuantity: number | null;
  /** For each billing term of the plan in the subscription's market. */
  prices: PlanPrice[];
  dimensions: PlanDimension[];
  /** The private offers that the subscription was bought through; sent only with its own plan. */
  sourceOffers: string[];
  raw: unknown;
};

export type ResolvedPurchase = {
  subscriptionId: string;
  offerId: string | null;
  planId: string | null;
  /** The customer's own name for the subscription; "" if Microsoft sends none. */
  name: string;
  quantity: number | null;
  subscription: MarketplaceSubscription | null;
};

/** One page of the publisher's subscriptions, in all statuses. */
export type SubscriptionPage = {
  subscriptions: MarketplaceSubscription[];
  /** The `continuation` of the next page; null on the last page. */
  next: string | null;
  /** Rows without an id: counted, never fatal. */
  unreadable: number;
};

export type CallOptions = {
  /** One per business operation, shared by its calls; created if absent. */
  correlationId?: string;
  signal?: AbortSignal;
  /**
   * For the call with all its attempts, in milliseconds from now; 8,000 if absent. One attempt never takes longer
   * than 8 s, or 30 s for Resolve and the list of usage.
   */
  deadlineMs?: number;
  /**
   * Microsoft waits for the answer to a customer's change: neither an outage nor the limits of other calls hold this one back.
   */
  isInAnswerWindow?: boolean;
};

export type AcknowledgeOutcome = "Success" | "Failure";

/** The client of Microsoft's API. All calls throw `MarketplaceError` if they fail. */
export type Marketplace = {
  resolve(purchaseToken: string, options?: CallOptions): Promise<ResolvedPurchase>;
  activate(
    subscriptionId: string,
    planId: string,
    quantity: number | null,
    options?: CallOptions,
  ): Promise<AcceptedChange>;
  getSubscription(subscriptionId: string, options?: CallOptions): Promise<MarketplaceSubscription>;
  listSubscriptions(continuation: string | null, options?: CallOptions): Promise<SubscriptionPage>;
  /** `planId`: only this plan; for the purchased plan, Microsoft then includes the private offers. */
  listAvailablePlans(subscriptionId: string, options?: CallOptions & { planId?: string }): Promise<MarketplacePlan[]>;
  changePlan(subscriptionId: string, planId: string, options?: CallOptions): Promise<AcceptedChange>;
  changeQuantity(subscriptionId: string, quantity: number, options?: CallOptions): Promise<AcceptedChange>;
  /** Returns no operation if it was already unsubscribed. */
  cancel(subscriptionId: string, options?: CallOptions): Promise<AcceptedChange>;
  listOperations(subscriptionId: string, options?: CallOptions): Promise<MarketplaceOperation[]>;
  getOperation(subscriptionId: string, operationId: string, options?: CallOptions): Promise<MarketplaceOperation>;
  acknowledge(
    subscriptionId: string,
    operationId: string,
    outcome: AcknowledgeOutcome,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Up to 25 items, no two of the same subscription, dimension and hour. Sending them again has one effect.
   * A 400 refuses all of them; send them alone then.
   */
  sendUsage(items: readonly UsageItem[], options?: CallOptions): Promise<UsageCall>;
  /** Accepted usage by day, from one instant to another: at most 16 MB, otherwise the call fails with `TooLarge`. */
  listUsage(from: Date, to: Date, options?: CallOptions & { filter?: UsageFilter }): Promise<DailyUsage[]>;
};

/** Of one plan, or of one of its dimensions. */
export type UsageFilter = { offerId: string; planId: string; dimension?: string };

/** Usage of one subscription and dimension in the UTC hour of `effectiveStartTime`. */
export type UsageItem = {
  resourceId: string;
  planId: string;
  dimension: string;
  /** Two decimals, at most 15 digits: exact as a JSON number. */
  quantity: number;
  /** ISO 8601 in UTC. */
  effectiveStartTime: string;
};

/** Microsoft's answer to one item. */
export type UsageAnswer = {
  /** Open: `Accepted`, `Duplicate`, `Expired`, `Error`, `ResourceNotFound`, `BadArgument` … are known. */
  status: string;
  usageEventId: string | null;
  /** The accepted quantity, as Microsoft writes it; of a duplicate, that of the earlier event. */
  quantity: string | null;
  /** The hour that Microsoft accepted; of a duplicate, that of the earlier event. */
  at: Date | null;
  message: string | null;
};

/** One usage event per day, dimension and subscription, as Microsoft has processed it. */
export type DailyUsage = {
  day: Date;
  subscriptionId: string;
  offerId: string | null;
  planId: string | null;
  dimension: string;
  /** Open: `Submitted`, `Accepted`, `Rejected`, `Mismatch`, `TestHeaders`, `DryRun` are known. */
  reconStatus: string;
  submittedQuantity: string | null;
  processedQuantity: string | null;
};

/** The response to a call about usage, with Microsoft's ids of the call. */
export type UsageCall = {
  /** In the order of the items; null for an item that the answer does not mention. */
  answers: (UsageAnswer | null)[];
  status: number;
  requestId: string;
};

/** One attempt of a call, as staff may see it: no token, no body. */
export type CallRecord = {
  method: string;
  /** Relative to the base address, without the query. */
  path: string;
  /** null: no response. */
  status: number | null;
  requestId: string;
  correlationId: string;
  /** 1 for the first attempt. */
  attempt: number;
  at: Date;
  durationMs: number;
};

/** The part of pino's logger that this folder needs. */
export type MarketplaceLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

/** The content of a webhook's body, before it is verified with Microsoft. */
export type WebhookBody = {
  operationId: string | null;
  subscriptionId: string | null;
  action: string | null;
  status: string | null;
  planId: string | null;
  quantity: number | null;
  offerId: string | null;
  source: OperationSource | null;
  at: Date | null;
  /** False: not a JSON object; stored unmodified. */
  isReadable: boolean;
};

/** The result of verifying a webhook token. `reason` is a code for staff and logs, never for the caller. */
export type TokenVerdict = { ok: true } | { ok: false; status: 401 | 503; reason: string; retryAfterSeconds?: number };

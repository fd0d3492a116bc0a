/** The words and shapes of Microsoft's SaaS Fulfillment APIs, version 2, as the rest of the server sees them. */

import type { Day } from "../../shared/day.ts";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";

/** Who bought, or for whom it was bought. Microsoft calls objectId informational; any of the three may be absent. */
export type MarketplaceParty = { email: string | null; objectId: string | null; tenantId: string | null };

export type MarketplaceTerm = {
  /** An ISO 8601 duration such as `P1M`; open, `P18M` is possible. */
  unit: string | null;
  /** The first and the last day, as Microsoft states them. */
  startsOn: Day | null;
  endsOn: Day | null;
};

/** What Microsoft says of a subscription. Null is *not said*: the field is absent or blank, or holds what cannot be read. */
export type MarketplaceSubscription = {
  id: string;
  name: string | null;
  publisherId: string | null;
  offerId: string | null;
  planId: string | null;
  /** Seats; null for flat-rate plans and for every value that is not a whole number above 0. */
  quantity: number | null;
  /** null: a status we do not know, see `rawStatus`. */
  status: SubscriptionStatus | null;
  rawStatus: string | null;
  beneficiary: MarketplaceParty;
  purchaser: MarketplaceParty;
  term: MarketplaceTerm;
  autoRenew: boolean | null;
  isFreeTrial: boolean | null;
  isTest: boolean | null;
  /** What the beneficiary may do: `Read`, `Update`, `Delete`. A reseller's customer has `Read` alone. Empty: not said. */
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
  /** Open: `NotStarted`, `InProgress`, `Succeeded`, `Failed`, `Conflict` are known; "" when absent. */
  status: string;
  /** The plan asked for. */
  planId: string | null;
  /** The seats asked for. */
  quantity: number | null;
  source: OperationSource | null;
  offerId: string | null;
  at: Date | null;
  errorMessage: string | null;
  /** Microsoft asks to be polled again after this long; null where it does not say. */
  retryAfterMs: number | null;
  raw: unknown;
};

/** Microsoft has accepted a change. `operationId` null: it named none; read the subscription. */
export type AcceptedChange = { operationId: string | null; retryAfterMs: number | null };

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
  /** Of each billing term that the plan has in the subscription's market. */
  prices: { termUnit: string | null; /** For people: "$20.00 per seat per month". */ words: string }[];
  /** The private offers that the subscription was bought through; told of its own plan alone. */
  sourceOffers: string[];
  raw: unknown;
};

export type ResolvedPurchase = {
  subscriptionId: string;
  offerId: string;
  planId: string;
  /** The customer's own name for the subscription; "" when Microsoft sends none. */
  name: string;
  quantity: number | null;
  subscription: MarketplaceSubscription | null;
};

/** One page of the publisher's subscriptions, all statuses. */
export type SubscriptionPage = {
  subscriptions: MarketplaceSubscription[];
  /** What to pass as `continuation` for the next page; null: this was the last one. */
  next: string | null;
  /** Rows without an id: counted, never fatal. */
  unreadable: number;
};

export type CallOptions = {
  /** One for each business operation, shared by its calls; a new one is made when absent. */
  correlationId?: string;
  signal?: AbortSignal;
  /** For the call with all its tries, in milliseconds from now; 8,000 when absent. One try never takes longer than 8 s. */
  deadlineMs?: number;
};

export type AcknowledgeOutcome = "Success" | "Failure";

/** Microsoft's side of the wire. Every call throws `MarketplaceError` when it does not succeed. */
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
  /** `planId`: that plan alone; for the plan that was bought Microsoft then names the private offers too. */
  listAvailablePlans(subscriptionId: string, options?: CallOptions & { planId?: string }): Promise<MarketplacePlan[]>;
  changePlan(subscriptionId: string, planId: string, options?: CallOptions): Promise<AcceptedChange>;
  changeQuantity(subscriptionId: string, quantity: number, options?: CallOptions): Promise<AcceptedChange>;
  /** No operation is named, too, when it was already unsubscribed. */
  cancel(subscriptionId: string, options?: CallOptions): Promise<AcceptedChange>;
  listOperations(subscriptionId: string, options?: CallOptions): Promise<MarketplaceOperation[]>;
  getOperation(subscriptionId: string, operationId: string, options?: CallOptions): Promise<MarketplaceOperation>;
  acknowledge(
    subscriptionId: string,
    operationId: string,
    outcome: AcknowledgeOutcome,
    options?: CallOptions,
  ): Promise<void>;
};

/** One try of one call, as staff may see it: no token, no body. */
export type CallRecord = {
  method: string;
  /** Under the base address, without the query. */
  path: string;
  /** null: no answer. */
  status: number | null;
  requestId: string;
  correlationId: string;
  /** 1 for the first try. */
  attempt: number;
  at: Date;
  durationMs: number;
};

/** The part of pino's logger that this folder needs. */
export type MarketplaceLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

/** What a webhook's body says, before anything is checked with Microsoft. */
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
  /** False: not a JSON object; stored as it came. */
  isReadable: boolean;
};

/** The answer of the webhook token check. `reason` is a code for staff and logs, never for the caller. */
export type TokenVerdict = { ok: true } | { ok: false; status: 401 | 503; reason: string; retryAfterSeconds?: number };

/** The sandbox's state. Instants are milliseconds of the sandbox's own clock. */
import type { JWK } from "jose";
import type { SubscriptionStatus, WebhookAction } from "../shared/lifecycle.ts";

export type Party = {
  emailId: string | null;
  objectId: string;
  tenantId: string;
  puid: string | null;
  /** Shown on the sandbox's pages only. */
  name: string;
  company: string;
};

export type Subscription = {
  id: string;
  name: string;
  offerId: string;
  planId: string;
  /** The plan that was purchased; missing in older state files. */
  firstPlanId?: string;
  /** null for flat-rate plans. */
  quantity: number | null;
  status: SubscriptionStatus;
  purchaser: Party;
  beneficiary: Party;
  termUnit: string;
  /** First and last day of the term, UTC midnight; null before activation. */
  termStart: number | null;
  termEnd: number | null;
  autoRenew: boolean;
  isFreeTrial: boolean;
  isTest: boolean;
  allowedCustomerOperations: string[];
  sandboxType: "None" | "Csp";
  /** Missing in older state files. */
  sessionMode?: "None" | "DryRun";
  /** The private offer through which the subscription was purchased, with its price. */
  privateOffer?: { externalId: string; price: number };
  createdAt: number;
  suspendedAt: number | null;
  /** When the accepted Activate call takes effect. */
  activatesAt: number | null;
};

export type OperationStatus = "InProgress" | "Succeeded" | "Failed" | "Conflict";

export type Operation = {
  id: string;
  subscriptionId: string;
  action: WebhookAction;
  status: OperationStatus;
  source: "Azure" | "Partner";
  /** The requested plan and seats; the current ones if the action changes neither. */
  planId: string;
  quantity: number | null;
  createdAt: number;
  /** When the sandbox accepts, finishes or applies the operation; null: nothing is left to do. */
  dueAt: number | null;
  finishedAt: number | null;
  /** Whether the subscription shows the change. */
  isApplied: boolean;
  /** How the operation ended, in words. */
  ending: string | null;
  errorMessage: string;
};

export type Attempt = {
  at: number;
  /** null: no response. */
  status: number | null;
  /** The receiver's response, or why there was none; at most 1,000 characters. */
  answer: string;
  durationMs: number;
};

export type DeliveryOutcome = "waiting" | "delivered" | "refused" | "given up" | "lost";

/** One webhook and its delivery attempts. */
export type Delivery = {
  id: string;
  operationId: string;
  subscriptionId: string;
  action: WebhookAction;
  body: string;
  createdAt: number;
  dueAt: number | null;
  attemptCount: number;
  /** The last 50. */
  attempts: Attempt[];
  outcome: DeliveryOutcome;
};

/** Usage that was accepted, with the quantity that is billed. */
export type AcceptedUsage = {
  usageEventId: string;
  resourceId: string;
  planId: string;
  dimension: string;
  quantity: number;
  /** As it was sent. */
  effectiveStartTime: string;
  hour: number;
  messageTime: number;
  /** What later processing says, if it is not `Accepted`. */
  recon?: "Accepted" | "Rejected" | "Mismatch";
};

export type Usage = {
  /** By subscription, dimension and hour. */
  accepted: Map<string, AcceptedUsage>;
  /** How many more events fail with `Error`. */
  failuresLeft: number;
};

export type SigningKey = { kid: string; privateJwk: JWK; publicJwk: JWK };

export type Fault = {
  id: string;
  target: string;
  /** How many more calls the fault applies to; null: all until it is removed. */
  remaining: number | null;
  /** How many calls the fault was applied to. */
  applied: number;
  status: number | null;
  headers: Record<string, string>;
  body: string | null;
  /** Before the request is processed. */
  delayMs: number;
  /** The request is processed, the response is withheld this long, then the connection is closed. */
  hangMs: number;
  /** Close the connection without a response, before or after processing. */
  cut: "before" | "after" | null;
  /** With `status`: whether the request is processed before the response is replaced. */
  effect: boolean;
  /** The response comes from an intermediary, such as a proxy, so it has none of Microsoft's IDs. */
  isForeign: boolean;
};

export type Settings = {
  /** How long Microsoft waits for an answer to a plan or seat change. */
  answerWindowMs: number;
  /** Whether that time starts with the operation or with the first delivered webhook. Microsoft does not document it. */
  windowOpensOn: "operation" | "delivery";
  /** From the 202 for a publisher's change to its success. */
  operationDelayMs: number;
  /** How late a new operation appears in the list of outstanding operations. */
  listLagMs: number;
  /** How late a subscription shows a succeeded operation. */
  subscriptionLagMs: number;
  webhookDelayMs: number;
  /** How many times each webhook is sent, independent of the response. */
  webhookCopies: number;
  webhookTimeoutMs: number;
  webhookAttempts: number;
  /** From the 200 for Activate to the status Subscribed. */
  activationDelayMs: number;
  /** Status after an activation. `Unsubscribed`: the activation fails at Microsoft, which sends an Unsubscribe webhook. */
  activationOutcome: "Subscribed" | "Unsubscribed";
  /** Whether a rejected change is followed by a webhook for a change back to the current value, as observed at Microsoft. */
  revertAfterRejection: boolean;
  purchaseTokenTtlMs: number;
  accessTokenTtlMs: number;
  /** Whether the fulfillment app has Graph's application permission Mail.Send; shown by tokens that are issued from then on. */
  grantsMailSend: boolean;
};

/** The publisher's own product, simulated by the sandbox: it follows Marketdesk through the product API. */
export type Product = {
  /** The API key that an admin created in Marketdesk. */
  key: string;
  /** Position in Marketdesk's feed of changes; null: the beginning. */
  next: string | null;
  /** Names of subscriptions whose changes the product misses until it is asked to resync. */
  ignoredSubscriptions: string[];
};

/** Changes to a person's Entra account since the sandbox started. */
export type PersonChange = { roles?: string[]; isDisabled?: boolean };

export type State = {
  clockOffsetMs: number;
  /** The history replay in progress: the instant at which it ends, and its next event. null: complete. */
  replay: { until: number; next: number } | null;
  /** null: no product is simulated. */
  product: Product | null;
  settings: Settings;
  /** The first key signs; the others are still published. */
  keys: SigningKey[];
  /** Base64, 32 bytes: encrypts purchase tokens. */
  purchaseTokenKey: string;
  subscriptions: Map<string, Subscription>;
  /** In order of purchase, as List Subscriptions returns them. */
  order: string[];
  operations: Map<string, Operation>;
  /** Operation ids by subscription, oldest first. */
  operationsOf: Map<string, string[]>;
  deliveries: Map<string, Delivery>;
  usage: Usage;
  faults: Fault[];
  /** By the key of the person. */
  people: Record<string, PersonChange>;
};

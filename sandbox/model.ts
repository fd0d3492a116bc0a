/** What the sandbox remembers. Instants are milliseconds of the sandbox's own clock. */
import type { JWK } from "jose";
import type { SubscriptionStatus, WebhookAction } from "../shared/lifecycle.ts";

export type Party = {
  emailId: string | null;
  objectId: string;
  tenantId: string;
  puid: string | null;
  /** For the sandbox's page alone. */
  name: string;
  company: string;
};

export type Subscription = {
  id: string;
  name: string;
  offerId: string;
  planId: string;
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
  /** Absent in states that were saved before it existed. */
  sessionMode?: "None" | "DryRun";
  /** It was bought through a private offer, at that price. */
  privateOffer?: { externalId: string; price: number };
  createdAt: number;
  suspendedAt: number | null;
  /** Activate was answered with 200 and becomes real then. */
  activatesAt: number | null;
};

export type OperationStatus = "InProgress" | "Succeeded" | "Failed" | "Conflict";

export type Operation = {
  id: string;
  subscriptionId: string;
  action: WebhookAction;
  status: OperationStatus;
  source: "Azure" | "Partner";
  /** The plan and seats asked for; the current ones where the action asks for none. */
  planId: string;
  quantity: number | null;
  createdAt: number;
  /** When the sandbox goes on by itself: accepts, finishes, or applies; null: nothing is left to do. */
  dueAt: number | null;
  finishedAt: number | null;
  /** Whether the subscription shows its effect. */
  isApplied: boolean;
  /** How it ended, for people. */
  ending: string | null;
  errorMessage: string;
};

export type Attempt = {
  at: number;
  /** null: no answer. */
  status: number | null;
  /** What the receiver said, or why there was no answer; cut at 1,000 characters. */
  answer: string;
  durationMs: number;
};

export type DeliveryOutcome = "waiting" | "delivered" | "refused" | "given up" | "lost";

/** One webhook and everything that was tried with it. */
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

export type SigningKey = { kid: string; privateJwk: JWK; publicJwk: JWK };

export type Fault = {
  id: string;
  target: string;
  /** How often it still strikes; null: until it is removed. */
  left: number | null;
  struck: number;
  status: number | null;
  headers: Record<string, string>;
  body: string | null;
  /** Before the request is looked at. */
  delayMs: number;
  /** The effect happens, the answer is withheld this long, then the connection is closed. */
  hangMs: number;
  /** Close the connection without an answer, before or after the effect. */
  cut: "before" | "after" | null;
  /** With `status`: whether the effect happens before the answer is replaced. */
  effect: boolean;
};

export type Settings = {
  /** How long Microsoft waits for an answer to a change of plan or seats. */
  answerWindowMs: number;
  /** Whether that window opens with the operation or with the first delivered webhook. Microsoft does not say. */
  windowOpensOn: "operation" | "delivery";
  /** From the 202 of a publisher's change to its success. */
  operationDelayMs: number;
  /** How late a new operation appears in the list of outstanding ones. */
  listLagMs: number;
  /** How late a subscription shows an operation that has succeeded. */
  subscriptionLagMs: number;
  webhookDelayMs: number;
  /** How many times each webhook is sent, whatever is answered. */
  webhookCopies: number;
  webhookTimeoutMs: number;
  webhookAttempts: number;
  /** From the 200 of Activate to Subscribed. */
  activationDelayMs: number;
  /** How an activation ends. `Unsubscribed`: it fails on Microsoft's side, told by an Unsubscribe webhook. */
  activationOutcome: "Subscribed" | "Unsubscribed";
  /** Whether a refused change is followed by a webhook asking for the value in force, as Microsoft was seen to do. */
  revertAfterRejection: boolean;
  purchaseTokenTtlMs: number;
  accessTokenTtlMs: number;
};

/** The publisher's own product, as far as the sandbox plays it: it follows the desk by the desk's API. */
export type Product = {
  /** The API key that an admin of the desk made for it. */
  key: string;
  /** Where it is in the desk's feed of changes; null: at the very beginning. */
  next: string | null;
  /** Subscriptions by name that it has missed the changes of, until it is asked to look again. */
  deafTo: string[];
};

/** What was changed in Entra about a person of the sandbox since it started. */
export type PersonChange = { roles?: string[]; isDisabled?: boolean };

export type State = {
  clockOffsetMs: number;
  /** While the sample's past is being played: the instant that it leads to, and the next moment of it. Null: all of it was. */
  replay: { until: number; next: number } | null;
  /** Null: no product follows. */
  product: Product | null;
  settings: Settings;
  /** The first one signs; the others are still published. */
  keys: SigningKey[];
  /** Base64, 32 bytes: seals purchase tokens. */
  purchaseTokenKey: string;
  subscriptions: Map<string, Subscription>;
  /** In order of purchase: what List Subscriptions pages through. */
  order: string[];
  operations: Map<string, Operation>;
  /** Operation ids by subscription, oldest first. */
  operationsOf: Map<string, string[]>;
  deliveries: Map<string, Delivery>;
  faults: Fault[];
  /** By the key of the person. */
  people: Record<string, PersonChange>;
};

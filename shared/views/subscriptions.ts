import type { Answer } from "../questions.ts";
import type { Day } from "../day.ts";
import type { SubscriptionFilters } from "../filters.ts";
import type { Access, StaffAction, SubscriptionStatus } from "../lifecycle.ts";
import type { MoneyState, PriceBasis } from "../money.ts";
import type { CancelRequestView } from "./cancellations.ts";
import type { OwnCustomer } from "./customer-name.ts";
import type { OpenAutomationsView } from "./automations.ts";
import type { PlannedChangeView } from "./planned-changes.ts";
import type { OperationView } from "./operations.ts";

export type PartyView = { email: string | null; objectId: string | null; tenantId: string | null };

/** One row of the list. */
export type SubscriptionRow = {
  id: string;
  name: string;
  offerId: string;
  /** The offer's name, or else its id. */
  offerName: string;
  planId: string;
  /** The plan's name, or else its id. */
  planName: string;
  /** Seats; null for a flat-rate plan. */
  quantity: number | null;
  status: SubscriptionStatus;
  /** Since when it has this status, as first seen by Marketdesk. */
  statusSince: string;
  isOnHold: boolean;
  access: Access;
  beneficiaryEmail: string | null;
  purchaserEmail: string | null;
  /** The beneficiary's tenant. */
  tenantId: string | null;
  /** Of its own tenant or person; the customer's page leads on if staff have merged it. */
  customerId: string;
  /** Whether a reseller bought it for the beneficiary. */
  isReseller: boolean | null;
  contactCompany: string | null;
  /** The first and the last day of the term. */
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  isFreeTrial: boolean;
  /** Why it is a test purchase, in a few words each; empty if it is not. */
  testMarks: string[];
  purchasedAt: string | null;
  updatedAt: string;
  /** Its open operations. */
  openOperations: number;
  tags: string[];
  /** The staff member who owns it. */
  ownerId: string | null;
  ownerName: string | null;
  followUpOn: Day | null;
  /** When Microsoft last reported it. */
  seenAt: string;
  /** When it was last out of sync with Microsoft; null if never. */
  driftedAt: string | null;
  /** The monthly and yearly amount of its price and seats; null if the price or the length of its term is unknown. */
  money: MoneyView | null;
  moneyState: MoneyState;
};

/** Decimals in text, exact to ten digits. */
export type MoneyView = { currency: string; monthly: string; yearly: string; basis: PriceBasis };

/** A count with a maximum. */
export type BoundedCount = { count: number; /** Whether there are more than that. */ isMore: boolean };

/** A price as Microsoft states it. */
export type PriceView = {
  /** For instance "$20.00 per seat per month", in the format of the United States. */
  words: string;
  /** Null if Microsoft's amount or currency cannot be read. */
  money: { amount: string; currency: string; isPerSeat: boolean } | null;
  /** How often it is due. */
  termUnit: string | null;
  /** The monthly amount of one seat, or of the flat rate, as a decimal in text; null if the term is unknown. */
  monthly: string | null;
};

/** The actions of staff and, if not possible now, why. */
export type ActionView = {
  action: StaffAction;
  isPossible: boolean;
  /** A sentence; null when possible. */ blockedReason: string | null;
};

export type SubscriptionView = SubscriptionRow & {
  /** After merging. */
  customer: OwnCustomer;
  publisherId: string | null;
  beneficiary: PartyView;
  purchaser: PartyView;
  termUnit: string | null;
  allowedCustomerOperations: string[];
  hold: {
    reason: string;
    /** The name of the reason code. */ reasonCode: string | null;
    byName: string;
    at: string;
  } | null;
  /** Microsoft's data about the plan; null if none yet. */
  plan: {
    /** As Microsoft stated it within a day; null if it did not. */
    price: PriceView | null;
    /** A price that is more than a day old, if there is no newer one. */
    outdatedPrice: { price: PriceView; at: string } | null;
    /** The ids of the private offers through which it was bought; their price applies. */
    sourceOffers: string[];
    /** Sold to selected customers only. */
    isPrivate: boolean;
    minQuantity: number | null;
    maxQuantity: number | null;
  } | null;
  /** A cancellation that waits for approval. */
  cancelRequest: CancelRequestView | null;
  /** Planned changes by date, and failed ones. */
  planned: PlannedChangeView[];
  /** Changes that automations propose, and what they could not do. */
  automations: OpenAutomationsView;
  /** Whether a cancellation requested now would need approval. */
  cancelNeedsSecondPerson: boolean;
  contact: { name: string; email: string; company: string; phone: string } | null;
  /** Answers to the questions of the landing page. */
  answers: Answer[];
  /** Whether the caller owns it. */
  isMine: boolean;
  /** How we first learned of it. */
  firstSeenBy: "landing" | "webhook" | "reconcile";
  createdAt: string;
  /** When it was last synced with Microsoft. */
  syncedAt: string | null;
  /** The reason for the present access, and who can change it, in one sentence. */
  accessReason: string;
  actions: ActionView[];
  operations: OperationView[];
  /** Microsoft's last response to Get Subscription, unmodified. */
  raw: unknown;
};

export type PlanView = {
  planId: string;
  name: string;
  description: string | null;
  isPricePerSeat: boolean;
  minQuantity: number | null;
  maxQuantity: number | null;
  isPrivate: boolean;
  /** The subscription's current plan. */
  isCurrent: boolean;
  /** Null if Microsoft states none. */
  price: PriceView | null;
};

export type FacetsView = {
  /** Names, or else ids. */
  offers: { offerId: string; name: string; plans: { planId: string; name: string }[] }[];
  tags: string[];
  /** The currencies of their prices. */
  currencies: string[];
  /** Staff who own subscriptions. */
  owners: { id: string; name: string }[];
};

/** Saved filters of the list of subscriptions. */
export type SavedViewView = {
  id: string;
  name: string;
  filters: Omit<SubscriptionFilters, "cursor">;
  ownerName: string;
  /** Whether the caller owns it. */
  isMine: boolean;
  isShared: boolean;
};

/** Subscriptions with the same properties, if there are any. */
export type CountGroup = {
  offerId: string;
  planId: string;
  status: SubscriptionStatus;
  isOnHold: boolean;
  isFreeTrial: boolean;
  subscriptions: number;
  seats: number;
};

/** Subscriptions by status, those on hold, and all of them by kind. */
export type CountsView = {
  byStatus: Record<SubscriptionStatus, number>;
  onHold: number;
  total: number;
  groups: CountGroup[];
  /** Test purchases, which the other counts exclude. */
  testGroups: CountGroup[];
};

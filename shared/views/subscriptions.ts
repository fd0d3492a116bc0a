import type { Day } from "../day.ts";
import type { SubscriptionFilters } from "../filters.ts";
import type { Access, StaffAction, SubscriptionStatus } from "../lifecycle.ts";
import type { CancelRequestView } from "./cancellations.ts";
import type { OperationView } from "./operations.ts";

export type PartyView = { email: string | null; objectId: string | null; tenantId: string | null };

/** One line of the list. */
export type SubscriptionRow = {
  id: string;
  name: string;
  offerId: string;
  planId: string;
  /** The plan's display name when Microsoft has told it, else its id. */
  planName: string;
  /** Seats; null for a flat-rate plan. */
  quantity: number | null;
  status: SubscriptionStatus;
  /** When it got this status: when the desk first saw it so. */
  statusSince: string;
  isOnHold: boolean;
  access: Access;
  beneficiaryEmail: string | null;
  purchaserEmail: string | null;
  /** The beneficiary's. */
  tenantId: string | null;
  /** Whether a reseller bought it for the beneficiary. */
  isReseller: boolean | null;
  contactCompany: string | null;
  /** The first and the last day of the term. */
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  isFreeTrial: boolean;
  /** Why it is no customer's, in a few words each; empty: it is one. */
  testMarks: string[];
  purchasedAt: string | null;
  updatedAt: string;
  /** Operations of this subscription that are not settled. */
  openOperations: number;
  tags: string[];
  /** The member of staff who looks after it. */
  ownerId: string | null;
  ownerName: string | null;
  followUpOn: Day | null;
  /** When Microsoft last told of it. */
  seenAt: string;
  /** When it was last found to differ from Microsoft; null: never. */
  driftedAt: string | null;
};

/** A count that stops at its most. */
export type BoundedCount = { count: number; /** Whether there are more than that. */ isMore: boolean };

/** What staff may do now and, for what they may not, why. */
export type ActionView = {
  action: StaffAction;
  isPossible: boolean;
  /** A sentence; null when possible. */ whyNot: string | null;
};

export type SubscriptionView = SubscriptionRow & {
  publisherId: string | null;
  beneficiary: PartyView;
  purchaser: PartyView;
  termUnit: string | null;
  allowedCustomerOperations: string[];
  hold: { reason: string; /** Its name. */ reasonCode: string | null; byName: string; at: string } | null;
  /** What Microsoft has told of the plan; null: nothing yet. */
  plan: {
    /** For instance "$20.00 per seat per month", as Microsoft told within a day; null: it did not. */
    price: string | null;
    /** What Microsoft told more than a day ago, where nothing is newer. */
    outdatedPrice: { price: string; at: string } | null;
    /** The ids of the private offers through which it was bought: their price is its price. */
    sourceOffers: string[];
    /** Sold to some customers only. */
    isPrivate: boolean;
    minQuantity: number | null;
    maxQuantity: number | null;
  } | null;
  /** A cancellation that waits for a second person; its reason code by its name. */
  cancelRequest: CancelRequestView | null;
  /** Whether a cancellation that is asked for now would wait for a second person. */
  cancelNeedsSecondPerson: boolean;
  contact: { name: string; email: string; company: string; phone: string } | null;
  /** Whether its owner is who asks. */
  isMine: boolean;
  /** How we first heard of it. */
  firstSeenBy: "landing" | "webhook" | "reconcile";
  createdAt: string;
  /** When Microsoft was last asked about it. */
  syncedAt: string | null;
  /** Why access is what it is, and who can change that: one sentence. */
  accessReason: string;
  actions: ActionView[];
  operations: OperationView[];
  /** Microsoft's last answer to Get Subscription, as it came. */
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
  /** The plan the subscription has now. */
  isCurrent: boolean;
  /** For instance "$20.00 per seat per month"; null when Microsoft did not say. */
  price: string | null;
};

export type FacetsView = {
  offers: { offerId: string; plans: { planId: string; name: string }[] }[];
  tags: string[];
  /** Staff who look after subscriptions. */
  owners: { id: string; name: string }[];
};

/** Filters of the list of subscriptions under a name. */
export type SavedViewView = {
  id: string;
  name: string;
  filters: Omit<SubscriptionFilters, "cursor">;
  ownerName: string;
  /** Whether its owner is who asks. */
  isMine: boolean;
  isShared: boolean;
};

/** Subscriptions of one kind, of which there are some. */
export type CountGroup = {
  offerId: string;
  planId: string;
  status: SubscriptionStatus;
  isOnHold: boolean;
  isFreeTrial: boolean;
  subscriptions: number;
  seats: number;
};

/** Subscriptions by status, how many the publisher holds, and all of it by kind. */
export type CountsView = {
  byStatus: Record<SubscriptionStatus, number>;
  onHold: number;
  total: number;
  groups: CountGroup[];
  /** Test purchases, which none of the others counts. */
  testGroups: CountGroup[];
};

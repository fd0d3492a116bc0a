import type { Day } from "../day.ts";
import type { CustomerName } from "./customer-name.ts";
import type { BoundedCount, SubscriptionRow } from "./subscriptions.ts";

/** One row of the list of customers. */
export type CustomerRow = {
  /** The tenant's id, or one of Marketdesk's for a person with a personal account. */
  id: string;
  name: string;
  /** Domains of its email addresses, the most frequent first. */
  domains: string[];
  /** All its subscriptions of all offers; those that are Subscribed or Suspended, and their seats. */
  subscriptions: number;
  activeSubscriptions: number;
  seats: number;
  /** Its MRR by currency, the largest first; exact decimals in text. */
  mrr: { currency: string; monthly: string }[];
  /** The ids of its offers. */
  offers: string[];
  /** The latest purchase. */
  purchasedAt: string | null;
  /** The next end of a term among the active subscriptions. */
  termEndsOn: Day | null;
  /** It has made test purchases only. */
  isTest: boolean;
  ownerId: string | null;
  ownerName: string | null;
  tags: string[];
};

/** `reseller`: bought for the customer from another tenant. */
export type CustomerRole = "contact" | "beneficiary" | "purchaser" | "reseller";

export type CustomerPerson = {
  email: string;
  name: string | null;
  phone: string | null;
  roles: CustomerRole[];
  /** Subscriptions with this person. */
  subscriptions: number;
};

/** How many customers match, and how many subscriptions these have. */
export type CustomerCount = BoundedCount & { subscriptions: number };

/** MRR, 12 times that, and the part of the MRR that may end. */
export type CustomerMoney = { currency: string; mrr: string; arr: string; atRisk: string };

export type CustomerView = CustomerRow & {
  kind: "tenant" | "person" | "subscription";
  isMine: boolean;
  /** The newest subscriptions; `subscriptions` counts all of them. */
  rows: SubscriptionRow[];
  people: CustomerPerson[];
  /** There are more people. */
  arePeopleCut: boolean;
  /** Customers that staff merged into this one. */
  merged: (CustomerName & { subscriptions: number })[];
  /** Its MRR by currency, the largest first; exact decimals in text. */
  money: CustomerMoney[];
  /** Subscriptions that count as MRR once their price is known. */
  withoutPrice: number;
  /** Other customers with an email domain of this one. */
  similar: (CustomerName & { domain: string; subscriptions: number })[];
};

/** A customer, or the id of the one that it was merged into. */
export type CustomerAnswer = { customer: CustomerView; movedTo: null } | { customer: null; movedTo: string };

/** Why a list is not sorted, and what to do. */
import { type BoundedCustomerSort, type BoundedSubscriptionSort, maxSortedRows } from "./bounded-sorts.ts";

const words: Record<BoundedSubscriptionSort | BoundedCustomerSort, string> = {
  company: "customer",
  plan: "plan",
  offer: "offer",
  status: "status",
  access: "access",
  termStart: "term start",
  renews: "renewal",
  trial: "trial",
  purchaser: "purchaser",
  domain: "domain",
  channel: "sales channel",
  owner: "owner",
  tags: "tags",
  followUp: "follow-up",
  tenant: "tenant",
  operations: "open operations",
  seen: "last sync",
  drift: "the time when they were out of sync",
  mrr: "MRR",
};

/** @param maxRows the maximum, as the reader writes numbers */
export function tooManyToSort(
  noun: "subscriptions" | "customers",
  sort: BoundedSubscriptionSort | BoundedCustomerSort,
  maxRows: string = maxSortedRows.toLocaleString("en-US"),
): string {
  const rows = sort === "mrr" ? `customers with at most ${maxRows} subscriptions` : `at most ${maxRows} ${noun}`;
  return `Filter to ${rows} to sort by ${words[sort]}.`;
}

/** Sort orders that no index has: few enough rows are read and sorted. */

/** The most subscriptions or customers that are sorted without an index. */
export const maxSortedRows = 10_000;

export const boundedSubscriptionSorts = [
  "company",
  "plan",
  "offer",
  "status",
  "access",
  "termStart",
  "renews",
  "trial",
  "purchaser",
  "domain",
  "channel",
  "owner",
  "tags",
  "followUp",
  "tenant",
  "operations",
  "seen",
  "drift",
] as const;
export const boundedCustomerSorts = ["domain", "mrr", "owner", "tags"] as const;

export type BoundedSubscriptionSort = (typeof boundedSubscriptionSorts)[number];
export type BoundedCustomerSort = (typeof boundedCustomerSorts)[number];

/** Whether rows are sorted without an index. */
export function isBoundedSort<Sort extends string>(sorts: readonly Sort[], sort: string | undefined): sort is Sort {
  return (sorts as readonly string[]).includes(sort ?? "");
}

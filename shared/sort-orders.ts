import type { customerSorts, subscriptionSorts } from "./filters.ts";

/** The order of a sort that names none: ascending for text and upcoming days, descending for amounts and past times. */
export const subscriptionSortOrders: Record<(typeof subscriptionSorts)[number], "asc" | "desc"> = {
  updated: "desc",
  name: "asc",
  purchased: "desc",
  termEnd: "asc",
  quantity: "desc",
  money: "desc",
  company: "asc",
  plan: "asc",
  offer: "asc",
  status: "asc",
  access: "asc",
  termStart: "desc",
  renews: "asc",
  trial: "asc",
  purchaser: "asc",
  domain: "asc",
  channel: "asc",
  owner: "asc",
  tags: "asc",
  followUp: "asc",
  tenant: "asc",
  operations: "desc",
  seen: "desc",
  drift: "desc",
};

export const customerSortOrders: Record<(typeof customerSorts)[number], "asc" | "desc"> = {
  name: "asc",
  subscriptions: "desc",
  seats: "desc",
  purchased: "desc",
  termEnd: "asc",
  domain: "asc",
  mrr: "desc",
  owner: "asc",
  tags: "asc",
};

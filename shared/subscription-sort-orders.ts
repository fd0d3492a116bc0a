import type { subscriptionSorts } from "./filters.ts";

/** The order of a sort that names none. */
export const subscriptionSortOrders: Record<(typeof subscriptionSorts)[number], "asc" | "desc"> = {
  updated: "desc",
  name: "asc",
  purchased: "desc",
  termEnd: "asc",
  quantity: "desc",
  money: "desc",
};

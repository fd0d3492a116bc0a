/** The list behind a figure of the revenue. */
import type { RevenueFilters, SubscriptionFilters } from "../../../shared/filters.ts";
import type { RevenueView } from "../../../shared/views/revenue.ts";
import type { ListLink } from "./chart-data.ts";

export type RevenueChartProps = { revenue: RevenueView; filters: RevenueFilters; currency: string };

/** The list behind a figure. */
export function revenueListOf(
  { filters, currency }: Omit<RevenueChartProps, "revenue">,
  search: SubscriptionFilters,
): ListLink {
  const { offer, plan, channel } = filters;
  const reseller = channel === undefined || channel === "unknown" ? undefined : channel === "reseller";
  return { to: "/subscriptions", search: { offer, plan, reseller, currency, sort: "money", ...search } };
}

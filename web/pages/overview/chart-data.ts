/** The overview's figures for its charts: spans of days, sums, and links to the lists behind them. */
import { addDays, type Day, startInUtc } from "../../../shared/day.ts";
import type { BilledUsageFilters, OverviewFilters, SubscriptionFilters } from "../../../shared/filters.ts";
import type { UsageFilters } from "../../../shared/inputs/usage.ts";
import type { FlowsOfDay, OverviewView } from "../../../shared/views/overview.ts";

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

/** `38%`, `38 %`: a part of one, as a percentage. */
export const formatPercent = (part: number): string => percent.format(part);

/** A list page with filters that shows what a figure counts. */
export type ListLink =
  | { to: "/subscriptions"; search: SubscriptionFilters }
  | { to: "/activity"; search: { kind: string; from: string; to: string } }
  | { to: "/deliveries"; search: { outcome?: "accepted" | "duplicate" | "unprocessable"; from: string; to: string } }
  | { to: "/usage"; search: UsageFilters }
  | { to: "/settings/connection"; search: Record<string, never> };

/** A span of days, inclusive. */
export type DayRange = { from: Day; to: Day };

/** Days for a month, weeks for a quarter, calendar months for a year; the first span may be shorter. */
export function splitIntoRanges(days: readonly Day[], range: NonNullable<OverviewFilters["days"]>): DayRange[] {
  const last = days.length - 1;
  const keyOf = (day: Day, index: number) =>
    range === "30" ? day : range === "90" ? String(Math.floor((last - index) / 7)) : day.slice(0, 7);
  const ranges = new Map<string, DayRange>();
  for (const [index, day] of days.entries()) {
    const key = keyOf(day, index);
    ranges.set(key, { from: ranges.get(key)?.from ?? day, to: day });
  }
  return [...ranges.values()];
}

type FlowName = Exclude<keyof FlowsOfDay, "day">;

export function sumOf(flows: readonly FlowsOfDay[], name: FlowName, dayRange?: DayRange): number {
  return flows
    .filter(({ day }) => dayRange === undefined || (day >= dayRange.from && day <= dayRange.to))
    .reduce((sum, flow) => sum + flow[name], 0);
}

const instants = ({ from, to }: DayRange) => ({
  from: startInUtc(from).toISOString(),
  to: startInUtc(addDays(to, 1)).toISOString(),
});

/** The list of what a flow counts in a span of days; not limited to an offer where the list has no such filter. */
export function flowLink(name: FlowName, dayRange: DayRange, offer: string | undefined): ListLink | null {
  const ofSubscriptions = (search: SubscriptionFilters): ListLink => ({
    to: "/subscriptions",
    search: { ...search, offer, test: false },
  });
  const ofActivity = (kind: string): ListLink | null =>
    offer === undefined ? { to: "/activity", search: { kind, ...instants(dayRange) } } : null;
  const { from, to } = dayRange;
  switch (name) {
    case "purchased":
      return ofSubscriptions({ purchasedFrom: from, purchasedTo: to });
    case "activated":
      return ofSubscriptions({ activatedFrom: from, activatedTo: to });
    case "ended":
      return ofSubscriptions({ endedFrom: from, endedTo: to });
    case "trialsEnded":
      return ofSubscriptions({ endedFrom: from, endedTo: to, trial: true });
    case "trialsConverted":
      return ofActivity("subscription.trial_ended");
    case "suspended":
      return ofActivity("subscription.suspended");
    case "reinstated":
      return ofActivity("subscription.reinstated");
  }
}

/** The hours that a figure of billed usage counts. */
export function billedUsageLink(
  { offer, plan }: BilledUsageFilters,
  search: UsageFilters,
  of?: { offerId: string; dimension: string },
): ListLink {
  const filters = of ? { offer: of.offerId, dimension: of.dimension } : { offer };
  return { to: "/usage", search: { state: "accepted", test: false, plan, ...filters, ...search } };
}

export type PlanFigures = {
  offerId: string;
  planId: string;
  name: string;
  subscribed: number;
  suspended: number;
  pending: number;
  /** Seats of Subscribed and Suspended subscriptions. */
  seats: number;
};

/** Current subscriptions per plan, largest first, without empty plans. */
export function groupByPlan({ groups, planNames }: Pick<OverviewView, "groups" | "planNames">): PlanFigures[] {
  const plans = new Map<string, PlanFigures>();
  for (const { offerId, planId, status, subscriptions, seats } of groups) {
    const key = `${offerId}/${planId}`;
    const plan = plans.get(key) ?? {
      offerId,
      planId,
      name: planNames[key] ?? planId,
      subscribed: 0,
      suspended: 0,
      pending: 0,
      seats: 0,
    };
    if (status === "Subscribed") plan.subscribed += subscriptions;
    if (status === "Suspended") plan.suspended += subscriptions;
    if (status === "PendingFulfillmentStart") plan.pending += subscriptions;
    if (status === "Subscribed" || status === "Suspended") plan.seats += seats;
    plans.set(key, plan);
  }
  return [...plans.values()]
    .filter(({ subscribed, suspended, pending }) => subscribed + suspended + pending > 0)
    .toSorted((one, other) => other.subscribed - one.subscribed || one.name.localeCompare(other.name));
}

/** The share of ended trials that became paid, from 0 to 1; null if no trial ended. */
export function conversionRate(flows: readonly FlowsOfDay[]): number | null {
  const converted = sumOf(flows, "trialsConverted");
  const all = converted + sumOf(flows, "trialsEnded");
  return all === 0 ? null : converted / all;
}

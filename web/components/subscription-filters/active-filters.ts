/** The active filters of the list and their labels. */
import { ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { SubscriptionFilters, UnknownFact } from "../../../shared/filters.ts";
import type { SpanAhead, SpanBack } from "../../../shared/relative-days.ts";
import type { ViewFilters } from "../../../shared/inputs/views.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { formatMonth, moneyFilterLabels, movementLabels } from "../../text/revenue-labels.ts";
import { countOf, formatDay, formatNumber, shortenId } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";

/** Whether any filter is active; sorting and paging do not count. */
export function isFiltered({ sort: _sort, order: _order, cursor: _cursor, ...filters }: SubscriptionFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== "");
}

/** The URL's filters without the paging position. */
export function viewFilters({ cursor: _, ...filters }: SubscriptionFilters): ViewFilters {
  return filters;
}

/** Whether two sets of filters are equal, regardless of their order. */
export function isSameView(one: ViewFilters, other: ViewFilters): boolean {
  return canonical(one) === canonical(other);
}

function canonical(filters: ViewFilters): string {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined && value !== "");
  return JSON.stringify(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export const spanLabels: Record<SpanAhead | SpanBack, string> = {
  today: "Today",
  sinceYesterday: "Since yesterday",
  next7: "Next 7 days",
  next30: "Next 30 days",
  last7: "Last 7 days",
  last30: "Last 30 days",
  thisMonth: "This month",
};

const planNameOf = (planId: string, facets: FacetsView | undefined) =>
  facets?.offers.flatMap(({ plans }) => plans).find((plan) => plan.planId === planId)?.name ?? planId;

/** Values that Microsoft may omit. */
export const unknownFactLabels: Record<UnknownFact, string> = {
  purchased: "Purchase date",
  termEnd: "Term end",
  renewal: "Renewal",
  channel: "Sales channel",
};

type MoreFilterName = (typeof moreFilterNames)[number];
/** The filters in the “Filters” panel. */
export const moreFilterNames = [
  "access",
  "plan",
  "endsIn",
  "purchasedIn",
  "lapsesIn",
  "changedIn",
  "endsFrom",
  "endsTo",
  "purchasedFrom",
  "purchasedTo",
  "activatedFrom",
  "activatedTo",
  "endedFrom",
  "endedTo",
  "activated",
  "liveOn",
  "trial",
  "renews",
  "reseller",
  "seatsFrom",
  "seatsTo",
  "tenant",
  "customer",
  "drift",
  "tag",
  "owner",
  "followUp",
  "product",
  "test",
  "unknown",
  "currency",
  "monthlyFrom",
  "monthlyTo",
  "money",
  "movement",
  "movedIn",
] as const satisfies (keyof SubscriptionFilters)[];

/** The panel's active filters with their labels. */
export function activeMoreFilters(
  filters: SubscriptionFilters,
  facets: FacetsView | undefined,
): { name: MoreFilterName; label: string }[] {
  const labels: { [Name in MoreFilterName]: (value: NonNullable<SubscriptionFilters[Name]>) => string } = {
    access: (value) => accessLabels[value].label,
    plan: (value) => `plan ${planNameOf(value, facets)}`,
    endsIn: (value) => `term end ${spanLabels[value].toLowerCase()}`,
    purchasedIn: (value) => `purchased ${spanLabels[value].toLowerCase()} (UTC)`,
    lapsesIn: (value) => `lapses ${spanLabels[value].toLowerCase()} (UTC)`,
    changedIn: (value) => `changed ${spanLabels[value].toLowerCase()} (UTC)`,
    endsFrom: (value) => `term end from ${formatDay(value)}`,
    endsTo: (value) => `term end until ${formatDay(value)}`,
    purchasedFrom: (value) => `purchased from ${formatDay(value)} (UTC)`,
    purchasedTo: (value) => `purchased until ${formatDay(value)} (UTC)`,
    activatedFrom: (value) => `activated from ${formatDay(value)} (UTC)`,
    activatedTo: (value) => `activated until ${formatDay(value)} (UTC)`,
    endedFrom: (value) => `ended from ${formatDay(value)} (UTC)`,
    endedTo: (value) => `ended until ${formatDay(value)} (UTC)`,
    activated: (value) => (value ? "activated" : "never activated"),
    liveOn: (value) => `not ended on ${formatDay(value)} (UTC)`,
    trial: (value) => (value ? "free trial" : "no free trial"),
    renews: (value) => (value ? "auto-renews" : "does not renew"),
    reseller: (value) => (value ? "sold by a reseller" : "bought directly"),
    seatsFrom: (value) => `at least ${countOf(value, "seat")}`,
    seatsTo: (value) => `at most ${countOf(value, "seat")}`,
    tenant: (value) => `tenant ${shortenId(value)}`,
    customer: () => "one customer",
    drift: (value) => (value ? "recently out of sync" : "in sync recently"),
    tag: (value) => `tagged ${value}`,
    owner: (value) =>
      value === ownerMe
        ? "mine"
        : value === ownerNone
          ? "unassigned"
          : `owned by ${facets?.owners.find(({ id }) => id === value)?.name ?? "someone"}`,
    test: (value) => (value ? "test purchases" : "no test purchases"),
    unknown: (value) => `${unknownFactLabels[value].toLowerCase()} not reported`,
    currency: (value) => `in ${value}`,
    monthlyFrom: (value) => `from ${formatNumber(value)}${filters.currency ? ` ${filters.currency}` : ""} per month`,
    monthlyTo: (value) => `up to ${formatNumber(value)}${filters.currency ? ` ${filters.currency}` : ""} per month`,
    money: (value) => `revenue: ${moneyFilterLabels[value].toLowerCase()}`,
    movement: (value) => `MRR: ${movementLabels[value].toLowerCase()}`,
    movedIn: (value) => `moved in ${formatMonth(value)} (UTC)`,
    product: () => "product out of sync",
    followUp: (value) => (value === "due" ? "follow-up due" : "has a follow-up"),
  };
  return moreFilterNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [{ name, label: (labels[name] as (value: unknown) => string)(value) }];
  });
}

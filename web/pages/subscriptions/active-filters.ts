/** Which filters of the list are in force, and in which words. */
import { ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { SubscriptionFilters, UnknownFact } from "../../../shared/filters.ts";
import type { ViewFilters } from "../../../shared/inputs.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { countOf, formatDay, shortenId } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";

/** Whether anything is left out; order and page leave nothing out. */
export function isFiltered({ sort: _sort, order: _order, cursor: _cursor, ...filters }: SubscriptionFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== "");
}

/** The filters of the address without what only says how far one has got. */
export function viewFilters({ cursor: _, ...filters }: SubscriptionFilters): ViewFilters {
  return filters;
}

/** Whether two sets of filters show the same, whatever the order in which they are written. */
export function isSameView(one: ViewFilters, other: ViewFilters): boolean {
  return canonical(one) === canonical(other);
}

function canonical(filters: ViewFilters): string {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined && value !== "");
  return JSON.stringify(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What Microsoft may leave out, by name. */
export const unknownFactLabels: Record<UnknownFact, string> = {
  purchased: "Purchase date",
  termEnd: "Term end",
  renewal: "Renewal",
  channel: "Sales channel",
};

type MoreFilterName = (typeof moreFilterNames)[number];
/** The filters that the panel “More filters” holds. */
export const moreFilterNames = [
  "access",
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
  "drift",
  "tag",
  "owner",
  "followUp",
  "product",
  "test",
  "unknown",
] as const satisfies (keyof SubscriptionFilters)[];

/** Those of the panel that are in force, with what to say of each. */
export function activeMoreFilters(
  filters: SubscriptionFilters,
  facets: FacetsView | undefined,
): { name: MoreFilterName; label: string }[] {
  const labels: { [Name in MoreFilterName]: (value: NonNullable<SubscriptionFilters[Name]>) => string } = {
    access: (value) => accessLabels[value].label,
    endsFrom: (value) => `term ends ${formatDay(value)} or later`,
    endsTo: (value) => `term ends ${formatDay(value)} or before`,
    purchasedFrom: (value) => `purchased ${formatDay(value)} (UTC) or later`,
    purchasedTo: (value) => `purchased ${formatDay(value)} (UTC) or before`,
    activatedFrom: (value) => `became active ${formatDay(value)} (UTC) or later`,
    activatedTo: (value) => `became active ${formatDay(value)} (UTC) or before`,
    endedFrom: (value) => `ended ${formatDay(value)} (UTC) or later`,
    endedTo: (value) => `ended ${formatDay(value)} (UTC) or before`,
    activated: (value) => (value ? "became active" : "never became active"),
    liveOn: (value) => `not ended on ${formatDay(value)} (UTC)`,
    trial: (value) => (value ? "free trial" : "no free trial"),
    renews: (value) => (value ? "renews by itself" : "does not renew"),
    reseller: (value) => (value ? "sold by a reseller" : "bought directly"),
    seatsFrom: (value) => `at least ${countOf(value, "seat")}`,
    seatsTo: (value) => `at most ${countOf(value, "seat")}`,
    tenant: (value) => `tenant ${shortenId(value)}`,
    drift: (value) => (value ? "differed from Microsoft of late" : "did not differ from Microsoft of late"),
    tag: (value) => `tagged ${value}`,
    owner: (value) =>
      value === ownerMe
        ? "mine"
        : value === ownerNone
          ? "owned by nobody"
          : `owned by ${facets?.owners.find(({ id }) => id === value)?.name ?? "someone"}`,
    test: (value) => (value ? "test purchases" : "no test purchases"),
    unknown: (value) => `${unknownFactLabels[value].toLowerCase()} not reported`,
    product: () => "product differs",
    followUp: (value) => (value === "due" ? "follow-up due" : "to be followed up"),
  };
  return moreFilterNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [{ name, label: (labels[name] as (value: unknown) => string)(value) }];
  });
}

/** When an automation acts and on which subscriptions, in words. */
import type { AutomationFilters, AutomationRule } from "../../../shared/automations.ts";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { statusNames } from "../../../shared/lifecycle.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { activeMoreFilters } from "../../components/subscription-filters/active-filters.ts";

export type FilterWords = { name: keyof AutomationFilters; label: string };

/** The active filters with their labels. */
export function filterWords(filters: AutomationFilters, facets: FacetsView | undefined): FilterWords[] {
  const { q, status, offer, hold } = filters;
  const offerName = facets?.offers.find(({ offerId }) => offerId === offer)?.name ?? offer;
  return [
    ...(q ? [{ name: "q" as const, label: `“${q}”` }] : []),
    ...(status ? [{ name: "status" as const, label: statusNames[status] }] : []),
    ...(offer ? [{ name: "offer" as const, label: `offer ${offerName}` }] : []),
    ...(hold === undefined ? [] : [{ name: "hold" as const, label: hold ? "on hold" : "not on hold" }]),
    ...activeMoreFilters(filters, facets),
  ];
}

/** `Suspended or Access hold set` */
export function whenWords({ trigger }: AutomationRule): string {
  if (trigger.kind === "enters") return "a subscription begins to match";
  return trigger.events.map((event) => eventMeanings[event].name).join(" or ");
}

export function ifWords({ filters }: AutomationRule, facets: FacetsView | undefined): string {
  const words = filterWords(filters, facets);
  return words.length === 0 ? "any subscription" : words.map(({ label }) => label).join(", ");
}

/** Views that everyone has. Their days are relative, and they exclude test purchases. */
import { ownerNone } from "../../../shared/filters.ts";
import type { ViewFilters } from "../../../shared/inputs/views.ts";

export const readyMadeViews: readonly { name: string; filters: ViewFilters }[] = [
  {
    name: "Purchases lapsing",
    filters: { lapsesIn: "next7", test: false, sort: "purchased", order: "asc" },
  },
  {
    name: "Not renewing",
    filters: { status: "Subscribed", trial: false, renews: false, endsIn: "next30", test: false, sort: "termEnd" },
  },
  {
    name: "Trials ending",
    filters: { status: "Subscribed", trial: true, endsIn: "next7", test: false, sort: "termEnd" },
  },
  { name: "Trials this month", filters: { trial: true, purchasedIn: "thisMonth", test: false, sort: "purchased" } },
  { name: "Payment failed", filters: { status: "Suspended", test: false, sort: "money" } },
  {
    name: "Renewals in 30 days",
    filters: { status: "Subscribed", trial: false, renews: true, endsIn: "next30", test: false, sort: "termEnd" },
  },
  { name: "Unassigned", filters: { owner: ownerNone, access: "full", test: false, sort: "money" } },
];

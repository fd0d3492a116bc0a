/** The number of matching subscriptions, if the maintained totals contain it. */
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { accessOf } from "../../../shared/lifecycle.ts";
import type { CountsView } from "../../../shared/views/subscriptions.ts";
import { isFiltered } from "../../components/subscription-filters/active-filters.ts";

/** Undefined if the totals do not cover the filters. */
export function matchingCount(filters: SubscriptionFilters, counts: CountsView | undefined): number | undefined {
  const {
    sort: _sort,
    order: _order,
    cursor: _cursor,
    status,
    hold,
    offer,
    plan,
    access,
    trial,
    test,
    ...others
  } = filters;
  if (!counts || isFiltered(others)) return undefined;
  const isWanted = <Value>(wanted: Value | undefined, actual: Value) => wanted === undefined || wanted === actual;
  const groups = [...(test === true ? [] : counts.groups), ...(test === false ? [] : counts.testGroups)];
  return groups
    .filter(
      (group) =>
        isWanted(status, group.status) &&
        isWanted(hold, group.isOnHold) &&
        isWanted(offer, group.offerId) &&
        isWanted(plan, group.planId) &&
        isWanted(trial, group.isFreeTrial) &&
        isWanted(access, accessOf(group.status, group.isOnHold)),
    )
    .reduce((sum, { subscriptions }) => sum + subscriptions, 0);
}

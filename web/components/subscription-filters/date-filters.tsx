import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { spansAhead, spansBack } from "../../../shared/relative-days.ts";
import { spanLabels } from "./active-filters.ts";
import { ChoiceField, FilterDayField } from "./filter-fields.tsx";

type Props = { filters: SubscriptionFilters; change(part: SubscriptionFilters): void };

/** When a subscription was purchased or changed, and when it ends or lapses: counted from today, and by day. */
export function DateFilters({ filters, change }: Props) {
  return (
    <>
      <ChoiceField
        label="Term end"
        value={filters.endsIn}
        options={spansAhead.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(endsIn) => change({ endsIn: spansAhead.find((span) => span === endsIn) })}
      />
      <ChoiceField
        label="Purchased"
        value={filters.purchasedIn}
        options={spansBack.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(purchasedIn) => change({ purchasedIn: spansBack.find((span) => span === purchasedIn) })}
      />
      <ChoiceField
        label="Lapses, if not activated"
        value={filters.lapsesIn}
        options={spansAhead.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(lapsesIn) => change({ lapsesIn: spansAhead.find((span) => span === lapsesIn) })}
      />
      <ChoiceField
        label="Changed"
        value={filters.changedIn}
        options={spansBack.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(changedIn) => change({ changedIn: spansBack.find((span) => span === changedIn) })}
      />
      <FilterDayField label="Term end from" value={filters.endsFrom} choose={(endsFrom) => change({ endsFrom })} />
      <FilterDayField label="Term end until" value={filters.endsTo} choose={(endsTo) => change({ endsTo })} />
      <FilterDayField
        label="Purchased from (UTC)"
        value={filters.purchasedFrom}
        choose={(purchasedFrom) => change({ purchasedFrom })}
      />
      <FilterDayField
        label="Purchased until (UTC)"
        value={filters.purchasedTo}
        choose={(purchasedTo) => change({ purchasedTo })}
      />
      <FilterDayField
        label="Ended from (UTC)"
        value={filters.endedFrom}
        choose={(endedFrom) => change({ endedFrom })}
      />
      <FilterDayField label="Ended until (UTC)" value={filters.endedTo} choose={(endedTo) => change({ endedTo })} />
    </>
  );
}

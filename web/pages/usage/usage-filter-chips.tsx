import { useQuery } from "@tanstack/react-query";
import type { UsageFilters } from "../../../shared/inputs/usage.ts";
import { usageStates, usageStateWords } from "../../../shared/usage.ts";
import { FilterChip, FilterChips } from "../../components/paged-table.tsx";
import { formatDay } from "../../text/format.ts";
import { formatMonth } from "../../text/revenue-labels.ts";
import { trpc } from "../../trpc.ts";
import { planNameIn } from "./usage-words.ts";
import * as filtersStyles from "../../components/table/filters.module.css";

type Props = {
  filters: UsageFilters;
  /** The name of the dimension that is filtered by, if it is known. */
  dimensionName: string | undefined;
};

/** The filter by state, and what other pages have filtered by. */
export function UsageFilterChips({ filters, dimensionName }: Props) {
  const facets = useQuery(
    trpc.subscriptions.facets.queryOptions(undefined, { enabled: (filters.offer ?? filters.plan) !== undefined }),
  );
  const offerName = facets.data?.offers.find(({ offerId }) => offerId === filters.offer)?.name;
  const planName = planNameIn(facets.data, filters.plan);
  return (
    <div className={filtersStyles.filters}>
      <FilterChips
        label="Filter by state"
        name="state"
        current={filters.state}
        choices={[
          { value: undefined, label: "All" },
          ...usageStates.map((state) => ({ value: state, label: usageStateWords[state].name })),
        ]}
      />
      {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
      {filters.customer && <FilterChip name="customer" value={undefined} isOn label="One customer ×" />}
      {filters.dimension && (
        <FilterChip name="dimension" value={undefined} isOn label={`${dimensionName ?? filters.dimension} ×`} />
      )}
      {filters.plan && <FilterChip name="plan" value={undefined} isOn label={`Plan ${planName ?? filters.plan} ×`} />}
      {filters.offer && (
        <FilterChip name="offer" value={undefined} isOn label={`Offer ${offerName ?? filters.offer} ×`} />
      )}
      {filters.term && (
        <FilterChip name="term" value={undefined} isOn label={`Term from ${formatDay(filters.term)} ×`} />
      )}
      {filters.month && (
        <FilterChip name="month" value={undefined} isOn label={`${formatMonth(filters.month)} (UTC) ×`} />
      )}
      {filters.since && (
        <FilterChip name="since" value={undefined} isOn label={`Since ${formatMonth(filters.since)} (UTC) ×`} />
      )}
      {filters.currency && (
        <FilterChip
          name="currency"
          value={undefined}
          isOn
          label={filters.currency === "unknown" ? "Price not known ×" : `Price in ${filters.currency} ×`}
        />
      )}
      {filters.test !== undefined && (
        <FilterChip
          name="test"
          value={undefined}
          isOn
          label={filters.test ? "Test purchases only ×" : "Without test purchases ×"}
        />
      )}
      {filters.day && <FilterChip name="day" value={undefined} isOn label={`${formatDay(filters.day)} (UTC) ×`} />}
    </div>
  );
}

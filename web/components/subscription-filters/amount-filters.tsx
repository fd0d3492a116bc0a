import { amountFilter, seatsFilter } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { moneyStates } from "../../../shared/money.ts";
import { moneyFilterLabels } from "../../text/revenue-labels.ts";
import { withCurrent } from "../select-options.ts";
import { ChoiceField, FilterNumberField } from "./filter-fields.tsx";

const moneyFilters = ["counted", ...moneyStates] as const;

type Props = { filters: SubscriptionFilters; currencies: string[]; change(part: SubscriptionFilters): void };

/** How many seats a subscription has, and what it brings in. */
export function AmountFilters({ filters, currencies, change }: Props) {
  return (
    <>
      <FilterNumberField
        schema={seatsFilter}
        key={`from ${filters.seatsFrom}`}
        label="Seats from"
        value={filters.seatsFrom}
        choose={(seatsFrom) => change({ seatsFrom })}
      />
      <FilterNumberField
        schema={seatsFilter}
        key={`to ${filters.seatsTo}`}
        label="Seats to"
        value={filters.seatsTo}
        choose={(seatsTo) => change({ seatsTo })}
      />
      <FilterNumberField
        schema={amountFilter}
        key={`amount from ${filters.monthlyFrom}`}
        label="Monthly price from"
        value={filters.monthlyFrom}
        choose={(monthlyFrom) => change({ monthlyFrom })}
      />
      <FilterNumberField
        schema={amountFilter}
        key={`amount to ${filters.monthlyTo}`}
        label="Monthly price to"
        value={filters.monthlyTo}
        choose={(monthlyTo) => change({ monthlyTo })}
      />
      <ChoiceField
        label="Currency"
        value={filters.currency}
        options={withCurrent(
          currencies.map((currency) => ({ value: currency, label: currency })),
          filters.currency,
        )}
        choose={(currency) => change({ currency })}
      />
      <ChoiceField
        label="Revenue"
        value={filters.money}
        options={moneyFilters.map((state) => ({ value: state, label: moneyFilterLabels[state] }))}
        choose={(money) => change({ money: moneyFilters.find((state) => state === money) })}
      />
    </>
  );
}

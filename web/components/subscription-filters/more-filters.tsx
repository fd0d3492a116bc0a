import { withCurrent } from "../select-options.ts";
import { moneyStates } from "../../../shared/money.ts";
import { amountFilter, ownerMe, ownerNone, seatsFilter, unknownFacts } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { spansAhead, spansBack } from "../../../shared/relative-days.ts";
import { accessKinds } from "../../../shared/lifecycle.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { capitalize } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";
import { moneyFilterLabels } from "../../text/money.ts";
import { spanLabels, unknownFactLabels } from "./active-filters.ts";
import { ChoiceField, YesNoField, TextField, FilterNumberField, FilterDayField } from "./filter-fields.tsx";
import * as styles from "./more-filters.module.css";

const moneyFilters = ["counted", ...moneyStates] as const;

type Props = {
  filters: SubscriptionFilters;
  facets: FacetsView | undefined;
  /** The plans of the chosen offer. */
  plans: { planId: string; name: string }[];
  change(part: SubscriptionFilters): void;
};

/** Less common filters. */
export function MoreFilters({ filters, facets, plans, change }: Props) {
  const tags = (facets?.tags ?? []).map((tag) => ({ value: tag, label: tag }));
  const owners = (facets?.owners ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className={styles.moreFilters} id="more-filters" role="group" aria-label="Filters">
      <ChoiceField
        label="Plan"
        value={filters.plan}
        options={withCurrent(
          plans.map(({ planId, name }) => ({ value: planId, label: name })),
          filters.plan,
        )}
        choose={(plan) => change({ plan })}
      />
      <ChoiceField
        label="Access"
        value={filters.access}
        options={accessKinds.map((access) => ({ value: access, label: capitalize(accessLabels[access].label) }))}
        choose={(access) => change({ access: accessKinds.find((kind) => kind === access) })}
      />
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
      <YesNoField
        label="Renewal"
        value={filters.renews}
        labels={["Auto-renews", "Does not renew"]}
        choose={(renews) => change({ renews })}
      />
      <YesNoField
        label="Trial"
        value={filters.trial}
        labels={["Free trial", "No free trial"]}
        choose={(trial) => change({ trial })}
      />
      <YesNoField
        label="Sales channel"
        value={filters.reseller}
        labels={["Reseller (CSP)", "Direct"]}
        choose={(reseller) => change({ reseller })}
      />
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
          (facets?.currencies ?? []).map((currency) => ({ value: currency, label: currency })),
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
      <YesNoField
        label="Sync with Microsoft"
        value={filters.drift}
        labels={["Recently out of sync", "In sync"]}
        choose={(drift) => change({ drift })}
      />
      <TextField label="Tenant ID" value={filters.tenant} choose={(tenant) => change({ tenant })} />
      <ChoiceField
        label="Tag"
        value={filters.tag}
        options={withCurrent(tags, filters.tag)}
        choose={(tag) => change({ tag })}
      />
      <ChoiceField
        label="Owner"
        value={filters.owner}
        options={withCurrent(
          [{ value: ownerMe, label: "Me" }, { value: ownerNone, label: "Unassigned" }, ...owners],
          filters.owner,
        )}
        choose={(owner) => change({ owner })}
      />
      <ChoiceField
        label="Follow-up"
        value={filters.followUp}
        options={[
          { value: "due", label: "Due" },
          { value: "set", label: "Has a follow-up" },
        ]}
        choose={(followUp) => change({ followUp: followUp === "due" || followUp === "set" ? followUp : undefined })}
      />
      <ChoiceField
        label="Product"
        value={filters.product}
        options={[{ value: "differs", label: "Out of sync" }]}
        choose={(product) => change({ product: product === "differs" ? product : undefined })}
      />
      <YesNoField
        label="Test purchases"
        value={filters.test}
        labels={["Only test purchases", "No test purchases"]}
        choose={(test) => change({ test })}
      />
      <ChoiceField
        label="Not reported by Microsoft"
        value={filters.unknown}
        options={unknownFacts.map((fact) => ({ value: fact, label: unknownFactLabels[fact] }))}
        choose={(unknown) => change({ unknown: unknownFacts.find((fact) => fact === unknown) })}
      />
    </div>
  );
}

import { unknownFacts } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { accessKinds } from "../../../shared/lifecycle.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { capitalize } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";
import { withCurrent } from "../select-options.ts";
import { unknownFactLabels } from "./active-filters.ts";
import { AmountFilters } from "./amount-filters.tsx";
import { DateFilters } from "./date-filters.tsx";
import { ChoiceField, YesNoField, TextField } from "./filter-fields.tsx";
import { StaffFilters } from "./staff-filters.tsx";
import * as styles from "./more-filters.module.css";

type Props = {
  filters: SubscriptionFilters;
  facets: FacetsView | undefined;
  /** The plans of the chosen offer. */
  plans: { planId: string; name: string }[];
  change(part: SubscriptionFilters): void;
};

/** Less common filters. */
export function MoreFilters({ filters, facets, plans, change }: Props) {
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
      <DateFilters filters={filters} change={change} />
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
      <AmountFilters filters={filters} currencies={facets?.currencies ?? []} change={change} />
      <YesNoField
        label="Sync with Microsoft"
        value={filters.drift}
        labels={["Recently out of sync", "In sync"]}
        choose={(drift) => change({ drift })}
      />
      <TextField label="Tenant ID" value={filters.tenant} choose={(tenant) => change({ tenant })} />
      <StaffFilters filters={filters} facets={facets} change={change} />
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

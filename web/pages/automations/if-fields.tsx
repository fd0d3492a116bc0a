/** The subscriptions that an automation acts on. */
import { NativeSelect } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type AutomationFilters } from "../../../shared/automations.ts";
import { isolated } from "../../../shared/foreign-text.ts";
import { statusNames, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import { Button } from "../../components/button.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { MoreFilters } from "../../components/subscription-filters/more-filters.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { filterWords } from "./automation-words.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./automations.module.css";

type IfProps = {
  filters: AutomationFilters;
  problem: string | undefined;
  onChange(filters: AutomationFilters): void;
};

export function IfFields({ filters, problem, onChange }: IfProps) {
  const [isOpen, setOpen] = useState(false);
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const offers = facets.data?.offers ?? [];
  const plans = offers.filter(({ offerId }) => !filters.offer || offerId === filters.offer).flatMap((one) => one.plans);
  const change = (part: AutomationFilters) => onChange(without({ ...filters, ...part }));
  return (
    <section aria-labelledby="if" className={styles.part}>
      <h2 id="if">If</h2>
      <div className={styles.filters}>
        <NativeSelect
          label="Status"
          value={filters.status ?? ""}
          data={[
            { value: "", label: "Any" },
            ...subscriptionStatuses.map((value) => ({ value, label: statusNames[value] })),
          ]}
          onChange={(event) =>
            change({ status: subscriptionStatuses.find((one) => one === event.currentTarget.value) })
          }
        />
        <NativeSelect
          label="Offer"
          value={filters.offer ?? ""}
          data={withCurrent(
            [
              { value: "", label: "Any" },
              ...offers.map(({ offerId, name }) => ({ value: offerId, label: isolated(name) })),
            ],
            filters.offer,
          )}
          onChange={(event) => change({ offer: event.currentTarget.value || undefined, plan: undefined })}
        />
        <CopyFilters onCopy={onChange} />
        <Button variant="default" aria-expanded={isOpen} aria-controls="more-filters" onClick={() => setOpen(!isOpen)}>
          All filters
        </Button>
      </div>
      {isOpen && (
        <MoreFilters
          filters={filters}
          facets={facets.data}
          plans={[...new Map(plans.map((plan) => [plan.planId, plan])).values()]}
          change={({ cursor: _cursor, sort: _sort, order: _order, ...part }) => change(part)}
        />
      )}
      <ActiveFilters
        words={filterWords(filters, facets.data)}
        remove={(name) => change({ [name]: undefined })}
        clear={() => onChange({})}
      />
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** Copies the filters of a saved view. */
function CopyFilters({ onCopy }: { onCopy(filters: AutomationFilters): void }) {
  const views = useQuery(trpc.views.list.queryOptions());
  if (!views.data || views.data.length === 0) return null;
  return (
    <NativeSelect
      label="Copy filters of a view"
      value=""
      data={[
        { value: "", label: "Choose a view" },
        ...views.data.map((view) => ({ value: view.id, label: isolated(view.name) })),
      ]}
      onChange={(event) => {
        const view = views.data.find(({ id }) => id === event.currentTarget.value);
        if (!view) return;
        const { sort: _sort, order: _order, ...copied } = view.filters;
        onCopy(without(copied));
        announce(`Filters of “${view.name}” copied`);
      }}
    />
  );
}

type ActiveFiltersProps = { words: ReturnType<typeof filterWords>; remove(name: string): void; clear(): void };

function ActiveFilters({ words, remove, clear }: ActiveFiltersProps) {
  if (words.length === 0) return <p className="dim">No filters: any subscription.</p>;
  return (
    <div className={styles.inForce} role="group" aria-label="Active filters">
      {words.map((word) => (
        <button
          key={word.name}
          type="button"
          className={filtersStyles.chip}
          data-on
          aria-label={`Remove filter: ${word.label}`}
          onClick={() => remove(word.name)}
        >
          {word.label}
          <IconX size={13} aria-hidden />
        </button>
      ))}
      <button type="button" className={buttonStyles.compact} onClick={clear}>
        Clear filters
      </button>
    </div>
  );
}

/** Without filters that are not set. */
function without(filters: AutomationFilters): AutomationFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

import { isolated } from "../../../shared/foreign-text.ts";
import { withCurrent } from "../select-options.ts";
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { z } from "zod";
import { type Day, isDay } from "../../../shared/day.ts";
import { moneyStates } from "../../../shared/money.ts";
import { amountFilter, ownerMe, ownerNone, seatsFilter, unknownFacts } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { spansAhead, spansBack } from "../../../shared/relative-days.ts";
import { accessKinds } from "../../../shared/lifecycle.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { NumberField } from "../number-field.tsx";
import { capitalize } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";
import { moneyFilterLabels } from "../../text/money.ts";
import { spanLabels, unknownFactLabels } from "./active-filters.ts";
import * as styles from "./more-filters.module.css";

const moneyFilters = ["counted", ...moneyStates] as const;

type Option = { value: string; label: string };

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
      <Choice
        label="Plan"
        value={filters.plan}
        options={withCurrent(
          plans.map(({ planId, name }) => ({ value: planId, label: name })),
          filters.plan,
        )}
        choose={(plan) => change({ plan })}
      />
      <Choice
        label="Access"
        value={filters.access}
        options={accessKinds.map((access) => ({ value: access, label: capitalize(accessLabels[access].label) }))}
        choose={(access) => change({ access: accessKinds.find((kind) => kind === access) })}
      />
      <Choice
        label="Term end"
        value={filters.endsIn}
        options={spansAhead.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(endsIn) => change({ endsIn: spansAhead.find((span) => span === endsIn) })}
      />
      <Choice
        label="Purchased"
        value={filters.purchasedIn}
        options={spansBack.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(purchasedIn) => change({ purchasedIn: spansBack.find((span) => span === purchasedIn) })}
      />
      <Choice
        label="Lapses, if not activated"
        value={filters.lapsesIn}
        options={spansAhead.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(lapsesIn) => change({ lapsesIn: spansAhead.find((span) => span === lapsesIn) })}
      />
      <Choice
        label="Changed"
        value={filters.changedIn}
        options={spansBack.map((span) => ({ value: span, label: spanLabels[span] }))}
        choose={(changedIn) => change({ changedIn: spansBack.find((span) => span === changedIn) })}
      />
      <DayField label="Term end from" value={filters.endsFrom} choose={(endsFrom) => change({ endsFrom })} />
      <DayField label="Term end until" value={filters.endsTo} choose={(endsTo) => change({ endsTo })} />
      <DayField
        label="Purchased from (UTC)"
        value={filters.purchasedFrom}
        choose={(purchasedFrom) => change({ purchasedFrom })}
      />
      <DayField
        label="Purchased until (UTC)"
        value={filters.purchasedTo}
        choose={(purchasedTo) => change({ purchasedTo })}
      />
      <DayField label="Ended from (UTC)" value={filters.endedFrom} choose={(endedFrom) => change({ endedFrom })} />
      <DayField label="Ended until (UTC)" value={filters.endedTo} choose={(endedTo) => change({ endedTo })} />
      <YesNoFilter
        label="Renewal"
        value={filters.renews}
        labels={["Auto-renews", "Does not renew"]}
        choose={(renews) => change({ renews })}
      />
      <YesNoFilter
        label="Trial"
        value={filters.trial}
        labels={["Free trial", "No free trial"]}
        choose={(trial) => change({ trial })}
      />
      <YesNoFilter
        label="Sales channel"
        value={filters.reseller}
        labels={["Reseller (CSP)", "Direct"]}
        choose={(reseller) => change({ reseller })}
      />
      <NumberFilter
        schema={seatsFilter}
        key={`from ${filters.seatsFrom}`}
        label="Seats from"
        value={filters.seatsFrom}
        choose={(seatsFrom) => change({ seatsFrom })}
      />
      <NumberFilter
        schema={seatsFilter}
        key={`to ${filters.seatsTo}`}
        label="Seats to"
        value={filters.seatsTo}
        choose={(seatsTo) => change({ seatsTo })}
      />
      <NumberFilter
        schema={amountFilter}
        key={`amount from ${filters.monthlyFrom}`}
        label="Monthly price from"
        value={filters.monthlyFrom}
        choose={(monthlyFrom) => change({ monthlyFrom })}
      />
      <NumberFilter
        schema={amountFilter}
        key={`amount to ${filters.monthlyTo}`}
        label="Monthly price to"
        value={filters.monthlyTo}
        choose={(monthlyTo) => change({ monthlyTo })}
      />
      <Choice
        label="Currency"
        value={filters.currency}
        options={withCurrent(
          (facets?.currencies ?? []).map((currency) => ({ value: currency, label: currency })),
          filters.currency,
        )}
        choose={(currency) => change({ currency })}
      />
      <Choice
        label="Revenue"
        value={filters.money}
        options={moneyFilters.map((state) => ({ value: state, label: moneyFilterLabels[state] }))}
        choose={(money) => change({ money: moneyFilters.find((state) => state === money) })}
      />
      <YesNoFilter
        label="Sync with Microsoft"
        value={filters.drift}
        labels={["Recently out of sync", "In sync"]}
        choose={(drift) => change({ drift })}
      />
      <Typed label="Tenant ID" value={filters.tenant} choose={(tenant) => change({ tenant })} />
      <Choice
        label="Tag"
        value={filters.tag}
        options={withCurrent(tags, filters.tag)}
        choose={(tag) => change({ tag })}
      />
      <Choice
        label="Owner"
        value={filters.owner}
        options={withCurrent(
          [{ value: ownerMe, label: "Me" }, { value: ownerNone, label: "Unassigned" }, ...owners],
          filters.owner,
        )}
        choose={(owner) => change({ owner })}
      />
      <Choice
        label="Follow-up"
        value={filters.followUp}
        options={[
          { value: "due", label: "Due" },
          { value: "set", label: "Has a follow-up" },
        ]}
        choose={(followUp) => change({ followUp: followUp === "due" || followUp === "set" ? followUp : undefined })}
      />
      <Choice
        label="Product"
        value={filters.product}
        options={[{ value: "differs", label: "Out of sync" }]}
        choose={(product) => change({ product: product === "differs" ? product : undefined })}
      />
      <YesNoFilter
        label="Test purchases"
        value={filters.test}
        labels={["Only test purchases", "No test purchases"]}
        choose={(test) => change({ test })}
      />
      <Choice
        label="Not reported by Microsoft"
        value={filters.unknown}
        options={unknownFacts.map((fact) => ({ value: fact, label: unknownFactLabels[fact] }))}
        choose={(unknown) => change({ unknown: unknownFacts.find((fact) => fact === unknown) })}
      />
    </div>
  );
}

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: Option[];
  choose(value: string | undefined): void;
};

function Choice({ label, value, options, choose }: ChoiceProps) {
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value ?? ""}
      onChange={(event) => choose(event.currentTarget.value || undefined)}
      data={[{ value: "", label: "Any" }, ...options.map((option) => ({ ...option, label: isolated(option.label) }))]}
    />
  );
}

type YesNoFilterProps = {
  label: string;
  value: boolean | undefined;
  labels: [yes: string, no: string];
  choose(value: boolean | undefined): void;
};

function YesNoFilter({ label, value, labels, choose }: YesNoFilterProps) {
  return (
    <Choice
      label={label}
      value={value === undefined ? undefined : String(value)}
      options={[
        { value: "true", label: labels[0] },
        { value: "false", label: labels[1] },
      ]}
      choose={(chosen) => choose(chosen === undefined ? undefined : chosen === "true")}
    />
  );
}

type TypedProps = { label: string; value: string | undefined; choose(value: string | undefined): void };

function Typed({ label, value, choose }: TypedProps) {
  const take = (text: string) => {
    const typed = text.trim() || undefined;
    if (typed !== value) choose(typed);
  };
  return (
    <TextInput
      size="xs"
      label={label}
      defaultValue={value ?? ""}
      key={value}
      onBlur={(event) => take(event.currentTarget.value)}
      onKeyDown={onEnter((event) => take(event.currentTarget.value))}
    />
  );
}

type NumberFilterProps = {
  label: string;
  /** The schema that the number must satisfy. */
  schema: z.ZodType<number | undefined>;
  value: number | undefined;
  choose(value: number | undefined): void;
};

/** A number, applied on blur or Enter. Invalid input shows an error and changes nothing. */
function NumberFilter({ label, schema, value, choose }: NumberFilterProps) {
  const [typed, setTyped] = useState(value ?? null);
  const read = schema.safeParse(typed ?? undefined);
  const take = () => read.success && read.data !== value && choose(read.data);
  return (
    <NumberField
      size="xs"
      label={label}
      value={typed}
      error={read.success ? undefined : read.error.issues[0]?.message}
      onChange={setTyped}
      onBlur={take}
      onKeyDown={onEnter(take)}
    />
  );
}

type DayProps = { label: string; value: Day | undefined; choose(value: Day | undefined): void };

function DayField({ label, value, choose }: DayProps) {
  return (
    <TextInput
      type="date"
      size="xs"
      label={label}
      defaultValue={value ?? ""}
      key={value}
      // A partly typed year is a valid year too, so the value counts only on blur or Enter.
      onBlur={(event) => {
        const day = dayOrNone(event.currentTarget.value);
        if (day !== value) choose(day);
      }}
      onKeyDown={onEnter((event) => choose(dayOrNone(event.currentTarget.value)))}
    />
  );
}

/** Enter applies the field. It does not send the form that the filters may be part of, such as that of an automation. */
function onEnter(apply: (event: React.KeyboardEvent<HTMLInputElement>) => void) {
  return (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    apply(event);
  };
}

const dayOrNone = (text: string) => (isDay(text) ? text : undefined);

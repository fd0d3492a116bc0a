import { useQuery } from "@tanstack/react-query";
import { ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { ChoiceFilter } from "../../components/table/field-filters.tsx";
import { trpc } from "../../trpc.ts";
import type { NeedSelection } from "./need-selection.ts";
import * as filtersStyles from "../../components/table/filters.module.css";

type Props = { needs: NeedView[]; selection: NeedSelection };

const amounts = [0, 100, 1_000, 10_000];

/** Filters by kind, owner, offer and money, as far as the list has several. */
export function NeedFilters({ needs, selection }: Props) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const kinds = new Map(needs.map(({ kind, group }) => [kind, group]));
  const owners = new Map(needs.flatMap(({ owner }) => (owner ? [[owner.id, owner.name]] : [])));
  const offerIds = new Set(needs.flatMap(({ offerId }) => offerId ?? []));
  const nameOf = (id: string) => facets.data?.offers.find(({ offerId }) => offerId === id)?.name ?? id;
  const maxAmounts = new Map<string, number>();
  for (const { money } of needs) {
    if (money) maxAmounts.set(money.currency, Math.max(Number(money.monthly), maxAmounts.get(money.currency) ?? 0));
  }
  const choices = (found: Map<string, string>) =>
    [...found]
      .map(([value, label]) => ({ value, label }))
      .toSorted((one, other) => one.label.localeCompare(other.label));
  return (
    <div className={filtersStyles.filters}>
      <ChoiceFilter label="Kind" name="kind" value={selection.kind} any="All kinds" choices={choices(kinds)} />
      <ChoiceFilter
        label="Owner"
        name="owner"
        value={selection.owner}
        any="Any owner"
        choices={[{ value: ownerMe, label: "Mine" }, { value: ownerNone, label: "Unassigned" }, ...choices(owners)]}
      />
      <ChoiceFilter
        label="Offer"
        name="offer"
        value={selection.offer}
        any="All offers"
        choices={choices(new Map([...offerIds].map((id) => [id, nameOf(id)])))}
      />
      <ChoiceFilter
        label="Money"
        name="money"
        value={selection.money}
        any="Any amount"
        choices={[...maxAmounts]
          .toSorted(([one], [other]) => one.localeCompare(other))
          .flatMap(([currency, maxAmount]) =>
            amounts
              .filter((amount) => amount <= maxAmount)
              .map((amount) => ({ value: `${currency} ${amount}`, label: amountLabel(currency, amount) })),
          )}
      />
    </div>
  );
}

function amountLabel(currency: string, amount: number): string {
  if (amount === 0) return `With money in ${currency}`;
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 0 });
  return `${format.format(amount)} or more per month`;
}

import { useQuery } from "@tanstack/react-query";
import { ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { ChoiceFilter } from "../../components/table/field-filters.tsx";
import { trpc } from "../../trpc.ts";
import type { NeedSelection } from "./need-selection.ts";
import * as filtersStyles from "../../components/table/filters.module.css";

type Props = { needs: NeedView[]; selection: NeedSelection };

/** Filters by kind, owner and offer, as far as the list has several. */
export function NeedFilters({ needs, selection }: Props) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const kinds = new Map(needs.map(({ kind, group }) => [kind, group]));
  const owners = new Map(needs.flatMap(({ owner }) => (owner ? [[owner.id, owner.name]] : [])));
  const offerIds = new Set(needs.flatMap(({ offerId }) => offerId ?? []));
  const nameOf = (id: string) => facets.data?.offers.find(({ offerId }) => offerId === id)?.name ?? id;
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
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { trpc } from "../../trpc.ts";
import { AllOrSome } from "./all-or-some.tsx";

type OffersProps = {
  /** Null: all. */
  offerIds: string[] | null;
  onChange(offerIds: string[] | null): void;
  problem: ReactNode;
};

/** The offers of which an endpoint receives messages; not shown as long as there is nothing to choose. */
export function OffersChoice({ offerIds, onChange, problem }: OffersProps) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const names = new Map(facets.data?.offers.map(({ offerId, name }) => [offerId, name]));
  const offers = [...new Set([...names.keys(), ...(offerIds ?? [])])];
  if (offers.length <= 1 && offerIds === null) return null;
  return (
    <AllOrSome
      legend="Offers"
      allLabel="All, including later ones"
      chosenLabel="Only these"
      chosen={offerIds}
      choices={offers.map((offerId) => ({ value: offerId, label: names.get(offerId) ?? offerId, note: offerId }))}
      onChange={onChange}
      problem={problem}
    />
  );
}

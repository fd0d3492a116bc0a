import type { UsageState } from "../../../shared/usage.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import type { Tone } from "../../text/labels.ts";

/** The name of a plan, unless plans of several offers have its id and different names. */
export function planNameIn(facets: FacetsView | undefined, planId: string | undefined): string | undefined {
  const plans = facets?.offers.flatMap((offer) => offer.plans.filter((plan) => plan.planId === planId)) ?? [];
  const names = new Set(plans.map(({ name }) => name));
  return names.size === 1 ? plans[0]?.name : undefined;
}

export const stateTones: Record<UsageState, Tone> = {
  collecting: "quiet",
  included: "quiet",
  waiting: "info",
  held: "warn",
  accepted: "good",
  rejected: "bad",
  lost: "bad",
  dropped: "quiet",
};

const words: Record<string, string> = {
  Unusual: "Unusual for this customer",
  Suspended: "Waiting for the subscription to be reinstated",
  TrialRenewal: "The trial has ended: waiting for Microsoft to report whether it became paid",
  IncludedUnknown: "Enter the included quantity under Dimensions",
  TooLate: "The 24 hours in which Microsoft accepts usage had passed",
  TooLarge: "Too large to be sent exactly",
  DifferentDuplicate: "Microsoft accepted a different quantity for this hour",
  Expired: "Microsoft rejected the usage as older than 24 hours",
  ResourceNotFound: "Microsoft does not know the subscription",
  ResourceNotAuthorized: "The subscription belongs to another app; check the technical configuration of the offer",
  ResourceNotActive: "Microsoft says that the subscription is not active",
  InvalidDimension: "The plan has no such dimension at Microsoft; check that the offer is published",
  InvalidQuantity: "Microsoft refused the quantity",
};

/** Why the usage could not be sent within Microsoft's 24 hours. */
const lostWords: Record<string, string> = {
  Suspended: "The subscription was not reinstated in time",
  TrialRenewal: "Microsoft did not report in time that the trial became paid, so the usage was not billed",
  IncludedUnknown: "No one entered the included quantity in time",
};

/** Why an hour is in its state, and what to do; null if there is nothing to say. */
export function problemWords({ problem, detail, state }: UsageRow): string | null {
  if (problem === null) return null;
  if (state === "lost" && problem in lostWords) return lostWords[problem] ?? null;
  const known = words[problem];
  return known ?? detail ?? problem;
}

/** What the sandbox's publisher sells. */
import { fabrikamTenantId } from "../personas.ts";
import { wingtipTenantId } from "../companies.ts";

export type Plan = {
  planId: string;
  name: string;
  description: string;
  /** Seats; null for flat-rate plans. */
  minQuantity: number | null;
  maxQuantity: number | null;
  /** Price in USD a term, a seat where it is per seat. */
  price: number;
  /** An ISO 8601 duration. */
  termUnit: string;
  /** Prices of further billing terms of the same plan. */
  otherTerms: readonly { termUnit: string; price: number }[];
  hasFreeTrials: boolean;
  /** Not for new purchases or changes; who has it keeps it. */
  isStopSell: boolean;
  /** Tenants that may buy it; null: everyone. */
  audience: readonly string[] | null;
  /** A purchase is Subscribed at once and told by a `Subscribe` webhook. */
  autoActivates: boolean;
};

export type Offer = { offerId: string; name: string; isPerSeat: boolean; plans: readonly Plan[] };

type PlanInput = Pick<Plan, "planId" | "name" | "description" | "price"> & Partial<Plan>;

function plan(input: PlanInput): Plan {
  return {
    minQuantity: null,
    maxQuantity: null,
    termUnit: "P1M",
    otherTerms: [],
    hasFreeTrials: false,
    isStopSell: false,
    audience: null,
    autoActivates: false,
    ...input,
  };
}

export const catalog: readonly Offer[] = [
  {
    offerId: "insight",
    name: "Contoso Insight",
    isPerSeat: true,
    plans: [
      plan({
        planId: "team",
        name: "Team",
        description: "Dashboards and alerts for small teams.",
        price: 12,
        minQuantity: 1,
        maxQuantity: 50,
      }),
      plan({
        planId: "business",
        name: "Business",
        description: "Adds forecasts, shared workspaces and single sign-on.",
        price: 25,
        minQuantity: 5,
        maxQuantity: 500,
      }),
      plan({
        planId: "business-annual",
        name: "Business, yearly",
        description: "Business, billed once a year.",
        price: 270,
        minQuantity: 5,
        maxQuantity: 500,
        termUnit: "P1Y",
      }),
      plan({
        planId: "team-trial",
        name: "Team with free trial",
        description: "Team, the first month free.",
        price: 12,
        minQuantity: 1,
        maxQuantity: 25,
        hasFreeTrials: true,
      }),
      plan({
        planId: "enterprise",
        name: "Enterprise",
        description: "Negotiated price, dedicated support. Private.",
        price: 19,
        minQuantity: 25,
        maxQuantity: 5000,
        audience: [fabrikamTenantId, wingtipTenantId],
      }),
      plan({
        planId: "classic",
        name: "Classic",
        description: "The plan of the first years; no longer sold.",
        price: 9,
        minQuantity: 1,
        maxQuantity: 100,
        isStopSell: true,
      }),
    ],
  },
  {
    offerId: "vault",
    name: "Contoso Vault",
    isPerSeat: false,
    plans: [
      plan({ planId: "basic", name: "Basic", description: "Backup of one workspace, kept for 30 days.", price: 99 }),
      plan({ planId: "plus", name: "Plus", description: "Ten workspaces, kept for a year.", price: 299 }),
      plan({
        planId: "plus-annual",
        name: "Plus, yearly",
        description: "Plus, billed once a year.",
        price: 2990,
        termUnit: "P1Y",
      }),
      plan({
        planId: "express",
        name: "Express",
        description: "Ready at once: activates by itself when it is bought.",
        price: 49,
        autoActivates: true,
      }),
      plan({
        planId: "sovereign",
        name: "Sovereign",
        description: "Data stays in the country, 18 months. Private.",
        price: 28_800,
        termUnit: "P18M",
        audience: [wingtipTenantId],
      }),
    ],
  },
];

/** An offer's preview has its id with this ending, and the same plans. */
const previewEnding = /-preview$/;

export function findOffer(offerId: string): Offer | undefined {
  const published = offerId.replace(previewEnding, "");
  const found = catalog.find((offer) => offer.offerId === published);
  return (
    found && {
      ...found,
      plans: found.plans.map((plan) => ({ ...plan, ...changed.get(`${published}/${plan.planId}`) })),
    }
  );
}

export type PlanChange = {
  [Name in "name" | "minQuantity" | "maxQuantity" | "price" | "otherTerms"]?: Plan[Name] | undefined;
};

/** What the publisher has changed of plans since the start, by offer and plan; forgotten with the process. */
const changed = new Map<string, Partial<Plan>>();

/** As in Partner Center: a plan gets another name, price or limits. False: there is no such plan. */
export function changePlanFacts(offerId: string, planId: string, change: PlanChange): boolean {
  if (!findPlan(offerId, planId)) return false;
  const key = `${offerId.replace(previewEnding, "")}/${planId}`;
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  changed.set(key, { ...changed.get(key), ...Object.fromEntries(given) });
  return true;
}

export function forgetPlanChanges(): void {
  changed.clear();
}

export function findPlan(offerId: string, planId: string): Plan | undefined {
  return findOffer(offerId)?.plans.find((candidate) => candidate.planId === planId);
}

/** The plans listed for a customer: public ones, and private ones whose audience names the beneficiary's tenant. */
export function plansFor(offerId: string, beneficiaryTenantId: string): Plan[] {
  const plans = findOffer(offerId)?.plans ?? [];
  return plans.filter((candidate) => candidate.audience === null || candidate.audience.includes(beneficiaryTenantId));
}

/** Why a number of seats does not fit a plan, as a sentence, or null when it does. */
export function seatsProblem(chosen: Plan, quantity: number): string | null {
  if (chosen.minQuantity === null || chosen.maxQuantity === null) return `Plan ${chosen.planId} is not sold by seats.`;
  if (quantity < chosen.minQuantity) return `Plan ${chosen.planId} needs at least ${chosen.minQuantity} seats.`;
  if (quantity > chosen.maxQuantity) return `Plan ${chosen.planId} has at most ${chosen.maxQuantity} seats.`;
  return null;
}

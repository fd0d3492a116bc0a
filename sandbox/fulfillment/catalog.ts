/** The offers and plans of the sandbox's publisher. */
import { fabrikamTenantId } from "../personas.ts";
import { wingtipTenantId } from "../companies.ts";

/** A metering dimension; its ID, name and unit cannot change after publishing. */
export type Dimension = {
  id: string;
  name: string;
  unit: string;
  /** Price in USD per unit beyond the included quantity. */
  price: number;
  /** Per billing term; null: Microsoft does not say it. */
  included: string | null;
};

export type Plan = {
  planId: string;
  name: string;
  description: string;
  /** Minimum number of seats; null for flat-rate plans. */
  minQuantity: number | null;
  maxQuantity: number | null;
  /** Price in USD per term, and per seat for per-seat plans. */
  price: number;
  /** An ISO 8601 duration. */
  termUnit: string;
  /** Prices of further billing terms of the same plan. */
  otherTerms: readonly { termUnit: string; price: number }[];
  hasFreeTrials: boolean;
  /** Closed to new purchases and plan changes; existing subscriptions keep the plan. */
  isStopSell: boolean;
  /** Tenants that can buy the plan; null: all. */
  audience: readonly string[] | null;
  /** A purchase becomes Subscribed immediately and Microsoft sends a `Subscribe` webhook. */
  autoActivates: boolean;
  dimensions: readonly Dimension[];
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
    dimensions: [],
    ...input,
  };
}

const storage = (included: string | null): Dimension => ({
  id: "storage",
  name: "Storage",
  unit: "GB",
  price: 0.12,
  included,
});
const restores = (included: string | null): Dimension => ({
  id: "restores",
  name: "Restores",
  unit: "restore",
  price: 4,
  included,
});

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
        description: "Team with a free first month.",
        price: 12,
        minQuantity: 1,
        maxQuantity: 25,
        hasFreeTrials: true,
      }),
      plan({
        planId: "enterprise",
        name: "Enterprise",
        description: "Negotiated price and dedicated support. Private plan.",
        price: 19,
        minQuantity: 25,
        maxQuantity: 5000,
        audience: [fabrikamTenantId, wingtipTenantId],
      }),
      plan({
        planId: "classic",
        name: "Classic",
        description: "The original plan, no longer sold.",
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
      plan({
        planId: "basic",
        name: "Basic",
        description: "Backup of one workspace, kept for 30 days.",
        price: 99,
        dimensions: [storage("100"), restores("2")],
      }),
      plan({
        planId: "plus",
        name: "Plus",
        description: "Ten workspaces, kept for a year.",
        price: 299,
        dimensions: [storage("1000"), restores("10")],
      }),
      plan({
        planId: "plus-annual",
        name: "Plus, yearly",
        description: "Plus, billed once a year.",
        price: 2990,
        termUnit: "P1Y",
        dimensions: [storage("12000"), restores("unlimited")],
      }),
      plan({
        planId: "express",
        name: "Express",
        description: "Activates automatically at purchase.",
        price: 49,
        autoActivates: true,
      }),
      plan({
        planId: "sovereign",
        name: "Sovereign",
        description: "Data stays in the country. Term of 18 months. Private plan.",
        price: 28_800,
        termUnit: "P18M",
        audience: [wingtipTenantId],
        dimensions: [storage(null)],
      }),
    ],
  },
];

/** Suffix of a preview offer's ID; a preview has the same plans as its offer. */
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

/** Changes to plans since the start, by offer and plan; in memory only. */
const changed = new Map<string, Partial<Plan>>();

/** Changes a plan's name, price or limits, as in Partner Center. @returns false if the plan does not exist */
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

/** The plans that a customer can see: public plans, and private plans whose audience contains the beneficiary's tenant. */
export function plansFor(offerId: string, beneficiaryTenantId: string): Plan[] {
  const plans = findOffer(offerId)?.plans ?? [];
  return plans.filter((candidate) => candidate.audience === null || candidate.audience.includes(beneficiaryTenantId));
}

/** Why a plan does not allow a number of seats, as a sentence; null if it does. */
export function seatsProblem(chosen: Plan, quantity: number): string | null {
  if (chosen.minQuantity === null || chosen.maxQuantity === null) return `Plan ${chosen.planId} has no seats.`;
  if (quantity < chosen.minQuantity) return `Plan ${chosen.planId} requires at least ${chosen.minQuantity} seats.`;
  if (quantity > chosen.maxQuantity) return `Plan ${chosen.planId} allows at most ${chosen.maxQuantity} seats.`;
  return null;
}

/** A plan as far as Microsoft's lists, subscriptions and admins say it. */
import type { SubscriptionStatus } from "../lifecycle.ts";
import type { PriceView } from "./subscriptions.ts";
import type { DimensionView } from "./usage.ts";

type Money = NonNullable<PriceView["money"]>;

export type PlanPriceView = {
  termUnit: string | null;
  /** The lowest and the highest that subscriptions pay. */
  from: Money;
  to: Money;
  subscriptions: number;
};

/** What an admin has entered of a dimension. */
export type AllowanceVersion = {
  version: number;
  /** By billing term. */
  included: Record<string, string>;
  byName: string;
  at: string;
  reason: string;
};

export type OfferPlan = {
  offerId: string;
  planId: string;
  /** Null: Microsoft has not listed the plan yet. */
  listed: {
    isPerSeat: boolean;
    minSeats: number | null;
    maxSeats: number | null;
    isPrivate: boolean;
    at: string;
  } | null;
  /** Of subscriptions that have not ended, in each term and currency. */
  prices: PlanPriceView[];
  /** Without test purchases. */
  counts: { status: SubscriptionStatus; subscriptions: number }[];
  /** When Microsoft last activated a purchase of the plan itself. */
  autoActivatedAt: string | null;
  dimensions: (DimensionView & { versions: AllowanceVersion[] })[];
};

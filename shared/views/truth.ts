import type { Day } from "../day.ts";
import type { ConfirmedAccess, ProductFact } from "../product.ts";

/** Facts that Microsoft states about a subscription and that we copy. */
export type MicrosoftFact = "status" | "planId" | "quantity" | "term";

/** Microsoft's last response; our side is the subscription itself. */
export type MicrosoftTruth = {
  readAt: string;
  /** Microsoft's status. */
  status: string | null;
  planId: string | null;
  /** Names, or else ids. */
  planName: string | null;
  quantity: number | null;
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  /** The facts in which our copy differs. */
  differences: MicrosoftFact[];
  /** Since when Microsoft no longer knows the subscription; null if it does. */
  missingSince: string | null;
};

/** What the product confirmed. */
export type ProductTruth = {
  /** Whether an API key is active; without one the product cannot confirm. */
  hasKey: boolean;
  /** When any key was last used. */
  lastCalledAt: string | null;
  /** Null if it never confirmed this subscription. */
  confirmation: {
    planId: string;
    planName: string;
    quantity: number | null;
    access: ConfirmedAccess;
    reference: string | null;
    evidence: string | null;
    byName: string;
    confirmedAt: string;
    changedAt: string;
    differences: ProductFact[];
    differsSince: string | null;
  } | null;
  /** When staff last asked it to resync, if it has not confirmed since. */
  askedAt: string | null;
};

export type TruthView = {
  microsoft: MicrosoftTruth;
  /** Null if there was never a key. */
  product: ProductTruth | null;
  /** Since when a confirmed activation waits for the product. */
  waitsForProductSince: string | null;
};

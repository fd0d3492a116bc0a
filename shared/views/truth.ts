import type { Day } from "../day.ts";
import type { ConfirmedAccess, ProductFact } from "../product.ts";

/** Facts that Microsoft states about a subscription and the desk keeps a copy of. */
export type MicrosoftFact = "status" | "planId" | "quantity" | "term";

/** What Microsoft said when it was last asked; the desk's own side is the subscription itself. */
export type MicrosoftTruth = {
  readAt: string;
  /** Microsoft's word. */
  status: string | null;
  planId: string | null;
  quantity: number | null;
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  /** In what the desk differs from it. */
  differences: MicrosoftFact[];
  /** Since when Microsoft no longer knows the subscription; null: it does. */
  missingSince: string | null;
};

/** What the publisher's product said. */
export type ProductTruth = {
  /** Whether an API key is in force; without one the product can confirm nothing. */
  hasKey: boolean;
  /** When any key was last used. */
  lastCalledAt: string | null;
  /** Null: it never spoke of this subscription. */
  confirmation: {
    planId: string;
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
  /** When staff last asked it to look again, if it has not confirmed since. */
  askedAt: string | null;
};

export type TruthView = {
  microsoft: MicrosoftTruth;
  /** Null: there never was a key, so there is no such side. */
  product: ProductTruth | null;
  /** The purchaser asked for the activation, and it waits for the product since then. */
  waitsForProductSince: string | null;
};

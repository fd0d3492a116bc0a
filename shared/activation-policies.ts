/** Activation policies: when a confirmed purchase is activated, which starts billing. */
import type { ScopedVersion } from "./scope.ts";

/**
 * `at_once`: when the purchaser confirms. `staff`: when staff activate it. `product`: when the product confirms
 * that it is ready. Purchases that Microsoft activates automatically do not wait.
 */
export const activationModes = ["at_once", "staff", "product"] as const;
export type ActivationMode = (typeof activationModes)[number];

/** What a confirmed activation waits for. */
export const activationWaits = ["staff", "product"] as const;

/** One version of a scope's policy. Without any policy: immediately. */
export type ActivationPolicy = ScopedVersion & {
  /** Null exactly if the scope inherits the wider policy. */
  way: ActivationMode | null;
};

/** `immediately, when the purchaser confirms`. */
export const activationModeWords: Record<ActivationMode, string> = {
  at_once: "immediately, when the purchaser confirms",
  staff: "by staff, after the purchaser has confirmed",
  product: "when the product is ready, after the purchaser has confirmed",
};

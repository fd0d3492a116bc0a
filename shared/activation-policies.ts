/** Activation policies: when a confirmed purchase is activated, which starts billing. */
import type { ScopedVersion } from "./scope.ts";

/**
 * `immediately`: when the purchaser confirms. `staff`: when staff activate it. `product`: when the product confirms
 * that it is ready. Purchases that Microsoft activates automatically do not wait.
 */
export const activationModes = ["immediately", "staff", "product"] as const;
export type ActivationMode = (typeof activationModes)[number];

/** What a confirmed activation waits for. */
export const activationWaits = ["staff", "product"] as const;

/** One version of a scope's policy. Without any policy: immediately. */
export type ActivationPolicy = ScopedVersion & {
  /** Null exactly if the scope inherits the wider policy. */
  mode: ActivationMode | null;
};

/** `immediately, when the purchaser confirms`. */
export const activationModeWords: Record<ActivationMode, string> = {
  immediately: "immediately, when the purchaser confirms",
  staff: "by staff, after the purchaser has confirmed",
  product: "when the product is ready, after the purchaser has confirmed",
};

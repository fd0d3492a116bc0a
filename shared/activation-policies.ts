/** Activation policies: what has to happen between a purchaser's confirmation and the activation, after which Microsoft bills. */
import type { ScopedVersion } from "./scope.ts";

/**
 * `at_once`: when the purchaser confirms. `staff`: when staff activate it. `product`: when the publisher's product says that
 * it is provisioned. Purchases that Microsoft activates by itself ask nobody.
 */
export const activationModes = ["at_once", "staff", "product"] as const;
export type ActivationMode = (typeof activationModes)[number];

/** Whom an activation that a purchaser has asked for waits for. */
export const activationWaits = ["staff", "product"] as const;

/** One version of the policy of a scope. No policy in force: at once. */
export type ActivationPolicy = ScopedVersion & {
  /** Null exactly where it follows the wider policy. */
  way: ActivationMode | null;
};

/** `at once when the purchaser confirms`. */
export const activationModeWords: Record<ActivationMode, string> = {
  at_once: "at once when the purchaser confirms",
  staff: "by staff, after the purchaser has confirmed",
  product: "when the product says that it is provisioned, after the purchaser has confirmed",
};

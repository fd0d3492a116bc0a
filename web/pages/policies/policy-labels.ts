/** Activation policies in words, for staff. */
import type { ActivationMode } from "../../../shared/activation-policies.ts";

export const activationPolicyLabels: Record<ActivationMode, { name: string; meaning: string }> = {
  at_once: {
    name: "At once",
    meaning:
      "Microsoft is asked to activate as soon as the purchaser confirms on the landing page. Billing starts minutes later.",
  },
  staff: {
    name: "By staff",
    meaning:
      "The purchaser confirms and reads that the publisher will activate it. It appears in Needs you with the days that are left, and billing starts when somebody activates it.",
  },
  product: {
    name: "When the product is ready",
    meaning:
      "The purchaser confirms, your product hears of it and sets it up, and its confirmation of the plan, the seats and full access starts the activation. After an hour without one it appears in Needs you.",
  },
};

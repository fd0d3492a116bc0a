/** Labels of the activation policies, for staff. */
import type { ActivationMode } from "../../../shared/activation-policies.ts";

export const activationPolicyLabels: Record<ActivationMode, { name: string; meaning: string }> = {
  immediately: {
    name: "Immediately",
    meaning:
      "Activation is requested as soon as the purchaser confirms on the landing page. Billing starts minutes later.",
  },
  staff: {
    name: "By staff",
    meaning:
      "After the purchaser confirms, the purchase appears under Needs attention with the remaining days. Billing starts when staff activate it.",
  },
  product: {
    name: "When the product is ready",
    meaning:
      "After the purchaser confirms, your product sets up the purchase. Its confirmation of plan, seats and full access starts the activation. Without a confirmation the purchase appears under Needs attention after an hour.",
  },
};

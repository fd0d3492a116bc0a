import type { ReasonedAction } from "../../../shared/reason-codes.ts";

/** The actions that a reason is available for. */
export const reasonedActionLabels: Record<ReasonedAction, string> = {
  activate: "Activate",
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend",
  reinstate: "Reinstate",
  cancel: "Cancel",
  refuse: "Reject a customer's change",
};

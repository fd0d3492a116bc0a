import type { ReasonedAction } from "../../../shared/reason-codes.ts";

/** What a reason may be given for. */
export const reasonedActionLabels: Record<ReasonedAction, string> = {
  activate: "Activate",
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend",
  reinstate: "Reinstate",
  cancel: "Cancel",
  refuse: "Refuse a customer's change",
};

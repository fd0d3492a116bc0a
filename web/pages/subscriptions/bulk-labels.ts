import type { BulkKind } from "../../../shared/bulk.ts";

/** Names of bulk actions and their consequences for billing and access. */
export const bulkLabels: Record<BulkKind, { button: string; title: string; consequence: string }> = {
  refresh: {
    button: "Refresh",
    title: "Refresh from Microsoft",
    consequence: "Reads each subscription from Microsoft and updates those that are out of sync.",
  },
  assignOwner: {
    button: "Owner",
    title: "Assign owner",
    consequence: "Sets who looks after these subscriptions. Neither Microsoft nor the customers are notified.",
  },
  changeTags: {
    button: "Tags",
    title: "Add or remove tags",
    consequence: "Tags are internal. Other tags are not changed.",
  },
  setFollowUp: {
    button: "Follow-up",
    title: "Set follow-up",
    consequence: "On this date the subscriptions appear under Needs attention.",
  },
  write: {
    button: "Write",
    title: "Write to customers",
    consequence:
      "Sends each customer an email from the template, in the language of the purchaser. Each email is on the timeline of its subscription.",
  },
  suspend: {
    button: "Suspend",
    title: "Suspend access",
    consequence:
      "Stops these customers' access immediately with an access hold. Microsoft is not notified and continues billing.",
  },
  reinstate: {
    button: "Reinstate",
    title: "Reinstate access",
    consequence: "Removes access holds. Subscriptions without one are not changed.",
  },
  activate: {
    button: "Activate",
    title: "Activate",
    consequence: "Activates each purchase at Microsoft. Billing starts with the activation.",
  },
  changePlan: {
    button: "Change plan",
    title: "Change plan",
    consequence: "Moves each subscription to this plan and its price.",
  },
  changeQuantity: {
    button: "Change seats",
    title: "Change seats",
    consequence: "Changes each subscription to this number of seats. Microsoft prorates and bills the change.",
  },
  cancel: {
    button: "Cancel subscriptions…",
    title: "Cancel subscriptions",
    consequence:
      "Cancels each subscription at Microsoft. Access and billing stop. This cannot be undone. If the cancellation policy requires it, a colleague has to approve each cancellation first.",
  },
};

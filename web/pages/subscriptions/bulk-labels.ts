import type { BulkKind } from "../../../shared/bulk.ts";

/** What a bulk action is called, and what it means for billing and access. */
export const bulkLabels: Record<BulkKind, { button: string; title: string; consequence: string }> = {
  refresh: {
    button: "Refresh",
    title: "Refresh from Microsoft",
    consequence: "Microsoft is asked about each one, and what differs in our record is repaired.",
  },
  assignOwner: {
    button: "Owner",
    title: "Assign an owner",
    consequence: "Who looks after them. Neither Microsoft nor the customers are told.",
  },
  changeTags: {
    button: "Tags",
    title: "Add and take away tags",
    consequence: "Tags are ours alone. Those that are not named stay.",
  },
  setFollowUp: {
    button: "Follow-up",
    title: "Set a follow-up",
    consequence: "On that day they are among what needs someone.",
  },
  suspend: {
    button: "Suspend",
    title: "Suspend access",
    consequence:
      "Stops the access of these customers at once, by our own hold. Microsoft is not told and keeps billing them.",
  },
  reinstate: { button: "Reinstate", title: "Reinstate access", consequence: "Lifts our own hold where there is one." },
  activate: {
    button: "Activate",
    title: "Activate",
    consequence: "Microsoft is asked to activate each purchase: billing starts with it.",
  },
  changePlan: {
    button: "Change plan",
    title: "Change plan",
    consequence: "Microsoft is asked to move each one to this plan, at the plan’s price from now on.",
  },
  changeQuantity: {
    button: "Change seats",
    title: "Change seats",
    consequence: "Microsoft is asked to give each one so many seats, and bills them from now on.",
  },
  cancel: {
    button: "Cancel",
    title: "Cancel subscriptions",
    consequence: "Microsoft is asked to end each one. Access and billing stop, and it cannot be undone.",
  },
};

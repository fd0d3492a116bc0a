/** What each event type means: the form of endpoints and the event catalog read this table. */
import type { EventKind } from "./product.ts";

export const eventMeanings: Record<EventKind, { name: string; meaning: string }> = {
  "subscription.first_seen": { name: "New subscription", meaning: "A subscription was bought or found at Microsoft." },
  "subscription.activation_asked": {
    name: "Activation requested",
    meaning: "The purchaser confirmed the purchase, and the activation waits for staff or for your product.",
  },
  "subscription.activated": { name: "Activated", meaning: "The subscription is active, and billing has started." },
  "subscription.plan_changed": { name: "Plan changed", meaning: "The plan changed." },
  "subscription.quantity_changed": { name: "Seats changed", meaning: "The number of seats changed." },
  "subscription.suspended": {
    name: "Suspended",
    meaning: "Microsoft suspended the subscription, because payment failed.",
  },
  "subscription.reinstated": {
    name: "Reinstated",
    meaning: "Payment recovered, and the subscription is active again.",
  },
  "subscription.held": { name: "Access hold set", meaning: "The publisher suspended access." },
  "subscription.hold_lifted": {
    name: "Access hold released",
    meaning: "The publisher ended its suspension of access.",
  },
  "subscription.renewed": { name: "Renewed", meaning: "The next term has begun." },
  "subscription.term_changed": { name: "Term changed", meaning: "The dates or the length of the term changed." },
  "subscription.renewal_changed": { name: "Auto-renewal changed", meaning: "Auto-renewal was turned on or off." },
  "subscription.trial_ended": { name: "Trial ended", meaning: "The free trial has ended." },
  "subscription.unsubscribed": { name: "Unsubscribed", meaning: "The subscription has ended." },
  "subscription.unexpected_transition": {
    name: "Unexpected status",
    meaning: "Microsoft reported a status that does not follow from the previous one.",
  },
  "subscription.details_changed": {
    name: "Details changed",
    meaning: "The name, the purchaser, the beneficiary or other facts changed.",
  },
  "subscription.contact_given": {
    name: "Contact provided",
    meaning: "The purchaser provided or changed the contact on the landing page.",
  },
  "subscription.answers_given": {
    name: "Questions answered",
    meaning: "The purchaser answered the questions of the landing page, or staff corrected an answer.",
  },
  "planned_change.planned": {
    name: "Change planned",
    meaning: "Staff or your product planned a change for a later day. Nothing has changed yet.",
  },
  "planned_change.carried_out": {
    name: "Planned change carried out",
    meaning: "A planned change was made on its day, or requested from Microsoft. The change itself has its own event.",
  },
  "planned_change.failed": {
    name: "Planned change failed",
    meaning: "A planned change could not be carried out on its day. Nothing was changed, and staff are notified.",
  },
  "planned_change.undone": {
    name: "Planned change undone",
    meaning: "Staff or your product undid a planned change before its day.",
  },
  "planned_change.superseded": {
    name: "Planned change dropped",
    meaning: "There was nothing left to do: the change had already been made, or the subscription has ended.",
  },
  "usage.threshold_reached": {
    name: "Usage threshold reached",
    meaning:
      "Sealed hours have used 80% or 100% of a dimension's included quantity. Sent once per term, dimension and threshold.",
  },
  "usage.held": {
    name: "Usage held",
    meaning: "An hour's usage is unusual for the customer. It is sent to Microsoft only after staff have decided.",
  },
  "usage.rejected": {
    name: "Usage rejected",
    meaning: "Microsoft refused an hour's usage, or it is too large to be sent. Staff decide about it.",
  },
  "subscription.confirmation_asked": {
    name: "Resync requested",
    meaning: "Nothing changed: staff ask your product to read the subscription again and to confirm it.",
  },
};

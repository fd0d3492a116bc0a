/** The lifecycle of a subscription as data. Server, dashboard, tests and the documentation read this one table. */

/** Microsoft's `saasSubscriptionStatus`; `NotStarted` of the OpenAPI file is read as `PendingFulfillmentStart`. */
export const subscriptionStatuses = ["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** The actions Microsoft's webhook is known to name, spelled as on the wire. Unknown ones are stored and shown, never refused. */
export const webhookActions = [
  "Subscribe",
  "ChangePlan",
  "ChangeQuantity",
  "Renew",
  "Suspend",
  "Reinstate",
  "Unsubscribe",
] as const;
export type WebhookAction = (typeof webhookActions)[number];

/** `Activate` is a call, not one of Microsoft's operations; the desk tracks it like one. */
export const lifecycleActions = ["Activate", ...webhookActions] as const;
export type LifecycleAction = (typeof lifecycleActions)[number];

export type Initiator = "publisher" | "customer" | "marketplace";

export type Transition = {
  /** Statuses in which the action may happen. */
  from: readonly SubscriptionStatus[];
  /** Whether the action may also be the first that we hear of a subscription. */
  mayBeFirst: boolean;
  to: SubscriptionStatus;
  /** `required`: Microsoft waits 10 s for our PATCH when the source is Azure. `best-effort`: Microsoft's pages conflict. */
  acknowledge: "required" | "best-effort" | "never";
  startedBy: readonly Initiator[];
};

export const lifecycle: Record<LifecycleAction, Transition> = {
  Activate: {
    from: ["PendingFulfillmentStart"],
    mayBeFirst: false,
    to: "Subscribed",
    acknowledge: "never",
    startedBy: ["publisher"],
  },
  Subscribe: {
    from: ["PendingFulfillmentStart"],
    mayBeFirst: true,
    to: "Subscribed",
    acknowledge: "never",
    startedBy: ["marketplace"],
  },
  ChangePlan: {
    from: ["Subscribed"],
    mayBeFirst: false,
    to: "Subscribed",
    acknowledge: "required",
    startedBy: ["publisher", "customer"],
  },
  ChangeQuantity: {
    from: ["Subscribed"],
    mayBeFirst: false,
    to: "Subscribed",
    acknowledge: "required",
    startedBy: ["publisher", "customer"],
  },
  Renew: {
    from: ["Subscribed"],
    mayBeFirst: false,
    to: "Subscribed",
    acknowledge: "never",
    startedBy: ["marketplace"],
  },
  Suspend: {
    from: ["Subscribed"],
    mayBeFirst: false,
    to: "Suspended",
    acknowledge: "never",
    startedBy: ["marketplace"],
  },
  Reinstate: {
    from: ["Suspended"],
    mayBeFirst: false,
    to: "Subscribed",
    acknowledge: "best-effort",
    startedBy: ["marketplace"],
  },
  Unsubscribe: {
    from: ["PendingFulfillmentStart", "Subscribed", "Suspended"],
    mayBeFirst: false,
    to: "Unsubscribed",
    acknowledge: "never",
    startedBy: ["publisher", "customer", "marketplace"],
  },
};

/** Whether Microsoft may move a subscription from one status to another in one step, by any action of the table. */
export function isKnownTransition(from: SubscriptionStatus, to: SubscriptionStatus): boolean {
  return (
    from === to ||
    lifecycleActions.some((action) => lifecycle[action].to === to && lifecycle[action].from.includes(from))
  );
}

export function isLifecycleAction(action: string): action is LifecycleAction {
  return (lifecycleActions as readonly string[]).includes(action);
}

/** What the customer may do in the publisher's product. */
export const accessKinds = ["none", "full", "suspended", "ended"] as const;
export type Access = (typeof accessKinds)[number];

/** Access follows from Microsoft's status and the publisher's own hold. */
export function accessOf(status: SubscriptionStatus, isOnHold: boolean): Access {
  switch (status) {
    case "PendingFulfillmentStart":
      return "none";
    case "Subscribed":
      return isOnHold ? "suspended" : "full";
    case "Suspended":
      return "suspended";
    case "Unsubscribed":
      return "ended";
  }
}

/** How far we are with an operation. Theirs: received to settled. Ours: requested, accepted, settled. */
export const operationStages = [
  "received",
  "verified",
  "decided",
  "acknowledged",
  "requested",
  "accepted",
  "settled",
] as const;
export type OperationStage = (typeof operationStages)[number];

/** How a settled operation ended, in our words. */
export const operationOutcomes = [
  /** Applied: the record equals what Microsoft holds after it. */
  "succeeded",
  /** Refused by our decision; Microsoft kept the former values. */
  "rejected",
  /** Microsoft ended it as failed. */
  "failed",
  /** Microsoft ended it as a conflict: a newer change had won, or the value was the same. */
  "conflict",
  /** Microsoft does not know this operation or it belongs to another subscription: kept, not applied. */
  "quarantined",
  /** Put aside by staff, with a reason. */
  "skipped",
] as const;
export type OperationOutcome = (typeof operationOutcomes)[number];

/** Why staff should look at an operation that is settled. */
export const operationAttentions = [
  /** Microsoft's record never showed what the operation is said to have done. */
  "effect_missing",
  /** Microsoft named an action that the desk does not know. */
  "unknown_action",
] as const;
export type OperationAttention = (typeof operationAttentions)[number];

/** Microsoft's window for the answer to a change of plan or seats. */
export const answerWindowMs = 10_000;
/** That window as sentences say it. */
export const answerWindow = `${answerWindowMs / 1_000} seconds`;
/** A purchase that is not activated lapses after this many days. */
export const activationWindowDays = 30;
/** A suspended subscription that is not paid for is ended by Microsoft after this many days. */
export const suspensionWindowDays = 30;

/** What staff can do to a subscription from the desk. */
export const staffActions = ["activate", "changePlan", "changeQuantity", "suspend", "reinstate", "cancel"] as const;
export type StaffAction = (typeof staffActions)[number];

/** How far a cancellation is that a second person has to approve. */
export const cancelRequestStates = ["waiting", "approved", "declined", "withdrawn", "expired"] as const;
export type CancelRequestState = (typeof cancelRequestStates)[number];

/** So long before its end staff can answer no more: the rest is for the call itself. */
export const answerLatestMs = 1_500;
/** And so long before its end the change rule decides where it asked staff and nobody has answered. */
export const answerByRuleMs = 2_500;

/** The lifecycle of subscriptions as data, for server, dashboard, tests and documentation. */

/** Microsoft's `saasSubscriptionStatus`; `NotStarted` from the OpenAPI file is read as `PendingFulfillmentStart`. */
export const subscriptionStatuses = ["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];
/** The statuses as people read them. */
export const statusNames: Record<SubscriptionStatus, string> = {
  PendingFulfillmentStart: "Pending activation",
  Subscribed: "Subscribed",
  Suspended: "Suspended",
  Unsubscribed: "Unsubscribed",
};

/**
 * The known actions of Microsoft's webhook, spelled as on the wire. Unknown ones are stored and shown, never
 * refused.
 */
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

/** `Activate` is a call, not one of Microsoft's operations; we track it like one. */
export const lifecycleActions = ["Activate", ...webhookActions] as const;
export type LifecycleAction = (typeof lifecycleActions)[number];

export type Initiator = "publisher" | "customer" | "marketplace";

export type Transition = {
  /** Statuses in which the action may happen. */
  from: readonly SubscriptionStatus[];
  /** Whether the action may be the first that we receive for a subscription. */
  mayBeFirst: boolean;
  to: SubscriptionStatus;
  /**
   * `required`: Microsoft waits 10 s for our PATCH if the source is Azure. `best-effort`: Microsoft's pages
   * disagree.
   */
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

/** Whether any action of the table moves a subscription from one status to the other. */
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

/** Access follows from Microsoft's status and the publisher's hold. */
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

/** The progress of an operation. Microsoft's: received to settled. Ours: requested, accepted, settled. */
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

/** How a settled operation ended. */
export const operationOutcomes = [
  /** Applied: our copy equals Microsoft's after it. */
  "succeeded",
  /** Rejected by our decision; Microsoft kept the previous values. */
  "rejected",
  /** Microsoft reported a failure. */
  "failed",
  /** Microsoft reported a conflict: a newer change took effect, or the value was the same. */
  "conflict",
  /** Microsoft does not know this operation, or it belongs to another subscription: stored, not applied. */
  "quarantined",
  /** Skipped by staff, with a reason. */
  "skipped",
] as const;
export type OperationOutcome = (typeof operationOutcomes)[number];

/** Why a settled operation needs attention. */
export const operationAttentions = [
  /** Microsoft's record never showed the operation's effect. */
  "effect_missing",
  /** Microsoft sent an action that Marketdesk does not know. */
  "unknown_action",
  /** Microsoft's webhook has the id of another operation. */
  "reused_id",
] as const;
export type OperationAttention = (typeof operationAttentions)[number];

/** Microsoft's window for our answer to a change of plan or seats. */
export const answerWindowMs = 10_000;
/** That window as sentences say it. */
export const answerWindow = `${answerWindowMs / 1_000} seconds`;
/** Microsoft cancels purchases that are not activated within this many days. */
export const activationWindowDays = 30;
/** Microsoft cancels suspended subscriptions that are not paid within this many days. */
export const suspensionWindowDays = 30;

/** The actions of staff on a subscription. */
export const staffActions = ["activate", "changePlan", "changeQuantity", "suspend", "reinstate", "cancel"] as const;
export type StaffAction = (typeof staffActions)[number];

/** The state of a cancellation that needs a second person's approval. */
export const cancelRequestStates = ["waiting", "approved", "declined", "withdrawn", "expired"] as const;
export type CancelRequestState = (typeof cancelRequestStates)[number];

/** Staff can answer until this long before the window ends; the rest is for the call. */
export const answerLatestMs = 1_500;
/** A change rule that asks staff decides this long before the window ends, if no one has answered. */
export const answerByRuleMs = 2_500;

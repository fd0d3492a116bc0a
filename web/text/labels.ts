/** Display words and tones for values of the API. */
import type { ActivityTopic } from "../../shared/activity-kinds.ts";
import type { ActivitySource, ActorKind } from "../../shared/actors.ts";
import type { DeliveryOutcome } from "../../shared/filters.ts";
import {
  type Access,
  type LifecycleAction,
  type OperationOutcome,
  type OperationStage,
  type StaffAction,
  statusNames,
  type SubscriptionStatus,
} from "../../shared/lifecycle.ts";
import type { OperationView } from "../../shared/views/operations.ts";

/** Color of a dot, always next to a word. */
export type Tone = "good" | "warn" | "bad" | "info" | "quiet";
type Label = { label: string; tone: Tone };

export const statusLabels: Record<SubscriptionStatus, { plain: string; short: string; tone: Tone }> = {
  PendingFulfillmentStart: {
    plain: "PendingFulfillmentStart",
    short: statusNames.PendingFulfillmentStart,
    tone: "info",
  },
  Subscribed: { plain: "active", short: statusNames.Subscribed, tone: "good" },
  Suspended: { plain: "payment failed", short: statusNames.Suspended, tone: "warn" },
  Unsubscribed: { plain: "canceled", short: statusNames.Unsubscribed, tone: "quiet" },
};

export const accessLabels: Record<Access, Label> = {
  none: { label: "No access yet", tone: "info" },
  full: { label: "Full access", tone: "good" },
  suspended: { label: "Access suspended", tone: "warn" },
  ended: { label: "Access ended", tone: "quiet" },
};

export const actionLabels: Record<StaffAction, string> = {
  activate: "Activate",
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend",
  reinstate: "Reinstate",
  cancel: "Cancel subscription",
};

const operationActionLabels: Record<LifecycleAction, string> = {
  Activate: "Activate",
  Subscribe: "Subscribe",
  ChangePlan: "Change plan",
  ChangeQuantity: "Change seats",
  Renew: "Renew",
  Suspend: "Suspend",
  Reinstate: "Reinstate",
  Unsubscribe: "Unsubscribe",
};

/** The action in words. An unknown action keeps Microsoft's word. */
export function operationActionLabel(action: string): string {
  return Object.hasOwn(operationActionLabels, action) ? operationActionLabels[action as LifecycleAction] : action;
}

/** Who requested the operation. */
export const sourceLabels: Record<OperationView["source"], string> = { Azure: "Microsoft", Partner: "Publisher" };

export const actorLabels: Record<ActorKind, string> = {
  staff: "Staff",
  purchaser: "Purchaser",
  marketplace: "Microsoft",
  product: "Product",
  system: "Marketdesk",
  automation: "Automation",
};

/** Where a change was made. */
export const activitySourceLabels: Record<ActivitySource, string> = {
  desk: "Dashboard",
  bulk: "Bulk run",
  landing: "Landing page",
  webhook: "Webhook",
  api: "Product API",
  job: "Background job",
};

export const activityTopicLabels: Record<ActivityTopic, string> = {
  plan: "Plan changes",
  seats: "Seat changes",
  status: "Status changes",
  access: "Access and holds",
  usage: "Metered usage",
  renewal: "Terms and renewals",
  care: "Owners, tags, notes, follow-ups",
  operation: "Operations",
  setting: "Settings, staff and views",
  export: "Exports",
  bulk: "Bulk runs",
  product: "Your product",
  upkeep: "Maintenance",
};

export const outcomeLabels: Record<OperationOutcome, Label> = {
  succeeded: { label: "completed", tone: "good" },
  rejected: { label: "rejected", tone: "warn" },
  failed: { label: "failed", tone: "bad" },
  conflict: { label: "superseded", tone: "warn" },
  quarantined: { label: "quarantined", tone: "bad" },
  skipped: { label: "skipped", tone: "quiet" },
};

export const deliveryLabels: Record<DeliveryOutcome, Label> = {
  accepted: { label: "accepted", tone: "good" },
  duplicate: { label: "duplicate", tone: "quiet" },
  unprocessable: { label: "unrecognized", tone: "warn" },
};

/** The stages of an operation, in order. */
export function stagesOf(operation: Pick<OperationView, "source" | "stage">): readonly OperationStage[] {
  const stages: readonly OperationStage[] =
    operation.source === "Partner"
      ? ["requested", "accepted", "settled"]
      : ["received", "verified", "decided", "acknowledged", "settled"];
  return stages.includes(operation.stage) ? stages : [...stages.slice(0, -1), operation.stage, "settled"];
}

/** `Change seats to 30`, `Change plan to Gold`, `Renew`. */
export function operationTitle(operation: Pick<OperationView, "action" | "planName" | "quantity">): string {
  const action = operationActionLabel(operation.action);
  if (operation.action === "ChangePlan" && operation.planName !== null) return `${action} to ${operation.planName}`;
  if (operation.action === "ChangeQuantity" && operation.quantity !== null) return `${action} to ${operation.quantity}`;
  return action;
}

/** An operation's outcome, or else its stage. */
export function operationState(operation: OperationView): Label {
  if (operation.outcome !== null) return outcomeLabels[operation.outcome];
  if (operation.isStuck) return { label: "stuck", tone: "bad" };
  if (operation.stage === "settled") return { label: "completed", tone: "good" };
  return { label: operation.stage, tone: "info" };
}

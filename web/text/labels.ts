/** The desk's words and tones for what the record holds. Microsoft's words stay as on the wire, with plain ones beside. */
import type { ActivitySource, ActivityTopic, ActorKind, DeliveryOutcome } from "../../shared/filters.ts";
import type {
  Access,
  OperationOutcome,
  OperationStage,
  StaffAction,
  SubscriptionStatus,
} from "../../shared/lifecycle.ts";
import type { OperationView } from "../../shared/views/operations.ts";

/** Colour of a dot; always beside a word. */
export type Tone = "good" | "warn" | "bad" | "info" | "quiet";
type Label = { label: string; tone: Tone };

export const statusLabels: Record<SubscriptionStatus, { plain: string; short: string; tone: Tone }> = {
  PendingFulfillmentStart: { plain: "waiting for activation", short: "Pending", tone: "info" },
  Subscribed: { plain: "active", short: "Subscribed", tone: "good" },
  Suspended: { plain: "payment failed", short: "Suspended", tone: "warn" },
  Unsubscribed: { plain: "ended", short: "Unsubscribed", tone: "quiet" },
};

export const accessLabels: Record<Access, Label> = {
  none: { label: "no access yet", tone: "info" },
  full: { label: "access full", tone: "good" },
  suspended: { label: "access suspended", tone: "warn" },
  ended: { label: "access ended", tone: "quiet" },
};

export const actionLabels: Record<StaffAction, string> = {
  activate: "Activate",
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend",
  reinstate: "Reinstate",
  cancel: "Cancel subscription",
};

const operationActionLabels: Record<string, string> = {
  Activate: "Activate",
  Subscribe: "Subscribe",
  ChangePlan: "Change plan",
  ChangeQuantity: "Change seats",
  Renew: "Renew",
  Suspend: "Suspend",
  Reinstate: "Reinstate",
  Unsubscribe: "Unsubscribe",
};

/** The action in words; one that we do not know keeps Microsoft's word. */
export function operationActionLabel(action: string): string {
  return operationActionLabels[action] ?? action;
}

/** Who asked for it, seen from the publisher. */
export const sourceLabels: Record<OperationView["source"], string> = { Azure: "from Microsoft", Partner: "from us" };

export const actorLabels: Record<ActorKind, string> = {
  staff: "Staff",
  purchaser: "Purchaser",
  marketplace: "Microsoft",
  product: "Product",
  system: "Marketdesk",
};

/** Where a change came from. */
export const activitySourceLabels: Record<ActivitySource, string> = {
  desk: "the desk",
  bulk: "a bulk run",
  landing: "the landing page",
  webhook: "Microsoft",
  api: "our product",
  job: "a job",
};

export const activityTopicLabels: Record<ActivityTopic, string> = {
  plan: "Plan changes",
  seats: "Seat changes",
  status: "Status changes",
  access: "Access and holds",
  renewal: "Terms and renewals",
  care: "Owners, tags, notes, follow-ups",
  operation: "Operations",
  setting: "Settings, staff and views",
  export: "Exports",
  bulk: "Bulk runs",
  product: "Your product",
  upkeep: "Upkeep of the desk",
};

export const outcomeLabels: Record<OperationOutcome, Label> = {
  succeeded: { label: "succeeded", tone: "good" },
  rejected: { label: "refused by us", tone: "warn" },
  failed: { label: "failed at Microsoft", tone: "bad" },
  conflict: { label: "overtaken", tone: "warn" },
  quarantined: { label: "set aside", tone: "bad" },
  skipped: { label: "skipped by staff", tone: "quiet" },
};

export const deliveryLabels: Record<DeliveryOutcome, Label> = {
  accepted: { label: "accepted", tone: "good" },
  duplicate: { label: "duplicate", tone: "quiet" },
  unprocessable: { label: "not understood", tone: "warn" },
};

/** The stages an operation passes, in order. */
export function stagesOf(operation: Pick<OperationView, "source" | "stage">): readonly OperationStage[] {
  const stages: readonly OperationStage[] =
    operation.source === "Partner"
      ? ["requested", "accepted", "settled"]
      : ["received", "verified", "decided", "acknowledged", "settled"];
  return stages.includes(operation.stage) ? stages : [...stages.slice(0, -1), operation.stage, "settled"];
}

/** `Change seats to 30`, `Change plan to gold`, `Renew`. */
export function operationTitle(operation: Pick<OperationView, "action" | "planId" | "quantity">): string {
  const action = operationActionLabel(operation.action);
  if (operation.action === "ChangePlan" && operation.planId !== null) return `${action} to ${operation.planId}`;
  if (operation.action === "ChangeQuantity" && operation.quantity !== null) return `${action} to ${operation.quantity}`;
  return action;
}

/** Where an operation stands, in a word and its tone. */
export function operationState(operation: OperationView): Label {
  if (operation.outcome !== null) return outcomeLabels[operation.outcome];
  if (operation.isStuck) return { label: "stuck", tone: "bad" };
  if (operation.stage === "settled") return { label: "settled", tone: "good" };
  return { label: operation.stage, tone: "info" };
}

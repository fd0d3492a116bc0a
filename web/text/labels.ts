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
type Word = { word: string; tone: Tone };

export const statusWords: Record<SubscriptionStatus, { plain: string; short: string; tone: Tone }> = {
  PendingFulfillmentStart: { plain: "waiting for activation", short: "Pending", tone: "info" },
  Subscribed: { plain: "active", short: "Subscribed", tone: "good" },
  Suspended: { plain: "payment failed", short: "Suspended", tone: "warn" },
  Unsubscribed: { plain: "ended", short: "Unsubscribed", tone: "quiet" },
};

export const accessWords: Record<Access, Word> = {
  none: { word: "no access yet", tone: "info" },
  full: { word: "access full", tone: "good" },
  suspended: { word: "access suspended", tone: "warn" },
  ended: { word: "access ended", tone: "quiet" },
};

export const actionWords: Record<StaffAction, string> = {
  activate: "Activate",
  changePlan: "Change plan",
  changeQuantity: "Change seats",
  suspend: "Suspend",
  reinstate: "Reinstate",
  cancel: "Cancel subscription",
};

const operationActionWords: Record<string, string> = {
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
export function operationAction(action: string): string {
  return operationActionWords[action] ?? action;
}

/** Who asked for it, seen from the publisher. */
export const sourceWords: Record<OperationView["source"], string> = { Azure: "from Microsoft", Partner: "from us" };

export const actorWords: Record<ActorKind, string> = {
  staff: "Staff",
  purchaser: "Purchaser",
  marketplace: "Microsoft",
  product: "Product",
  system: "Marketdesk",
};

/** Where a change came from. */
export const activitySourceWords: Record<ActivitySource, string> = {
  desk: "the desk",
  bulk: "a bulk run",
  landing: "the landing page",
  webhook: "Microsoft",
  api: "our product",
  job: "a job",
};

export const activityTopicWords: Record<ActivityTopic, string> = {
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

export const outcomeWords: Record<OperationOutcome, Word> = {
  succeeded: { word: "succeeded", tone: "good" },
  rejected: { word: "refused by us", tone: "warn" },
  failed: { word: "failed at Microsoft", tone: "bad" },
  conflict: { word: "overtaken", tone: "warn" },
  quarantined: { word: "set aside", tone: "bad" },
  skipped: { word: "skipped by staff", tone: "quiet" },
};

export const deliveryWords: Record<DeliveryOutcome, Word> = {
  accepted: { word: "accepted", tone: "good" },
  duplicate: { word: "duplicate", tone: "quiet" },
  unprocessable: { word: "not understood", tone: "warn" },
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
  const action = operationAction(operation.action);
  if (operation.action === "ChangePlan" && operation.planId !== null) return `${action} to ${operation.planId}`;
  if (operation.action === "ChangeQuantity" && operation.quantity !== null) return `${action} to ${operation.quantity}`;
  return action;
}

/** Where an operation stands, in a word and its tone. */
export function operationState(operation: OperationView): Word {
  if (operation.outcome !== null) return outcomeWords[operation.outcome];
  if (operation.isStuck) return { word: "stuck", tone: "bad" };
  if (operation.stage === "settled") return { word: "settled", tone: "good" };
  return { word: operation.stage, tone: "info" };
}

/** What a subscription allows, and what changed about it. */
import type { ActivityKind } from "../../shared/activity-kinds.ts";
import type { Day } from "../../shared/day.ts";
import {
  accessOf,
  isKnownTransition,
  type LifecycleAction,
  type StaffAction,
  staffActions,
  statusNames,
  type SubscriptionStatus,
  suspensionWindowDays,
} from "../../shared/lifecycle.ts";
import { isBoughtByReseller } from "./customer.ts";
import { roleForAction } from "../../shared/action-roles.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { flatRate } from "./change-limits.ts";
import { offerMark, planMark } from "./name-marks.ts";
import { describeOperation } from "./operation.ts";

/** The facts that Microsoft owns. */
export type SubscriptionFacts = {
  name: string;
  publisherId: string | null;
  offerId: string;
  planId: string;
  quantity: number | null;
  status: SubscriptionStatus;
  unrecognisedStatus: string | null;
  beneficiaryEmail: string | null;
  beneficiaryObjectId: string | null;
  beneficiaryTenantId: string | null;
  purchaserEmail: string | null;
  purchaserObjectId: string | null;
  purchaserTenantId: string | null;
  termUnit: string | null;
  /** The first and the last day of the term. */
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  isFreeTrial: boolean;
  isTest: boolean;
  sandboxType: string | null;
  sessionMode: string | null;
  allowedCustomerOperations: string[];
  purchasedAt: Date | null;
};

export type FactName = keyof SubscriptionFacts;

/** One entry of the timeline. */
export type Change = {
  kind: ActivityKind;
  summary: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
};

const seats = (quantity: number | null) =>
  quantity === null ? "no seat count" : quantity === 1 ? "1 seat" : `${quantity} seats`;

/** The facts in which our copy and Microsoft's differ. */
export function differingFacts(current: SubscriptionFacts, truth: SubscriptionFacts): FactName[] {
  return (Object.keys(truth) as FactName[]).filter((name) => !isSame(current[name], truth[name]));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item) => b.includes(item));
  }
  return a === b;
}

/** Timeline entries for the step from the current facts to the true ones; none if they are equal. */
export function changesBetween(current: SubscriptionFacts | null, truth: SubscriptionFacts): Change[] {
  if (current === null) {
    return [
      {
        kind: "subscription.first_seen",
        summary: `Purchase discovered: ${offerMark(truth.offerId)}, ${planMark(truth.planId, truth.offerId)}, ${seats(truth.quantity)}, ${statusNames[truth.status]}`,
        before: null,
        after: pickFacts(truth, ["status", "offerId", "planId", "quantity"]),
      },
    ];
  }
  const remaining = new Set(differingFacts(current, truth));
  const changes: Change[] = [];
  const take = (kind: ActivityKind, summary: string, names: FactName[]) => {
    if (!names.some((name) => remaining.has(name))) return;
    const changed = names.filter((name) => remaining.delete(name));
    changes.push({ kind, summary, before: pickFacts(current, changed), after: pickFacts(truth, changed) });
  };
  const { kind, verb } = statusChange(current.status, truth.status);
  // An ended subscription does not renew, so that is no change of its own.
  take(kind, verb, truth.status === "Unsubscribed" ? ["status", "autoRenews"] : ["status"]);
  take(
    "subscription.plan_changed",
    `Plan changed from ${planMark(current.planId, current.offerId)} to ${planMark(truth.planId, truth.offerId)}`,
    ["planId", "offerId"],
  );
  take(
    "subscription.quantity_changed",
    `Seats changed from ${current.quantity ?? "none"} to ${truth.quantity ?? "none"}`,
    ["quantity"],
  );
  if (current.isFreeTrial && !truth.isFreeTrial) {
    take("subscription.trial_ended", "The free trial became a paid subscription", ["isFreeTrial"]);
  }
  const isRenewal = current.termEndsOn !== null && truth.termEndsOn !== null && truth.termEndsOn > current.termEndsOn;
  take(isRenewal ? "subscription.renewed" : "subscription.term_changed", isRenewal ? "Term renewed" : "Term set", [
    "termStartsOn",
    "termEndsOn",
    "termUnit",
  ]);
  take("subscription.renewal_changed", `Auto-renewal turned ${truth.autoRenews ? "on" : "off"}`, ["autoRenews"]);
  const others = [...remaining];
  take("subscription.details_changed", `Details changed: ${others.map((name) => factWords[name]).join(", ")}`, others);
  return changes;
}

function statusChange(from: SubscriptionStatus, to: SubscriptionStatus): { kind: ActivityKind; verb: string } {
  if (!isKnownTransition(from, to)) {
    return {
      kind: "subscription.unexpected_transition",
      verb: `Moved by Microsoft from ${statusNames[from]} to ${statusNames[to]}, an unexpected transition`,
    };
  }
  if (to === "Subscribed") {
    return from === "Suspended"
      ? { kind: "subscription.reinstated", verb: "Reinstated by Microsoft: the payment was fixed" }
      : { kind: "subscription.activated", verb: "Activated: billing has started" };
  }
  if (to === "Suspended") return { kind: "subscription.suspended", verb: "Suspended by Microsoft: a payment failed" };
  return {
    kind: "subscription.unsubscribed",
    verb: from === "PendingFulfillmentStart" ? "Canceled before activation" : "Subscription canceled",
  };
}

const factWords: Record<FactName, string> = {
  name: "name",
  publisherId: "publisher",
  offerId: "offer",
  planId: "plan",
  quantity: "seats",
  status: "status",
  unrecognisedStatus: "status name",
  beneficiaryEmail: "beneficiary's email",
  beneficiaryObjectId: "beneficiary",
  beneficiaryTenantId: "beneficiary's tenant",
  purchaserEmail: "purchaser's email",
  purchaserObjectId: "purchaser",
  purchaserTenantId: "purchaser's tenant",
  termUnit: "term",
  termStartsOn: "term start",
  termEndsOn: "term end",
  autoRenews: "renewal",
  isFreeTrial: "trial",
  isTest: "test purchase",
  sandboxType: "sandbox type",
  sessionMode: "session mode",
  allowedCustomerOperations: "customer's permissions",
  purchasedAt: "purchase date",
};

/** The names of all facts that Microsoft owns. */
export const factNames = Object.keys(factWords) as FactName[];

/** Selected facts for the audit trail; instants as ISO 8601 text. */
export function pickFacts(facts: SubscriptionFacts, names: readonly FactName[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const value = facts[name];
      return [name, value instanceof Date ? value.toISOString() : value];
    }),
  );
}

/** The facts that decide whether staff may act on a subscription. */
export type ActionFacts = {
  status: SubscriptionStatus;
  isOnHold: boolean;
  quantity: number | null;
  /** Empty if unknown. */
  allowedCustomerOperations: readonly string[];
  purchaserTenantId: string | null;
  beneficiaryTenantId: string | null;
  /** The actions of its open operations, ours and Microsoft's. */
  openActions: readonly string[];
  /** Whether its plan is known to be sold without seats. */
  isFlatRate?: boolean;
  /** Who requested a cancellation that waits for approval. */
  cancelRequestedBy?: string | null;
};

/** Why nothing can be changed after a subscription's end, as a sentence. */
export const endedReason = "This subscription has been canceled and cannot be reactivated.";

/** Why this role cannot do this to the subscription now, as a sentence; null if it can. */
export function blockedReasonOf(action: StaffAction, facts: ActionFacts, role: Role): string | null {
  return stateBlockedReason(action, facts) ?? missingRoleReason(action, role);
}

function missingRoleReason(action: StaffAction, role: Role): string | null {
  const needed = roleForAction[action];
  return includesRole(role, needed)
    ? null
    : `Your role is ${role}, and this action needs the role ${needed}. Ask an admin.`;
}

function stateBlockedReason(action: StaffAction, facts: ActionFacts): string | null {
  if (facts.status === "Unsubscribed") return endedReason;
  switch (action) {
    case "activate":
      if (facts.status !== "PendingFulfillmentStart") return "This subscription has already been activated.";
      return busyReason(facts, "Activate");
    case "changePlan":
    case "changeQuantity":
      if (action === "changeQuantity" && (facts.isFlatRate || facts.quantity === null)) return flatRate;
      return changeBlockedReason(facts) ?? busyReason(facts, action === "changePlan" ? "ChangePlan" : "ChangeQuantity");
    case "suspend":
      if (facts.status === "PendingFulfillmentStart")
        return "This subscription is not active yet, so there is no access to suspend.";
      return facts.isOnHold ? "You have already suspended access." : null;
    case "reinstate":
      if (facts.isOnHold) return null;
      return facts.status === "Suspended"
        ? "Microsoft suspended this subscription because a payment failed. Only a payment by the customer reinstates it."
        : "Access is not suspended.";
    case "cancel":
      if (isForbidden(facts, "Delete")) {
        return isBoughtByReseller(facts)
          ? "This subscription was bought through a reseller. Only the reseller can cancel it."
          : "Microsoft does not allow the publisher to cancel this subscription.";
      }
      if (facts.cancelRequestedBy) {
        return `${facts.cancelRequestedBy} has already requested the cancellation, and it is waiting for a colleague's approval.`;
      }
      return busyReason(facts, "Unsubscribe");
  }
}

/**
 * Only an explicit list from Microsoft forbids an action; without a list it is tried, and Microsoft's response is
 * shown.
 */
function isForbidden({ allowedCustomerOperations: allowed }: ActionFacts, operation: "Update" | "Delete"): boolean {
  return allowed.length > 0 && !allowed.includes(operation);
}

function changeBlockedReason(facts: ActionFacts): string | null {
  if (facts.status === "PendingFulfillmentStart") return "This subscription is not active yet. Activate it first.";
  if (facts.status === "Suspended")
    return "Microsoft suspended this subscription because a payment failed. Changes are possible again after the payment.";
  if (isForbidden(facts, "Update")) {
    return isBoughtByReseller(facts)
      ? "This subscription was bought through a reseller. Only the reseller can change its plan and seats."
      : "Microsoft does not allow changes of plan or seats for this subscription.";
  }
  return null;
}

/**
 * Another change can be requested while one is in progress and waits its turn; the same action cannot, and nothing
 * can after a cancellation.
 */
function busyReason(facts: ActionFacts, action: LifecycleAction): string | null {
  const blocking = [action, "Unsubscribe"].find((open) => facts.openActions.includes(open));
  return blocking
    ? `${describeOperation({ action: blocking, planId: null, quantity: null })} in progress. Try again when it is complete.`
    : null;
}

/** Each action and whether it is possible now. */
export function actionsFor(facts: ActionFacts, role: Role) {
  return staffActions.map((action) => {
    const reason = blockedReasonOf(action, facts, role);
    return { action, isPossible: reason === null, blockedReason: reason };
  });
}

/** The reason for the present access, and who can change it. */
export function accessReason(status: SubscriptionStatus, hold: { reason: string; byName: string } | null): string {
  switch (accessOf(status, hold !== null)) {
    case "none":
      return "The purchase is not activated yet. The purchaser activates it on the landing page, or staff do.";
    case "full":
      return "The subscription is active, and Microsoft bills the customer.";
    case "ended":
      return "Access ended with the subscription. Keep the customer's data for at least 7 days.";
    case "suspended":
      if (status === "Suspended" && hold) {
        return `Microsoft suspended access because a payment failed, and ${hold.byName} set an access hold. Full access requires the customer's payment, and then staff have to reinstate access.`;
      }
      if (status === "Suspended") {
        return `Microsoft suspended access because a payment failed. Only a payment by the customer within ${suspensionWindowDays} days reinstates it.`;
      }
      return "You have suspended access. Staff can reinstate it; Microsoft continues to bill.";
  }
}

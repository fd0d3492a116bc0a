/** What a subscription may do and what changed about it. Pure. */
import type { Day } from "../../shared/day.ts";
import {
  accessOf,
  isKnownTransition,
  type LifecycleAction,
  type StaffAction,
  staffActions,
  type SubscriptionStatus,
} from "../../shared/lifecycle.ts";
import { isBoughtByReseller } from "./customer.ts";
import { roleForAction } from "../../shared/action-roles.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { flatRate } from "./change-limits.ts";

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

/** One entry for the timeline. */
export type Change = {
  kind: string;
  summary: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
};

const seats = (quantity: number | null) =>
  quantity === null ? "no seat count" : quantity === 1 ? "1 seat" : `${quantity} seats`;

/** The facts of a subscription that differ between what we hold and what Microsoft says. */
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

/** What to write on the timeline when the current facts become the true ones; nothing when they are equal. */
export function changesBetween(current: SubscriptionFacts | null, truth: SubscriptionFacts): Change[] {
  if (current === null) {
    return [
      {
        kind: "subscription.first_seen",
        summary: `First seen: ${truth.planId} of ${truth.offerId}, ${seats(truth.quantity)}, ${truth.status}`,
        before: null,
        after: pickFacts(truth, ["status", "offerId", "planId", "quantity"]),
      },
    ];
  }
  const remaining = new Set(differingFacts(current, truth));
  const changes: Change[] = [];
  const take = (kind: string, summary: string, names: FactName[]) => {
    if (!names.some((name) => remaining.has(name))) return;
    const changed = names.filter((name) => remaining.delete(name));
    changes.push({ kind, summary, before: pickFacts(current, changed), after: pickFacts(truth, changed) });
  };
  const { kind, verb } = statusChange(current.status, truth.status);
  // What has ended does not renew: that is no change of its own.
  take(kind, verb, truth.status === "Unsubscribed" ? ["status", "autoRenews"] : ["status"]);
  take("subscription.plan_changed", `Plan changed from ${current.planId} to ${truth.planId}`, ["planId", "offerId"]);
  take(
    "subscription.quantity_changed",
    `Seats changed from ${current.quantity ?? "none"} to ${truth.quantity ?? "none"}`,
    ["quantity"],
  );
  if (current.isFreeTrial && !truth.isFreeTrial) {
    take("subscription.trial_ended", "The free trial became a paid subscription", ["isFreeTrial"]);
  }
  const isRenewal = current.termEndsOn !== null && truth.termEndsOn !== null && truth.termEndsOn > current.termEndsOn;
  take(
    isRenewal ? "subscription.renewed" : "subscription.term_changed",
    `${isRenewal ? "Renewed" : "Term set"}: ${truth.termStartsOn ?? "not reported"} to ${truth.termEndsOn ?? "not reported"}`,
    ["termStartsOn", "termEndsOn", "termUnit"],
  );
  take("subscription.renewal_changed", `Renewal switched ${truth.autoRenews ? "on" : "off"}`, ["autoRenews"]);
  const others = [...remaining];
  take("subscription.details_changed", `Details changed: ${others.map((name) => factWords[name]).join(", ")}`, others);
  return changes;
}

function statusChange(from: SubscriptionStatus, to: SubscriptionStatus): { kind: string; verb: string } {
  if (!isKnownTransition(from, to)) {
    return {
      kind: "subscription.unexpected_transition",
      verb: `Microsoft moved it from ${from} to ${to}, which its life cycle does not name`,
    };
  }
  if (to === "Subscribed") {
    return from === "Suspended"
      ? { kind: "subscription.reinstated", verb: "Reinstated by Microsoft: the payment was fixed" }
      : { kind: "subscription.activated", verb: "Active: billing has started" };
  }
  if (to === "Suspended") return { kind: "subscription.suspended", verb: "Suspended by Microsoft: a payment failed" };
  return {
    kind: "subscription.unsubscribed",
    verb: from === "PendingFulfillmentStart" ? "Ended before it was activated" : "Unsubscribed: the subscription ended",
  };
}

const factWords: Record<FactName, string> = {
  name: "name",
  publisherId: "publisher",
  offerId: "offer",
  planId: "plan",
  quantity: "seats",
  status: "status",
  unrecognisedStatus: "status word",
  beneficiaryEmail: "beneficiary's e-mail",
  beneficiaryObjectId: "beneficiary",
  beneficiaryTenantId: "beneficiary's tenant",
  purchaserEmail: "purchaser's e-mail",
  purchaserObjectId: "purchaser",
  purchaserTenantId: "purchaser's tenant",
  termUnit: "term",
  termStartsOn: "term start",
  termEndsOn: "term end",
  autoRenews: "renewal",
  isFreeTrial: "trial",
  isTest: "test mark",
  sandboxType: "sandbox type",
  sessionMode: "session mode",
  allowedCustomerOperations: "what the customer may do",
  purchasedAt: "purchase date",
};

/** The names of all facts that Microsoft owns. */
export const factNames = Object.keys(factWords) as FactName[];

/** Some facts for the record: instants as ISO 8601 text. */
export function pickFacts(facts: SubscriptionFacts, names: readonly FactName[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const value = facts[name];
      return [name, value instanceof Date ? value.toISOString() : value];
    }),
  );
}

/** What decides whether staff may act on a subscription. */
export type ActionFacts = {
  status: SubscriptionStatus;
  isOnHold: boolean;
  quantity: number | null;
  /** Empty: not known. */
  allowedCustomerOperations: readonly string[];
  purchaserTenantId: string | null;
  beneficiaryTenantId: string | null;
  /** The actions of its operations that are not settled, ours and Microsoft's. */
  openActions: readonly string[];
  /** Whether its plan is known to be sold without seats. */
  isFlatRate?: boolean;
  /** Who asked for a cancellation that waits for a second person. */
  cancelRequestedBy?: string | null;
};

/** Why a person of this role cannot do this to the subscription now, as a sentence; null when they can. */
export function whyNot(action: StaffAction, facts: ActionFacts, role: Role): string | null {
  return whyNotNow(action, facts) ?? whyNotRole(action, role);
}

function whyNotRole(action: StaffAction, role: Role): string | null {
  const needed = roleForAction[action];
  return includesRole(role, needed)
    ? null
    : `Your role is ${role}; this needs the role ${needed}. Ask an administrator.`;
}

function whyNotNow(action: StaffAction, facts: ActionFacts): string | null {
  if (facts.status === "Unsubscribed") return "The subscription has ended; Microsoft does not revive it.";
  switch (action) {
    case "activate":
      if (facts.status !== "PendingFulfillmentStart") return "It has already been activated.";
      return whyBusy(facts, "Activate");
    case "changePlan":
    case "changeQuantity":
      if (action === "changeQuantity" && (facts.isFlatRate || facts.quantity === null)) return flatRate;
      return whyNotChangeable(facts) ?? whyBusy(facts, action === "changePlan" ? "ChangePlan" : "ChangeQuantity");
    case "suspend":
      if (facts.status === "PendingFulfillmentStart") return "It is not active yet, so there is no access to stop.";
      return facts.isOnHold ? "Access is already stopped by a hold." : null;
    case "reinstate":
      if (facts.isOnHold) return null;
      return facts.status === "Suspended"
        ? "Microsoft suspended it because a payment failed; only the customer's payment reinstates it."
        : "Access is not stopped.";
    case "cancel":
      if (isForbidden(facts, "Delete")) {
        return isBoughtByReseller(facts)
          ? "It was bought through a reseller, who alone can cancel it."
          : "Microsoft does not allow this subscription to be canceled from here.";
      }
      if (facts.cancelRequestedBy) {
        return `${facts.cancelRequestedBy} has asked for it already; it waits for a second person.`;
      }
      return whyBusy(facts, "Unsubscribe");
  }
}

/** Only what Microsoft has said forbids anything: while it has not, the action is tried, and Microsoft's own answer shown. */
function isForbidden({ allowedCustomerOperations: allowed }: ActionFacts, operation: "Update" | "Delete"): boolean {
  return allowed.length > 0 && !allowed.includes(operation);
}

function whyNotChangeable(facts: ActionFacts): string | null {
  if (facts.status === "PendingFulfillmentStart") return "It is not active yet; activate it first.";
  if (facts.status === "Suspended") return "Microsoft suspended it; changes are possible again once it is paid for.";
  if (isForbidden(facts, "Update")) {
    return isBoughtByReseller(facts)
      ? "It was bought through a reseller, who alone can change plan and seats."
      : "Microsoft does not allow changes of plan and seats for this subscription.";
  }
  return null;
}

/** Another change may be asked for meanwhile and waits its turn, but not the same one twice, and nothing after an end. */
function whyBusy(facts: ActionFacts, action: LifecycleAction): string | null {
  const blocking = [action, "Unsubscribe"].find((open) => facts.openActions.includes(open));
  return blocking ? `${blocking} is still under way. Try again when it has settled.` : null;
}

/** Each action with whether it is possible now. */
export function actionsFor(facts: ActionFacts, role: Role) {
  return staffActions.map((action) => {
    const reason = whyNot(action, facts, role);
    return { action, isPossible: reason === null, whyNot: reason };
  });
}

/** Why access is what it is, and who can change that. */
export function accessReason(status: SubscriptionStatus, hold: { reason: string; byName: string } | null): string {
  switch (accessOf(status, hold !== null)) {
    case "none":
      return "No access yet: the purchase waits for activation, by the purchaser on the landing page or by staff.";
    case "full":
      return "Full access: Microsoft bills the customer and nothing holds it.";
    case "ended":
      return "Access ended with the subscription. Keep the customer's data for at least 7 days.";
    case "suspended":
      if (status === "Suspended" && hold) {
        return `Access is stopped twice: Microsoft suspended it for a failed payment, which only a payment fixes, and ${hold.byName} holds it, which staff can lift.`;
      }
      if (status === "Suspended") {
        return "Access is stopped because Microsoft suspended it: a payment failed. Only the customer's payment reinstates it, within 30 days.";
      }
      return "Access is stopped by our own hold. Staff can reinstate it; Microsoft keeps billing meanwhile.";
  }
}

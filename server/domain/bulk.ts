/** What a bulk action would do to each subscription, in words. */
import { roleForAction } from "../../shared/action-roles.ts";
import { type BulkAction, type BulkKind } from "../../shared/bulk.ts";
import { purchaserMailKindLabels } from "../../shared/notifications.ts";
import { maxTags } from "../../shared/inputs/subscriptions.ts";
import type { StaffAction } from "../../shared/lifecycle.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { planProblem, quantityProblem } from "./change-limits.ts";
import { mailAddressesOf } from "./customer.ts";
import { isTrueNow, type TermFacts } from "./mail-templates.ts";
import { planMark } from "./name-marks.ts";
import { type ActionFacts, blockedReasonOf } from "./subscription.ts";

/** The facts of a subscription that decide. */
export type BulkSubject = ActionFacts &
  TermFacts & {
    offerId: string;
    planId: string;
    /** The limits of the current plan, if Microsoft has given them. */
    limits: { minQuantity: number | null; maxQuantity: number | null; isPricePerSeat: boolean } | undefined;
    /** The limits of the requested plan; undefined if the offer is not known to have it. */
    target: { minQuantity: number | null; maxQuantity: number | null } | undefined;
    tags: readonly string[];
    ownerId: string | null;
    ownerName: string | null;
    followUpOn: string | null;
    autoRenews: boolean | null;
    contactEmail: string | null;
    purchaserEmail: string | null;
    beneficiaryEmail: string | null;
    /** Whether a cancellation waits for a second person's approval. */
    cancelNeedsApproval: boolean;
  };

export type BulkVerdict = { state: "ready" | "refused"; plan: string };

const actionOf: Partial<Record<BulkKind, StaffAction>> = {
  suspend: "suspend",
  reinstate: "reinstate",
  activate: "activate",
  changePlan: "changePlan",
  changeQuantity: "changeQuantity",
  cancel: "cancel",
};

/** What the bulk action would do to this subscription, or why it cannot: the same rules as for a single one. */
export function verdictOf(
  action: BulkAction,
  subject: BulkSubject,
  role: Role,
  /** The new owner, for the action that assigns one. */
  owner: { id: string; name: string } | null,
): BulkVerdict {
  const refused = (plan: string): BulkVerdict => ({ state: "refused", plan });
  const ready = (plan: string): BulkVerdict => ({ state: "ready", plan });
  const staffAction = actionOf[action.kind];
  const reason = staffAction ? blockedReasonOf(staffAction, subject, role) : null;
  if (reason !== null) return refused(reason);
  switch (action.kind) {
    case "refresh":
      return ready("Refresh from Microsoft and repair any differences.");
    case "assignOwner": {
      if ((owner?.id ?? null) === subject.ownerId)
        return refused(owner ? `${owner.name} is already the owner.` : "This subscription has no owner.");
      return ready(`${replacedBy(action, subject)} → ${owner?.name ?? "unassigned"}.`);
    }
    case "changeTags":
      return verdictOfTags(action, subject.tags);
    case "setFollowUp":
      if (action.on === subject.followUpOn)
        return refused(
          action.on === null ? "This subscription has no follow-up." : "The follow-up is already on this day.",
        );
      return ready(`${replacedBy(action, subject)} → ${action.on ?? "none"}.`);
    case "write": {
      if (!isTrueNow(action.template, subject))
        return refused("The template does not fit the state of this subscription.");
      const [address] = mailAddressesOf(subject);
      return address
        ? ready(`Email “${purchaserMailKindLabels[action.template]}” to ${address.email}.`)
        : refused("Microsoft has not reported an address of this customer, and no contact was provided.");
    }
    case "suspend":
      return ready("Suspend access. Microsoft continues to bill.");
    case "reinstate":
      return ready("Reinstate access.");
    case "activate":
      return ready("Activate at Microsoft. Billing starts.");
    case "changePlan": {
      const problem = planProblem(action.planId, subject, subject.target);
      return problem === null
        ? ready(`${replacedBy(action, subject)} → ${planMark(action.planId, subject.offerId)}.`)
        : refused(problem);
    }
    case "changeQuantity": {
      const problem = quantityProblem(action.quantity, subject, subject.limits);
      return problem === null ? ready(`${replacedBy(action, subject)} → ${action.quantity}.`) : refused(problem);
    }
    case "cancel":
      return ready(
        subject.cancelNeedsApproval
          ? "Request the cancellation. Billing and access continue until a colleague approves it."
          : "Cancel at Microsoft. Billing and access end.",
      );
  }
}

type Replaced = Pick<BulkSubject, "offerId" | "planId" | "quantity" | "ownerName" | "followUpOn">;

/** The value that the action replaces, as its dry run begins; null if it replaces none. */
function replacedBy({ kind }: BulkAction, subject: Replaced): string | null {
  switch (kind) {
    case "assignOwner":
      return `Owner: ${subject.ownerName ?? "unassigned"}`;
    case "setFollowUp":
      return `Follow-up: ${subject.followUpOn ?? "none"}`;
    case "changePlan":
      return `Plan: ${planMark(subject.planId, subject.offerId)}`;
    case "changeQuantity":
      return `Seats: ${subject.quantity ?? "none"}`;
    default:
      return null;
  }
}

const replacedNames: Partial<Record<BulkKind, string>> = {
  assignOwner: "owner",
  setFollowUp: "follow-up",
  changePlan: "plan",
  changeQuantity: "number of seats",
};

/** Why the dry run no longer holds, as a sentence: the value that it would replace has changed; null if it has not. */
export function outdatedReason(action: BulkAction, plan: string, subject: Replaced): string | null {
  const replaced = replacedBy(action, subject);
  if (replaced === null || plan.startsWith(`${replaced} → `)) return null;
  return `The ${replacedNames[action.kind]} was changed after the dry run, so it was left as it is. Plan the bulk action again if it is still wanted.`;
}

function verdictOfTags({ add, remove }: { add: string[]; remove: string[] }, current: readonly string[]): BulkVerdict {
  const added = add.filter((tag) => !current.includes(tag) && !remove.includes(tag));
  const gone = remove.filter((tag) => current.includes(tag));
  if (added.length === 0 && gone.length === 0)
    return {
      state: "refused",
      plan: add.length > 0 ? "This subscription already has these tags." : "This subscription has none of these tags.",
    };
  if (current.length + added.length - gone.length > maxTags)
    return { state: "refused", plan: `A subscription can have at most ${maxTags} tags. Remove a tag first.` };
  const parts = [...added.map((tag) => `+ ${tag}`), ...gone.map((tag) => `− ${tag}`)];
  return { state: "ready", plan: `Tags: ${parts.join(", ")}.` };
}

/** The action in words, without its subscriptions: `Change seats to 8`. */
export function bulkTitle(action: BulkAction): string {
  switch (action.kind) {
    case "refresh":
      return "Refresh from Microsoft";
    case "assignOwner":
      return action.owner === null ? "Unassign" : "Assign owner";
    case "changeTags":
      return [
        action.add.length > 0 ? `add ${action.add.join(", ")}` : "",
        action.remove.length > 0 ? `remove ${action.remove.join(", ")}` : "",
      ]
        .filter(Boolean)
        .join("; ")
        .replace(/^/, "Tags: ");
    case "setFollowUp":
      return action.on === null ? "Remove follow-up" : `Follow up on ${action.on}`;
    case "write":
      return `Write to customers: ${purchaserMailKindLabels[action.template]}`;
    case "suspend":
      return "Suspend access";
    case "reinstate":
      return "Reinstate access";
    case "activate":
      return "Activate";
    case "changePlan":
      return `Change plan to ${planMark(action.planId)}`;
    case "changeQuantity":
      return `Change seats to ${action.quantity}`;
    case "cancel":
      return "Cancel subscriptions";
  }
}

/** Why this role cannot run the bulk action, as a sentence; null if it can. */
export function bulkBlockedReason(kind: BulkKind, role: Role): string | null {
  const needed = roleForAction[kind];
  return includesRole(role, needed)
    ? null
    : `Your role is ${role}, and this action needs the role ${needed}. Ask an admin.`;
}

/** What a bulk run would do to each subscription, and in which words. Pure. */
import { roleForAction } from "../../shared/action-roles.ts";
import { type BulkAction, type BulkKind } from "../../shared/bulk.ts";
import { maxTags } from "../../shared/inputs.ts";
import type { StaffAction } from "../../shared/lifecycle.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { whyNotPlan, whyNotQuantity } from "./change-limits.ts";
import { type ActionFacts, whyNot } from "./subscription.ts";

/** What of a subscription decides. */
export type BulkSubject = ActionFacts & {
  planId: string;
  /** The limits of its own plan, where Microsoft has told them. */
  limits: { minQuantity: number | null; maxQuantity: number | null; isPricePerSeat: boolean } | undefined;
  /** Those of the plan that a change asks for; undefined: its offer is not known to have it. */
  target: { minQuantity: number | null; maxQuantity: number | null } | undefined;
  tags: readonly string[];
  ownerId: string | null;
  ownerName: string | null;
  followUpOn: string | null;
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

/** What the run would do to this subscription, or why it cannot: the same rules as for one alone. */
export function verdictOf(
  action: BulkAction,
  subject: BulkSubject,
  role: Role,
  /** Whom an action names as the owner. */
  owner: { id: string; name: string } | null,
): BulkVerdict {
  const refused = (plan: string): BulkVerdict => ({ state: "refused", plan });
  const ready = (plan: string): BulkVerdict => ({ state: "ready", plan });
  const staffAction = actionOf[action.kind];
  const reason = staffAction ? whyNot(staffAction, subject, role) : null;
  if (reason !== null) return refused(reason);
  switch (action.kind) {
    case "refresh":
      return ready("Microsoft is asked, and what differs is repaired.");
    case "assignOwner": {
      if ((owner?.id ?? null) === subject.ownerId)
        return refused(owner ? `${owner.name} looks after it already.` : "Nobody looks after it now.");
      return ready(`Owner: ${subject.ownerName ?? "nobody"} → ${owner?.name ?? "nobody"}.`);
    }
    case "changeTags":
      return verdictOfTags(action, subject.tags);
    case "setFollowUp":
      if (action.on === subject.followUpOn)
        return refused(action.on === null ? "It has no follow-up." : "It has this day already.");
      return ready(`Follow-up: ${subject.followUpOn ?? "none"} → ${action.on ?? "none"}.`);
    case "suspend":
      return ready("Access stops; Microsoft keeps billing.");
    case "reinstate":
      return ready("Our hold is lifted.");
    case "activate":
      return ready("Microsoft is asked to activate it: billing starts.");
    case "changePlan": {
      const whyNotThis = whyNotPlan(action.planId, subject, subject.target);
      return whyNotThis === null ? ready(`Plan: ${subject.planId} → ${action.planId}.`) : refused(whyNotThis);
    }
    case "changeQuantity": {
      const whyNotThis = whyNotQuantity(action.quantity, subject, subject.limits);
      return whyNotThis === null
        ? ready(`Seats: ${subject.quantity ?? "none"} → ${action.quantity}.`)
        : refused(whyNotThis);
    }
    case "cancel":
      return ready("Microsoft is asked to end it: billing and access stop.");
  }
}

function verdictOfTags({ add, remove }: { add: string[]; remove: string[] }, current: readonly string[]): BulkVerdict {
  const added = add.filter((tag) => !current.includes(tag) && !remove.includes(tag));
  const gone = remove.filter((tag) => current.includes(tag));
  if (added.length === 0 && gone.length === 0)
    return { state: "refused", plan: add.length > 0 ? "It has these tags already." : "It has none of these tags." };
  if (current.length + added.length - gone.length > maxTags)
    return { state: "refused", plan: `A subscription has at most ${maxTags} tags. Take one away first.` };
  const parts = [...added.map((tag) => `+ ${tag}`), ...gone.map((tag) => `− ${tag}`)];
  return { state: "ready", plan: `Tags: ${parts.join(", ")}.` };
}

/** The action in words, without its subscriptions: `Change seats to 8`. */
export function bulkTitle(action: BulkAction): string {
  switch (action.kind) {
    case "refresh":
      return "Refresh from Microsoft";
    case "assignOwner":
      return action.owner === null ? "Take away the owner" : "Assign an owner";
    case "changeTags":
      return [
        action.add.length > 0 ? `add ${action.add.join(", ")}` : "",
        action.remove.length > 0 ? `remove ${action.remove.join(", ")}` : "",
      ]
        .filter(Boolean)
        .join("; ")
        .replace(/^/, "Tags: ");
    case "setFollowUp":
      return action.on === null ? "Take away the follow-up" : `Follow up on ${action.on}`;
    case "suspend":
      return "Suspend access";
    case "reinstate":
      return "Reinstate access";
    case "activate":
      return "Activate";
    case "changePlan":
      return `Change plan to ${action.planId}`;
    case "changeQuantity":
      return `Change seats to ${action.quantity}`;
    case "cancel":
      return "Cancel subscriptions";
  }
}

/** Why a person of this role cannot run it, as a sentence; null when they can. */
export function whyNotRun(kind: BulkKind, role: Role): string | null {
  const needed = roleForAction[kind];
  return includesRole(role, needed)
    ? null
    : `The role is ${role}; this needs the role ${needed}. Ask an administrator.`;
}

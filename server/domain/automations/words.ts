/** The actions of automations in words, and what each would do to a subscription as it is now. */
import type { AutomationAction, ProposedChange } from "../../../shared/automations.ts";
import { describePlanned, alreadyDoneReason } from "../planned-change.ts";

/** The name of a member of staff or a channel, by id. */
export type NameOf = (id: string) => string;

function daysInWords(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** `Plan Business, 5 days after the confirmation`, with a mark for the plan's name. */
export function describeProposal({ inDays, ...change }: ProposedChange): string {
  const when = inDays === null ? "at the end of the term" : `${daysInWords(inDays)} after the confirmation`;
  return `${describePlanned(change)}, ${when}`;
}

/** `Add the tag vip`, as a command. */
export function describeAction(action: AutomationAction, nameOf: NameOf): string {
  switch (action.kind) {
    case "tags": {
      const add = action.add.length > 0 ? `add ${tagsInWords(action.add)}` : "";
      const remove = action.remove.length > 0 ? `remove ${tagsInWords(action.remove)}` : "";
      const text = [add, remove].filter(Boolean).join(" and ");
      return text.charAt(0).toUpperCase() + text.slice(1);
    }
    case "owner":
      return action.owner === null ? "Remove the owner" : `Set the owner to ${nameOf(action.owner)}`;
    case "followUp":
      return `Set a follow-up ${action.inDays === 0 ? "for the same day" : `in ${daysInWords(action.inDays)}`}`;
    case "notify":
      return `Notify ${nameOf(action.to)}`;
    case "suspend":
      return "Suspend access";
    case "propose":
      return `Propose a change: ${describeProposal(action.change)}`;
  }
}

function tagsInWords(tags: readonly string[]): string {
  return `${tags.length === 1 ? "the tag" : "the tags"} ${tags.join(", ")}`;
}

type Facts = {
  status: string;
  tags: readonly string[];
  ownerId: string | null;
  planId: string;
  quantity: number | null;
  isOnHold: boolean;
};

/** Why an action has nothing to do, as a sentence; null if it has. */
export function noEffectReason(action: AutomationAction, facts: Facts): string | null {
  switch (action.kind) {
    case "tags": {
      const isDone =
        action.add.every((tag) => facts.tags.includes(tag) || action.remove.includes(tag)) &&
        !action.remove.some((tag) => facts.tags.includes(tag));
      return isDone ? "The tags are already set." : null;
    }
    case "owner":
      if (action.owner !== facts.ownerId) return null;
      return action.owner === null ? "The subscription has no owner." : "The subscription already has this owner.";
    case "suspend":
      if (facts.status === "Unsubscribed") return "The subscription has ended.";
      return facts.isOnHold ? "Access is already suspended." : null;
    case "propose": {
      if (facts.status === "Unsubscribed") return "The subscription has ended.";
      return alreadyDoneReason(action.change, facts);
    }
    case "followUp":
    case "notify":
      return null;
  }
}

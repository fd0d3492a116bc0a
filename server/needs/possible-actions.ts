import type { NeedAction } from "../../shared/views/needs.ts";

/** The actions of a kind for an item. Without an address no one can write to the customer, and the page of the item is offered instead. */
export function possibleActions(actions: readonly NeedAction[], email: string | null): NeedAction[] {
  return [...new Set(actions.map((action) => (action === "write" && email === null ? "open" : action)))];
}

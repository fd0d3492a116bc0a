/** Reason codes: why staff do something, so that it can be counted. */
import { staffActions } from "./lifecycle.ts";

/** What a code may be given for. `refuse`: staff turn down a change that the customer asked for. */
export const reasonedActions = [...staffActions, "refuse"] as const;
export type ReasonedAction = (typeof reasonedActions)[number];

/**
 * The id of a new code: `Not agreed with us!` gives `not_agreed_with_us`, a name in another script `reason`; empty when the
 * name has no letters or digits.
 */
export function codeIdOf(name: string): string {
  const id = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .slice(0, 50);
  return id === "" && /[\p{L}\p{N}]/u.test(name) ? "reason" : id;
}

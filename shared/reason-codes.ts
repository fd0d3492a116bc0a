/** Reason codes: why staff do something, so that reasons can be counted. */
import { staffActions } from "./lifecycle.ts";

/** The actions that a code can be given for. `refuse`: staff reject a customer's change. */
export const reasonedActions = [...staffActions, "refuse"] as const;
export type ReasonedAction = (typeof reasonedActions)[number];

/**
 * The id of a new code: `Not agreed with us!` becomes `not_agreed_with_us`, a name in another script `reason`;
 * empty without letters or digits.
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

import type { PolicyChangeState, ProtectedPolicy } from "../policy-changes.ts";

/** The outcome of a change to a policy. */
export type PolicyOutcome = {
  ok: true;
  /** The active version: the new one, or the previous one while the change waits. */
  version: number;
  /** A weakening waits for a second admin and applies at this time without one. Null if it has been applied. */
  waitsUntil: string | null;
};

export type PolicyChangeView = {
  id: string;
  policy: ProtectedPolicy;
  summary: string;
  reason: string;
  state: PolicyChangeState;
  requestedByName: string;
  requestedAt: string;
  /** When it applies without a second admin. */
  appliesAt: string;
  isMine: boolean;
  decided: { at: string; byName: string; reason: string | null } | null;
};

import type { PolicyChangeState, ProtectedPolicy } from "../policy-changes.ts";

/** What became of a change that someone made to a policy. */
export type PolicyOutcome = {
  ok: true;
  /** The version that holds now: the one that was set, or the one before where the change waits. */
  version: number;
  /** It weakens the policy: it waits for a second admin, and is applied at this time without one. Null: it is applied. */
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
  /** Without a second admin it is applied then. */
  appliesAt: string;
  isMine: boolean;
  decided: { at: string; byName: string; reason: string | null } | null;
};

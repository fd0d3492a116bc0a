import type { CancelRequestState } from "../lifecycle.ts";

/** The cancellation policy. */
export type CancelPolicyView = {
  needsSecondPerson: boolean;
  /** How long a cancellation waits for approval, in hours. */
  waitsHours: number;
  /** 0: never set. */
  version: number;
  updated: { at: string; byName: string } | null;
};

/** A cancellation that one person requested and another approves or declines. */
export type CancelRequestView = {
  id: string;
  state: CancelRequestState;
  reason: string;
  /** The name of the code. */
  reasonCode: string | null;
  requestedByName: string;
  /** Whether the caller requested it. */
  isMine: boolean;
  requestedAt: string;
  expiresAt: string;
};

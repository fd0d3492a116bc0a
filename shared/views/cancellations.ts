import type { CancelRequestState } from "../lifecycle.ts";

/** How the desk handles cancellations. */
export type CancelPolicyView = {
  needsSecondPerson: boolean;
  /** How long a cancellation waits for the second person, in hours. */
  waitsHours: number;
  /** 0: nobody has set anything. */
  version: number;
  updated: { at: string; byName: string } | null;
};

/** A cancellation that one person asked for and another one approves or declines. */
export type CancelRequestView = {
  id: string;
  state: CancelRequestState;
  reason: string;
  /** The name of the code. */
  reasonCode: string | null;
  requestedByName: string;
  /** Whether who asks is the one who asked for it. */
  isMine: boolean;
  requestedAt: string;
  expiresAt: string;
};

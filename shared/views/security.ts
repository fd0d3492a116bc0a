import type { RefusalReason } from "../refusals.ts";

export type RefusalView = { reason: RefusalReason; count: number; lastAt: string };

/** One of the caller's sessions. */
export type SessionView = {
  /** Identifies it among the caller's sessions. */
  handle: string;
  /** Browser and system; null if unknown. */
  device: string | null;
  signedInAt: string;
  lastSeenAt: string;
  /** The session of this request. */
  isCurrent: boolean;
};

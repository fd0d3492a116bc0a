import type { RefusalReason } from "../refusals.ts";

export type RefusalView = { reason: RefusalReason; count: number; lastAt: string };

/** One sign-in of the person who asks. */
export type SessionView = {
  /** Names it among one's own. */
  handle: string;
  /** Browser and system; null: not known. */
  device: string | null;
  signedInAt: string;
  lastSeenAt: string;
  /** It is the one that asks. */
  isCurrent: boolean;
};

import type { RetentionDays, RetentionKind } from "../retention.ts";
import type { ActorView } from "./staff.ts";

export type OfferView = {
  offerId: string;
  /** Null if no admin has named it. */
  name: string | null;
  named: { byName: string; at: string } | null;
  plans: { planId: string; name: string }[];
};

export type RetentionView = {
  version: number;
  days: RetentionDays;
  actor: ActorView | null;
  at: string | null;
  reason: string | null;
  /** The job's last run, with the number of deleted rows of each kind. */
  lastRun: { at: string; tookMs: number; deleted: Partial<Record<RetentionKind, number>> } | null;
};

/** How many rows would be deleted now, up to a limit. */
export type RetentionPreview = Record<RetentionKind, { count: number; isMore: boolean }>;

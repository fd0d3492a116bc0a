import type { RetentionDays, RetentionKind } from "../retention.ts";
import type { ActorView } from "./staff.ts";

export type BrandingValues = {
  publisherName: string;
  /** As `#rrggbb`; empty for the default. */
  accent: string;
  supportEmail: string;
  supportUrl: string;
  termsUrl: string;
  privacyUrl: string;
  nextSteps: string;
};

export type BrandingView = BrandingValues & {
  version: number;
  /** The logo's address; null if there is none. */
  logoUrl: string | null;
  /** Who set this version; null if never set. */
  actor: ActorView | null;
  at: string | null;
  reason: string | null;
};

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
  lastRun: { at: string; tookMs: number; gone: Partial<Record<RetentionKind, number>> } | null;
};

/** How many rows would be deleted now, up to a limit. */
export type RetentionPreview = Record<RetentionKind, { count: number; isMore: boolean }>;

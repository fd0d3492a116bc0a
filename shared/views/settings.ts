import type { RetentionDays, RetentionKind } from "../retention.ts";
import type { ActorView } from "./staff.ts";

export type BrandingValues = {
  publisherName: string;
  /** As `#rrggbb`; empty: the desk's own. */
  accent: string;
  supportEmail: string;
  supportUrl: string;
  termsUrl: string;
  privacyUrl: string;
  nextSteps: string;
};

export type BrandingView = BrandingValues & {
  version: number;
  /** The address of the logo; null: none. */
  logoUrl: string | null;
  /** Who set this version; null while none was. */
  actor: ActorView | null;
  at: string | null;
  reason: string | null;
};

export type RetentionView = {
  version: number;
  days: RetentionDays;
  actor: ActorView | null;
  at: string | null;
  reason: string | null;
  /** The last time that the job ran, with how many of each kind went. */
  lastRun: { at: string; tookMs: number; gone: Partial<Record<RetentionKind, number>> } | null;
};

/** How many would go now; counted up to a limit. */
export type RetentionPreview = Record<RetentionKind, { count: number; isMore: boolean }>;

import type { Branding } from "../branding.ts";
import type { ActorView } from "./staff.ts";

/** One version of a scope's branding, without what it inherits. */
export type BrandingView = Branding & {
  id: string;
  version: number;
  reason: string;
  at: string;
  actor: ActorView;
};

/** A scope that can have a branding: all offers, or an offer. */
export type BrandingScopeView = {
  /** Null: all offers. */
  offerId: string | null;
  /** The offer's name, or else its id; null for all offers. */
  offerName: string | null;
  /** The latest version; null if there was never one. */
  own: BrandingView | null;
};

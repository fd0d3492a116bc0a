import type { Destination } from "../destinations.ts";
import type { RuleScope } from "../scope.ts";
import type { ActorView } from "./staff.ts";

/** One version of a scope's destination. */
export type DestinationView = Destination & { reason: string; at: string; actor: ActorView };

/** An origin to which purchasers may be sent. */
export type AllowedOriginView = { origin: string; reason: string; at: string; actor: ActorView };

/** A scope that can have a destination: all offers, an offer, or a plan. */
export type DestinationScopeView = RuleScope & {
  /** The offer's name, or else its id; null for all offers. */
  offerName: string | null;
  /** The plan's name, or else its id; null if the scope is not a plan. */
  planName: string | null;
  /** The latest version of exactly this scope; null if there was never one. */
  own: DestinationView | null;
  /** The active destination here; null: the landing page. */
  active: DestinationView | null;
};

/** Scopes of change rules and activation policies, which are set in versions for all offers, an offer or a plan. */

/** Offer null: all offers; plan null: all plans of the offer. */
export type RuleScope = { offerId: string | null; planId: string | null };

/** One version for a scope; the latest one is active. */
export type ScopedVersion = RuleScope & {
  id: string;
  version: number;
  /** The scope inherits from its offer, or from all offers. */
  followsWider: boolean;
};

/** The scopes that apply to an offer and plan, the most specific first. */
function scopesOf({ offerId, planId }: RuleScope): RuleScope[] {
  return [
    { offerId, planId },
    { offerId, planId: null },
    { offerId: null, planId: null },
  ];
}

export function isSameScope(one: RuleScope, other: RuleScope): boolean {
  return one.offerId === other.offerId && one.planId === other.planId;
}

/** The latest version of exactly this scope; null if there was never one. */
export function latestOf<Version extends ScopedVersion>(
  versions: readonly Version[],
  scope: RuleScope,
): Version | null {
  const own = versions.filter((version) => isSameScope(version, scope));
  return own.reduce<Version | null>((latest, next) => (latest && latest.version > next.version ? latest : next), null);
}

/**
 * The active version for an offer and plan: the latest of the most specific scope that does not inherit. Null if
 * nothing was ever set.
 */
export function activeVersion<Version extends ScopedVersion>(
  versions: readonly Version[],
  scope: RuleScope,
): Version | null {
  for (const candidate of scopesOf(scope)) {
    const latest = latestOf(versions, candidate);
    if (latest && !latest.followsWider) return latest;
  }
  return null;
}

/** The versions as if this one were set for its scope. */
export function withVersion<Version extends ScopedVersion>(
  versions: readonly Version[],
  candidate: Version,
): Version[] {
  return [...versions.filter((version) => !isSameScope(version, candidate)), candidate];
}

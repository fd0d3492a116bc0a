/** What the publisher sets in versions for every offer, for an offer, or for a plan: change rules and activation policies. */

/** Offer null: every offer; plan null: every plan of the offer. */
export type RuleScope = { offerId: string | null; planId: string | null };

/** One version of what is set for a scope; the latest one is in force. */
export type ScopedVersion = RuleScope & {
  id: string;
  version: number;
  /** The scope has nothing of its own: what holds for the offer, or for every offer, holds here. */
  followsWider: boolean;
};

/** The scopes that can hold for a subscription of this offer and plan, the most specific first. */
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

/** The latest version of exactly this scope; null when there never was one. */
export function latestOf<Version extends ScopedVersion>(
  versions: readonly Version[],
  scope: RuleScope,
): Version | null {
  const own = versions.filter((version) => isSameScope(version, scope));
  return own.reduce<Version | null>((latest, next) => (latest && latest.version > next.version ? latest : next), null);
}

/**
 * What is in force for an offer and plan: the latest version of the most specific scope that has something of its own. Null
 * when nothing was ever set.
 */
export function versionInForce<Version extends ScopedVersion>(
  versions: readonly Version[],
  scope: RuleScope,
): Version | null {
  for (const candidate of scopesOf(scope)) {
    const latest = latestOf(versions, candidate);
    if (latest && !latest.followsWider) return latest;
  }
  return null;
}

/** The versions as they would be in force with this one set for its scope. */
export function withVersion<Version extends ScopedVersion>(
  versions: readonly Version[],
  candidate: Version,
): Version[] {
  return [...versions.filter((version) => !isSameScope(version, candidate)), candidate];
}

/** `every offer`, `every plan of insight`, `plan team of insight`. */
export function scopeInWords({ offerId, planId }: RuleScope): string {
  if (offerId === null) return "every offer";
  return planId === null ? `every plan of ${offerId}` : `plan ${planId} of ${offerId}`;
}

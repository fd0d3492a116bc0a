import { latestOf, type RuleScope, type ScopedVersion, activeVersion } from "../../shared/scope.ts";
import type { RulePlanView } from "../../shared/views/change-rules.ts";
import type { Database } from "../database/connection/database.ts";
import { listOffersAndPlans } from "../database/queries/known-offers.ts";
import { listOffers } from "../database/queries/subscription-counts.ts";
import { offerMark } from "../domain/name-marks.ts";

type ScopeView<Version> = RuleScope & {
  offerName: string | null;
  planName: string | null;
  own: Version | null;
  active: Version | null;
};

/**
 * The scopes of a versioned setting: all offers, then each offer followed by its plans.
 * @returns `own`: the latest version of the scope itself; `active`: the one that applies, which a wider scope may give
 */
export async function readScopes<Row extends RuleScope, Version extends ScopedVersion>(
  db: Database,
  latest: Promise<Row[]>,
  versionView: (row: Row) => Version,
): Promise<{ scopes: ScopeView<Version>[]; plans: Map<string, RulePlanView[]> }> {
  const [rows, { offers }] = await Promise.all([latest, listOffers(db)]);
  const plans = await listOffersAndPlans(db, offers, rows);
  const versions = rows.map(versionView);
  const scopeView = (scope: RuleScope, planName: string | null): ScopeView<Version> => ({
    ...scope,
    offerName: scope.offerId && offerMark(scope.offerId),
    planName,
    own: latestOf(versions, scope),
    active: activeVersion(versions, scope),
  });
  const ofOffers = [...plans].flatMap(([offerId, offered]) => [
    scopeView({ offerId, planId: null }, null),
    ...offered.map(({ planId, name }) => scopeView({ offerId, planId }, name)),
  ]);
  return { scopes: [scopeView({ offerId: null, planId: null }, null), ...ofOffers], plans };
}

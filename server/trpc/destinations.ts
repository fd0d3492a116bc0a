/** Where purchasers go from the landing page. */
import { ruleScopeInput, setDestinationInput } from "../../shared/inputs.ts";
import { latestOf, type RuleScope, versionInForce } from "../../shared/scope.ts";
import type { DestinationScopeView } from "../../shared/views/destinations.ts";
import { setDestination } from "../commands/settings/set-destination.ts";
import { listOffersAndPlans } from "../database/queries/change-rules.ts";
import { destinationView, latestDestinations, listDestinationVersions } from "../database/queries/destinations.ts";
import { listOffers } from "../database/queries/subscription-counts.ts";
import { offerMark } from "../domain/name-marks.ts";
import { dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";

export const destinationsRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<DestinationScopeView[]> => {
    const [rows, facets] = await Promise.all([latestDestinations(ctx.db), listOffers(ctx.db)]);
    const plans = await listOffersAndPlans(ctx.db, facets.offers, rows);
    const versions = rows.map(destinationView);
    const scopeView = (scope: RuleScope, planName: string | null): DestinationScopeView => ({
      ...scope,
      offerName: scope.offerId && offerMark(scope.offerId),
      planName,
      own: latestOf(versions, scope),
      active: versionInForce(versions, scope),
    });
    const ofOffers = [...plans].flatMap(([offerId, offered]) => [
      scopeView({ offerId, planId: null }, null),
      ...offered.map(({ planId, name }) => scopeView({ offerId, planId }, name)),
    ]);
    return [scopeView({ offerId: null, planId: null }, null), ...ofOffers];
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listDestinationVersions(ctx.db, input)),
  set: dangerousAdminProcedure
    .input(setDestinationInput)
    .mutation(({ ctx, input }) => setDestination(ctx.command, input, { isSandbox: ctx.sandboxUrl !== null })),
});

/** Where purchasers go from the landing page. */
import { allowedOriginInput, setDestinationInput } from "../../shared/inputs/landing.ts";
import { ruleScopeInput } from "../../shared/inputs/parts.ts";
import type { DestinationScopeView } from "../../shared/views/destinations.ts";
import { addAllowedOrigin, removeAllowedOrigin } from "../commands/settings/allowed-origins.ts";
import { setDestination } from "../commands/settings/set-destination.ts";
import { listAllowedOrigins } from "../database/queries/allowed-origins.ts";
import { destinationView, latestDestinations, listDestinationVersions } from "../database/queries/destinations.ts";
import { dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";
import { readScopes } from "./scope-views.ts";

export const destinationsRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<DestinationScopeView[]> => {
    const { scopes } = await readScopes(ctx.db, latestDestinations(ctx.db), destinationView);
    return scopes;
  }),

  history: viewerProcedure.input(ruleScopeInput).query(({ ctx, input }) => listDestinationVersions(ctx.db, input)),
  set: dangerousAdminProcedure
    .input(setDestinationInput)
    .mutation(({ ctx, input }) => setDestination(ctx.command, input, { isSandbox: ctx.sandboxUrl !== null })),

  origins: viewerProcedure.query(({ ctx }) => listAllowedOrigins(ctx.db)),
  addOrigin: dangerousAdminProcedure.input(allowedOriginInput).mutation(async ({ ctx, input }) => {
    await addAllowedOrigin(ctx.command, input, { isSandbox: ctx.sandboxUrl !== null });
    return { ok: true as const };
  }),
  removeOrigin: dangerousAdminProcedure.input(allowedOriginInput).mutation(async ({ ctx, input }) => {
    await removeAllowedOrigin(ctx.command, input);
    return { ok: true as const };
  }),
});

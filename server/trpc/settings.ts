/** Settings of the whole installation. */
import { brandingScopeInput, landingPreviewInput, setBrandingInput } from "../../shared/branding.ts";
import { retentionInput, setRetentionInput } from "../../shared/inputs/policies.ts";
import type { BrandingScopeView } from "../../shared/views/branding.ts";
import { previewRetention } from "../commands/upkeep/apply-retention.ts";
import { setBranding } from "../commands/settings/set-branding.ts";
import { setRetention } from "../commands/settings/set-retention.ts";
import { brandingView, latestBrandings, listBrandingVersions } from "../database/queries/branding.ts";
import { listNamedOffers } from "../database/queries/offers.ts";
import { readRetention } from "../database/queries/settings.ts";
import { adminProcedure, dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";

export const brandingRouter = router({
  /** All offers, then each offer. */
  list: viewerProcedure.query(async ({ ctx }): Promise<BrandingScopeView[]> => {
    const [rows, offers] = await Promise.all([latestBrandings(ctx.db), listNamedOffers(ctx.db)]);
    const versions = new Map(rows.map((row) => [row.offerId, brandingView(row)]));
    const names = new Map(offers.map(({ offerId, name }) => [offerId, name ?? offerId]));
    const ofOffers = new Set([...names.keys(), ...rows.flatMap(({ offerId }) => offerId ?? [])]);
    return [null, ...ofOffers].map((offerId) => ({
      offerId,
      offerName: offerId && (names.get(offerId) ?? offerId),
      own: versions.get(offerId) ?? null,
    }));
  }),

  history: viewerProcedure
    .input(brandingScopeInput)
    .query(({ ctx, input }) => listBrandingVersions(ctx.db, input.offerId)),

  /** The landing page as HTML. */
  preview: viewerProcedure.input(landingPreviewInput).query(({ ctx, input }) => ctx.previewLanding(input)),

  set: adminProcedure.input(setBrandingInput).mutation(({ ctx, input }) => setBranding(ctx.command, input)),
});

export const retentionRouter = router({
  get: viewerProcedure.query(({ ctx }) => readRetention(ctx.db)),
  preview: adminProcedure
    .input(retentionInput)
    .query(({ ctx, input }) => previewRetention({ ...ctx.command, db: ctx.slowDb }, input)),
  set: dangerousAdminProcedure.input(setRetentionInput).mutation(({ ctx, input }) => setRetention(ctx.command, input)),
});

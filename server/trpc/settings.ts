/** Settings of the whole installation. */
import { retentionInput, setBrandingInput, setRetentionInput } from "../../shared/inputs.ts";
import { previewRetention } from "../commands/upkeep/apply-retention.ts";
import { setBranding } from "../commands/settings/set-branding.ts";
import { setRetention } from "../commands/settings/set-retention.ts";
import { readBranding, readRetention } from "../database/queries/settings.ts";
import { adminProcedure, dangerousAdminProcedure, router, viewerProcedure } from "./init.ts";

export const brandingRouter = router({
  get: viewerProcedure.query(({ ctx }) => readBranding(ctx.db)),
  set: adminProcedure.input(setBrandingInput).mutation(({ ctx, input }) => setBranding(ctx.command, input)),
});

export const retentionRouter = router({
  get: viewerProcedure.query(({ ctx }) => readRetention(ctx.db)),
  preview: adminProcedure
    .input(retentionInput)
    .query(({ ctx, input }) => previewRetention({ ...ctx.command, db: ctx.slowDb }, input)),
  set: dangerousAdminProcedure.input(setRetentionInput).mutation(({ ctx, input }) => setRetention(ctx.command, input)),
});

/** Saved views: the caller's own and shared ones. */
import { changeViewInput, createViewInput, removeViewInput, shareViewInput } from "../../shared/inputs/views.ts";
import { changeView, createView, removeView, shareView } from "../commands/views/saved-views.ts";
import { countSavedViews, listSavedViews } from "../database/queries/saved-views.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";
import { todayOf } from "./trpc-context.ts";

export const viewsRouter = router({
  list: viewerProcedure.query(({ ctx }) => listSavedViews(ctx.db, ctx.staff.id)),
  /** How many subscriptions each view matches. */
  counts: viewerProcedure.query(({ ctx }) => countSavedViews(ctx.db, ctx.staff.id, todayOf(ctx))),
  create: viewerProcedure.input(createViewInput).mutation(({ ctx, input }) => createView(ctx.command, input)),
  change: viewerProcedure.input(changeViewInput).mutation(({ ctx, input }) => changeView(ctx.command, input)),
  remove: viewerProcedure.input(removeViewInput).mutation(({ ctx, input }) => removeView(ctx.command, input)),
  share: operatorProcedure.input(shareViewInput).mutation(({ ctx, input }) => shareView(ctx.command, input)),
});

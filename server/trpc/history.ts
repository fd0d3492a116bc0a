/** What arrived at the webhook, and what happened. */
import { z } from "zod";
import { activityFilters, deliveryFilters } from "../../shared/filters.ts";
import { findDelivery, listActivity, listDeliveries, listRejectedCalls } from "../database/history-queries.ts";
import { AppError } from "../errors.ts";
import { router, viewerProcedure } from "./init.ts";

export const deliveriesRouter = router({
  list: viewerProcedure.input(deliveryFilters).query(({ ctx, input }) => listDeliveries(ctx.db, input)),
  rejected: viewerProcedure.query(({ ctx }) => listRejectedCalls(ctx.db)),
  get: viewerProcedure.input(z.strictObject({ id: z.uuid() })).query(async ({ ctx, input }) => {
    const delivery = await findDelivery(ctx.db, input.id);
    if (!delivery) throw new AppError("NotFound", "There is no delivery with this id.");
    return delivery;
  }),
});

export const activityRouter = router({
  list: viewerProcedure.input(activityFilters).query(({ ctx, input }) => listActivity(ctx.db, input)),
});

/** Webhook deliveries and the audit trail. */
import { z } from "zod";
import { activityFilters, deliveryFilters, maxRows, rowsInput } from "../../shared/filters.ts";
import { pinCase } from "../commands/cases/pin-case.ts";
import { deliveriesById, findDelivery, listDeliveries } from "../database/queries/deliveries.ts";
import { listActivity } from "../database/queries/activity-list.ts";
import { listRejectedCalls } from "../database/queries/rejected-calls.ts";
import { listPeople } from "../database/queries/staff.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";

export const deliveriesRouter = router({
  list: viewerProcedure.input(deliveryFilters).query(({ ctx, input }) => listDeliveries(ctx.db, input)),
  /** The current state of some rows of the list. */
  rows: viewerProcedure
    .input(rowsInput.extend({ ids: z.array(z.uuid()).min(1).max(maxRows) }))
    .query(({ ctx, input }) => deliveriesById(ctx.db, input.ids)),
  rejected: viewerProcedure.query(({ ctx }) => listRejectedCalls(ctx.db)),
  get: viewerProcedure.input(z.strictObject({ id: z.uuid() })).query(async ({ ctx, input }) => {
    const delivery = await findDelivery(ctx.db, input.id);
    if (!delivery) throw new AppError("NotFound", "There is no delivery with this ID.");
    return delivery;
  }),
  /** The delivery as a case, without personal data, for `npm run replay-cases`. */
  asCase: operatorProcedure.input(z.strictObject({ id: z.uuid() })).query(({ ctx, input }) => pinCase(ctx, input.id)),
});

export const activityRouter = router({
  list: viewerProcedure
    .input(activityFilters)
    .query(({ ctx, input }) => listActivity(ctx.db, resolveOwnerMe(ctx.staff.id, input))),
  /** Staff whose actions the audit trail can be filtered by. */
  people: viewerProcedure.query(({ ctx }) => listPeople(ctx.db)),
});

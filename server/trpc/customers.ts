/** Customers: reads, and the owner, tags and notes that staff keep. */
import { z } from "zod";
import { customerFilters, timelineFilters } from "../../shared/filters.ts";
import {
  assignCustomerInput,
  customerTagsInput,
  mergeCustomerInput,
  restoreCustomerOwnersInput,
  separateCustomerInput,
} from "../../shared/inputs/customers.ts";
import { customerNoteInput } from "../../shared/inputs/notes.ts";
import type { CustomerAnswer } from "../../shared/views/customers.ts";
import type { NeedsView } from "../../shared/views/needs.ts";
import { addCustomerNote } from "../commands/customers/add-customer-note.ts";
import { assignCustomerOwner } from "../commands/customers/assign-customer-owner.ts";
import { changeCustomerTags } from "../commands/customers/change-customer-tags.ts";
import { mergeCustomer, separateCustomer } from "../commands/customers/merge-customer.ts";
import { restoreCustomerOwners } from "../commands/customers/restore-customer-owners.ts";
import { countCustomers, listCustomerFacets, listCustomers } from "../database/queries/customer-list.ts";
import { customerSubscriptionIds, findCustomer } from "../database/queries/customers.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { listCustomerTimeline } from "../database/queries/timeline.ts";
import { AppError } from "../errors.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";
import { todayOf } from "./trpc-context.ts";
import { readNeeds } from "./needs.ts";

const byId = z.strictObject({ id: z.string().min(1).max(200) });
const maxCounted = 10_000;

export const customersRouter = router({
  list: viewerProcedure
    .input(customerFilters)
    .query(({ ctx, input }) => listCustomers(ctx.db, resolveOwnerMe(ctx.staff.id, input))),
  /** How many customers the filters match, up to a maximum. */
  count: viewerProcedure
    .input(customerFilters.omit({ cursor: true, sort: true, order: true }))
    .query(({ ctx, input }) => countCustomers(ctx.db, resolveOwnerMe(ctx.staff.id, input), maxCounted)),
  facets: viewerProcedure.query(({ ctx }) => listCustomerFacets(ctx.db)),

  get: viewerProcedure.input(byId).query(async ({ ctx, input }): Promise<CustomerAnswer> => {
    const found = await findCustomer(ctx.db, input.id, ctx.staff.id);
    if (!found) throw new AppError("NotFound", "There is no customer with this ID. Search for a name or an address.");
    return found;
  }),

  /** The needs of all the customer's subscriptions. */
  needs: viewerProcedure.input(byId).query(async ({ ctx, input }): Promise<NeedsView> => {
    const subscriptions = await customerSubscriptionIds(ctx.db, input.id);
    return readNeeds(ctx.needsDb, ctx.now(), { which: "waiting", scope: { subscriptions } }, todayOf(ctx));
  }),

  timeline: viewerProcedure
    // The dashboard's infinite scroll sends the direction with the cursor.
    .input(timelineFilters.extend({ ...byId.shape, direction: z.literal("forward").optional() }))
    .query(({ ctx, input: { id, direction: _, ...filters } }) =>
      listCustomerTimeline(ctx.db, id, filters, ctx.staff.id),
    ),

  merge: operatorProcedure.input(mergeCustomerInput).mutation(({ ctx, input }) => mergeCustomer(ctx.command, input)),
  separate: operatorProcedure
    .input(separateCustomerInput)
    .mutation(({ ctx, input }) => separateCustomer(ctx.command, input)),
  assignOwner: operatorProcedure
    .input(assignCustomerInput)
    .mutation(({ ctx, input }) => assignCustomerOwner(ctx.command, input)),
  restoreOwners: operatorProcedure
    .input(restoreCustomerOwnersInput)
    .mutation(({ ctx, input }) => restoreCustomerOwners(ctx.command, input)),
  changeTags: operatorProcedure
    .input(customerTagsInput)
    .mutation(({ ctx, input }) => changeCustomerTags(ctx.command, input)),
  addNote: operatorProcedure.input(customerNoteInput).mutation(({ ctx, input }) => addCustomerNote(ctx.command, input)),
});

/** Subscriptions: reads, and the actions of staff. */
import { roleForAction } from "../../shared/action-roles.ts";
import { z } from "zod";
import { maxBulkRows } from "../../shared/bulk-limits.ts";
import { chooseColumnsInput, chooseLayoutInput, layoutInput } from "../../shared/columns.ts";
import { rowsInput, subscriptionFilters, timelineFilters } from "../../shared/filters.ts";
import {
  activateInput,
  assignOwnerInput,
  cancelInput,
  changePlanInput,
  changeQuantityInput,
  changeTagsInput,
  followUpInput,
  markOnboardedInput,
  undoOnboardedInput,
  refreshInput,
  reinstateInput,
  suspendInput,
} from "../../shared/inputs/subscriptions.ts";
import { noteInput } from "../../shared/inputs/notes.ts";
import type { FacetsView, PlanView, SubscriptionRow, SubscriptionView } from "../../shared/views/subscriptions.ts";
import { activateSubscription } from "../commands/subscriptions/activate-subscription.ts";
import { addNote } from "../commands/subscriptions/add-note.ts";
import { listPossibleOwners } from "../database/queries/staff.ts";
import { assignOwner } from "../commands/subscriptions/assign-owner.ts";
import { availablePlans } from "../commands/subscriptions/available-plans.ts";
import { cancelSubscription } from "../commands/subscriptions/cancel-subscription.ts";
import { changePlan } from "../commands/subscriptions/change-plan.ts";
import { changeQuantity } from "../commands/subscriptions/change-quantity.ts";
import { chooseColumns, chooseLayout } from "../commands/views/choose-columns.ts";
import { reinstateSubscription, suspendSubscription } from "../commands/subscriptions/hold-subscription.ts";
import { markOnboarded } from "../commands/subscriptions/mark-onboarded.ts";
import { undoOnboarded } from "../commands/subscriptions/undo-onboarded.ts";
import { changeTags } from "../commands/subscriptions/change-tags.ts";
import { setFollowUp } from "../commands/subscriptions/set-follow-up.ts";
import { compareSubscription } from "../commands/reconcile/compare-subscription.ts";
import { readCancelPolicy, waitingRequestOf } from "../database/queries/cancellations.ts";
import { listTimeline } from "../database/queries/timeline.ts";
import { customerOfSubscription } from "../database/queries/customers.ts";
import { chosenColumns, chosenLayout } from "../database/queries/column-choices.ts";
import { operationsOf } from "../database/queries/operations.ts";
import { openAutomationsOf } from "../database/queries/automations.ts";
import { plannedOf } from "../database/queries/planned-changes.ts";
import { countSubscriptions, listOffers } from "../database/queries/subscription-counts.ts";
import { countMatching, listSubscriptions } from "../database/queries/subscription-list.ts";
import { findSubscription, listStaffFacets, subscriptionsById } from "../database/queries/subscriptions.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { entryOfTarget, entryOfTerm } from "../domain/plan-price.ts";
import { AppError } from "../errors.ts";
import { dangerousProcedureFor, operatorProcedure, procedureFor, router, viewerProcedure } from "./init.ts";
import { todayOf } from "./trpc-context.ts";
import { priceView } from "./price-view.ts";
import { subscriptionView } from "./subscription-view.ts";

const byId = z.strictObject({ id: z.string().min(1).max(200) });

export const subscriptionsRouter = router({
  list: viewerProcedure
    .input(subscriptionFilters)
    .query(({ ctx, input }) => listSubscriptions(ctx.db, resolveOwnerMe(ctx.staff.id, input, todayOf(ctx)))),
  /** The current state of some rows of the list. */
  rows: viewerProcedure.input(rowsInput).query(({ ctx, input }) => subscriptionsById(ctx.db, input.ids)),
  /** How many subscriptions the filters match, up to the maximum of a bulk action, or fewer with a text. */
  count: viewerProcedure
    .input(subscriptionFilters.omit({ cursor: true, sort: true, order: true }))
    .query(({ ctx, input }) => countMatching(ctx.db, resolveOwnerMe(ctx.staff.id, input, todayOf(ctx)), maxBulkRows)),
  columns: viewerProcedure.query(({ ctx }) => chosenColumns(ctx.db, ctx.staff.id)),
  chooseColumns: viewerProcedure
    .input(chooseColumnsInput)
    .mutation(({ ctx, input }) => chooseColumns(ctx.command, input)),
  layout: viewerProcedure.input(layoutInput).query(({ ctx, input }) => chosenLayout(ctx.db, ctx.staff.id, input.view)),
  chooseLayout: viewerProcedure.input(chooseLayoutInput).mutation(({ ctx, input }) => chooseLayout(ctx.command, input)),
  counts: viewerProcedure.query(({ ctx }) => countSubscriptions(ctx.db)),
  facets: viewerProcedure.query(async ({ ctx }): Promise<FacetsView> => {
    const [ofMicrosoft, ofStaff] = await Promise.all([listOffers(ctx.db), listStaffFacets(ctx.db)]);
    return { ...ofMicrosoft, ...ofStaff };
  }),

  get: viewerProcedure.input(byId).query(async ({ ctx, input }): Promise<SubscriptionView> => {
    const [found, customer, operations, request, policy, planned, automations] = await Promise.all([
      findSubscription(ctx.db, input.id),
      customerOfSubscription(ctx.db, input.id),
      operationsOf(ctx.db, input.id),
      waitingRequestOf(ctx.db, input.id, ctx.now()),
      readCancelPolicy(ctx.db),
      plannedOf(ctx.db, input.id),
      openAutomationsOf(ctx.db, input.id),
    ]);
    if (!found || !customer)
      throw new AppError(
        "NotFound",
        "There is no subscription with this ID. Search for it, or start a reconciliation.",
      );
    return subscriptionView(found, { customer, operations, request, policy, planned, automations }, ctx.staff);
  }),

  /** Other subscriptions of the same customer, at most one page. */
  siblings: viewerProcedure.input(byId).query(async ({ ctx, input: { id } }): Promise<SubscriptionRow[]> => {
    const customer = await customerOfSubscription(ctx.db, id);
    if (!customer || customer.others.count === 0) return [];
    const { rows } = await listSubscriptions(ctx.db, { customer: customer.id });
    return rows.filter((row) => row.id !== id);
  }),

  timeline: viewerProcedure
    // The dashboard's infinite scroll sends the direction with the cursor.
    .input(timelineFilters.extend({ ...byId.shape, direction: z.literal("forward").optional() }))
    .query(({ ctx, input: { id, direction: _, ...filters } }) => listTimeline(ctx.db, id, filters, ctx.staff.id)),

  /** Calls Microsoft and stores its response. */
  askPlans: operatorProcedure.input(byId).mutation(async ({ ctx, input }): Promise<PlanView[]> => {
    const [listed, found] = await Promise.all([
      availablePlans(ctx.command, input.id),
      findSubscription(ctx.db, input.id),
    ]);
    return listed
      .filter((plan) => !plan.isStopSell || plan.planId === found?.record.planId)
      .map((plan) => {
        const isCurrent = plan.planId === found?.record.planId;
        const termUnit = found?.record.termUnit ?? null;
        const price = isCurrent ? entryOfTerm(plan, termUnit) : entryOfTarget(plan, termUnit);
        return {
          planId: plan.planId,
          name: plan.displayName,
          description: plan.description,
          isPricePerSeat: plan.isPricePerSeat,
          minQuantity: plan.minQuantity,
          maxQuantity: plan.maxQuantity,
          isPrivate: plan.isPrivate,
          isCurrent,
          price: price && priceView(price),
        };
      });
  }),

  activate: procedureFor(roleForAction.activate)
    .input(activateInput)
    .mutation(({ ctx, input }) => activateSubscription(ctx.command, input)),
  changePlan: procedureFor(roleForAction.changePlan)
    .input(changePlanInput)
    .mutation(({ ctx, input }) => changePlan(ctx.command, input)),
  changeQuantity: procedureFor(roleForAction.changeQuantity)
    .input(changeQuantityInput)
    .mutation(({ ctx, input }) => changeQuantity(ctx.command, input)),
  cancel: dangerousProcedureFor(roleForAction.cancel)
    .input(cancelInput)
    .mutation(({ ctx, input }) => cancelSubscription(ctx.command, input)),

  suspend: procedureFor(roleForAction.suspend)
    .input(suspendInput)
    .mutation(async ({ ctx, input }) => {
      await suspendSubscription(ctx.command, input);
      return { ok: true as const };
    }),

  reinstate: procedureFor(roleForAction.reinstate)
    .input(reinstateInput)
    .mutation(async ({ ctx, input }) => {
      await reinstateSubscription(ctx.command, input);
      return { ok: true as const };
    }),

  refresh: procedureFor(roleForAction.refresh)
    .input(refreshInput)
    .mutation(async ({ ctx, input }) => {
      const applied = await compareSubscription(ctx.command, { ...input, run: null });
      return { changed: applied !== null && (applied.isNew || applied.changed.length > 0) };
    }),

  /** Staff who can own subscriptions. */
  possibleOwners: viewerProcedure.query(({ ctx }) => listPossibleOwners(ctx.db)),
  assignOwner: procedureFor(roleForAction.assignOwner)
    .input(assignOwnerInput)
    .mutation(({ ctx, input }) => assignOwner(ctx.command, input)),
  markOnboarded: operatorProcedure.input(markOnboardedInput).mutation(async ({ ctx, input }) => {
    await markOnboarded(ctx.command, input);
    return { ok: true as const };
  }),
  undoOnboarded: operatorProcedure.input(undoOnboardedInput).mutation(async ({ ctx, input }) => {
    await undoOnboarded(ctx.command, input);
    return { ok: true as const };
  }),
  changeTags: procedureFor(roleForAction.changeTags)
    .input(changeTagsInput)
    .mutation(({ ctx, input }) => changeTags(ctx.command, input)),
  setFollowUp: procedureFor(roleForAction.setFollowUp)
    .input(followUpInput)
    .mutation(({ ctx, input }) => setFollowUp(ctx.command, input)),
  addNote: operatorProcedure.input(noteInput).mutation(({ ctx, input }) => addNote(ctx.command, input)),
});

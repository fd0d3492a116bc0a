/** Offers and their names. */
import { nameOfferInput } from "../../shared/inputs/settings.ts";
import { nameOffer } from "../commands/settings/name-offer.ts";
import { listOfferPlans } from "../database/queries/offer-plans.ts";
import { listNamedOffers } from "../database/queries/offers.ts";
import { adminProcedure, router, viewerProcedure } from "./init.ts";
import { shareAnswer } from "./shared-answers.ts";

export const offersRouter = router({
  list: viewerProcedure.query(({ ctx }) => listNamedOffers(ctx.db)),
  /** What is known of each plan. */
  plans: viewerProcedure.query(({ ctx }) => shareAnswer(ctx.slowDb, "offers.plans", () => listOfferPlans(ctx.slowDb))),

  name: adminProcedure.input(nameOfferInput).mutation(async ({ ctx, input }) => {
    await nameOffer(ctx.command, input);
    return { ok: true as const };
  }),
});

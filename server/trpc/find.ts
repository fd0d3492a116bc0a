/** The search field. */
import { findInput } from "../../shared/filters.ts";
import { find } from "../database/queries/find.ts";
import { alternativesIn, parseSearchInput } from "../domain/search-input.ts";
import { router, viewerProcedure } from "./init.ts";

export const findRouter = router({
  all: viewerProcedure
    .input(findInput)
    .query(({ ctx, input }) => find(ctx.db, parseSearchInput(input.q), alternativesIn(input.q))),
});

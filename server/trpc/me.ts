/** The signed-in staff member. */
import type { MeView } from "../../shared/views/staff.ts";
import { router, viewerProcedure } from "./init.ts";

export const meRouter = router({
  get: viewerProcedure.query(({ ctx }): MeView => {
    const { id, name, email, role } = ctx.staff;
    return { id, name, email: email ?? "", role, sandboxUrl: ctx.sandboxUrl, isSignInFresh: ctx.isSignInFresh };
  }),
});

/** The caller's own sessions, and refused requests for admins. */
import { endSessionInput, staffInput } from "../../shared/inputs/staff.ts";
import type { SessionView } from "../../shared/views/security.ts";
import { endOwnSession, endSessionsOf } from "../commands/settings/end-sessions.ts";
import { listRefusals } from "../database/queries/refusals.ts";
import { listStaffSessions } from "../database/writes/session-store.ts";
import { adminProcedure, router, viewerProcedure } from "./init.ts";
import { personOf, sessionHandleLength } from "../commands/settings/end-sessions.ts";

const done = { ok: true } as const;

export const securityRouter = router({
  sessions: viewerProcedure.query(async ({ ctx }): Promise<SessionView[]> => {
    const rows = await listStaffSessions(ctx.db, personOf(ctx.staff.id), ctx.now());
    return rows.map(({ id, device, createdAt, lastSeenAt }) => ({
      handle: id.slice(0, sessionHandleLength),
      device,
      signedInAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      isCurrent: id === ctx.sessionId,
    }));
  }),

  endSession: viewerProcedure.input(endSessionInput).mutation(async ({ ctx, input }) => {
    await endOwnSession(ctx.command, input);
    return done;
  }),

  /** Ends the sessions of any person, for example after a laptop was lost. The person can sign in again. */
  endSessionsOf: adminProcedure.input(staffInput).mutation(async ({ ctx, input }) => {
    await endSessionsOf(ctx.command, input);
    return done;
  }),

  refusals: adminProcedure.query(({ ctx }) => listRefusals(ctx.db)),
});

/** `/trpc/…`: the dashboard's procedures, with the caller's session and limits. */
import type { ServerResponse } from "node:http";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createMiddleware } from "hono/factory";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { createCookies } from "../auth/cookies.ts";
import { isFresh } from "../auth/fresh-sign-in.ts";
import { createSessions } from "../auth/sessions.ts";
import { ForeignCursor } from "../database/statements/keyset.ts";
import type { TrpcContext } from "../trpc/trpc-context.ts";
import { appRouter } from "../trpc/router.ts";
import { readersDay } from "./readers-day.ts";
import { createLandingPreview } from "./landing/preview.ts";
import { compressIfLarge } from "./compressed-answers.ts";
import type { LimitByAddress } from "./limits/by-address.ts";
import type { Limits } from "./limits/limits.ts";
import { createResponseLimit } from "./limits/open-responses.ts";
import { createStreams } from "../trpc/streams.ts";
import type { AppDeps } from "./app-deps.ts";

/** Procedures per request; the dashboard's client batches as many. */
export const maxBatchCalls = 10;
/** The build of the page in requests, and of the server in answers. */
const buildHeader = "x-marketdesk-build";

export function procedures(deps: AppDeps & { limits: Limits; byAddress: LimitByAddress }) {
  const { db, limits, byAddress, now } = deps;
  const cookies = createCookies({ publicUrl: deps.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const streams = createStreams();
  const inFlight = createResponseLimit();
  const previewLanding = createLandingPreview(deps);
  const { recordRefusal = () => {} } = deps;
  return createMiddleware(async (c) => {
    // Other websites cannot send this header.
    const isOwnPage = c.req.header("x-marketdesk") === "1";
    let secondsToWait: number | null = null;
    const answer = await fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      // For reads whose input is too long for an address.
      allowMethodOverride: true,
      onError({ error, type, ctx }) {
        if (error.code === "FORBIDDEN") recordRefusal(type === "mutation" && ctx?.refusedOrigin ? "origin" : "role");
        if (error.code === "UNAUTHORIZED" && cookies.get(c, "staff") !== undefined) recordRefusal("session");
        if (error.cause instanceof ForeignCursor) recordRefusal("cursor");
      },
      maxBatchSize: maxBatchCalls,
      responseMeta: () => ({
        headers: {
          // Tells a page that was open during an upgrade that there is a newer version.
          ...(deps.build !== undefined && { [buildHeader]: deps.build }),
          ...(secondsToWait !== null && { "Retry-After": String(secondsToWait) }),
        },
      }),
      async createContext(): Promise<TrpcContext> {
        // An idle page that follows changes does not keep its session alive.
        const isStream = c.req.path === "/trpc/live.changes";
        const isAway = c.req.header("x-marketdesk-away") === "1" || isStream;
        const found = await sessions.readStaff(c, { isSeen: !isAway });
        const count = Math.min(c.req.path.split(",").length, maxBatchCalls);
        secondsToWait = found
          ? await limits.take("procedure", found.staff.id, count)
          : await byAddress.take(c, "anonymousCall", count);
        const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
        // Streams have their own limit.
        if (found && outgoing && !isStream && !inFlight.take(found.staff.id, outgoing)) secondsToWait ??= 1;
        if (secondsToWait !== null) {
          const who = found ? "Your account sends" : "Your network sends";
          const message = `${who} too many requests. Wait ${secondsToWait} s, then try again.`;
          throw new TRPCError({ code: "TOO_MANY_REQUESTS", message });
        }
        return {
          db,
          slowDb: deps.slowDb,
          needsDb: deps.needsDb,
          marketplace: deps.marketplace,
          changes: deps.changes,
          sandboxUrl: deps.sandboxUrl,
          readiness: deps.readiness.problem,
          connection: { ...deps, undeclaredProxy: deps.clients.undeclaredProxy },
          endpointTools: deps.outbox,
          notifyTools: deps.outbox.notify,
          previewLanding,
          now,
          marketplaceNow: deps.marketplaceNow,
          today: readersDay(c.req.header("x-marketdesk-today"), now()),
          log: deps.log,
          signing: { db, secret: deps.cookieSecret, now: deps.entraNow ?? now },
          staff: found?.staff ?? null,
          isSignInFresh: isFresh(found?.authenticatedAt ?? null, (deps.entraNow ?? now)()),
          sessionId: sessions.staffSessionId(c),
          recheckRole: () => deps.staffRecheck.checkNow(sessions.staffSessionId(c)),
          watchSignIn: (onEnd) => sessions.watchStaff(c, onEnd),
          takeStream: (end) => streams.take(sessions.staffSessionId(c) ?? "", found?.staff.id ?? "", end),
          isPageOutdated: deps.build !== undefined && isOwnPage && c.req.header(buildHeader) !== deps.build,
          refusedOrigin: isOwnPage ? null : "This change did not come from Marketdesk's own pages.",
          submissionId: uuidOf(c.req.header("x-marketdesk-submission")),
          expectedStaffId: c.req.header("x-marketdesk-staff") ?? null,
        };
      },
    });
    return isOwnPage && c.req.method === "GET" ? compressIfLarge(answer, c.req.header("accept-encoding")) : answer;
  });
}

function uuidOf(header: string | undefined): string | null {
  const read = z.uuid().safeParse(header);
  return read.success ? read.data : null;
}

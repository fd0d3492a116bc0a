/** The page after a sign-in that failed. */
import type { Context } from "hono";
import type { Logger } from "pino";
import { EntraFailure } from "../auth/entra-app.ts";
import { SignInRefused } from "../auth/id-token.ts";
import { administratorNeeded } from "./administrator-consent.ts";
import { showPage } from "./html-page.ts";
import * as failures from "./landing/sign-in-failures.ts";
import type { createSupportCodes } from "./landing/support-codes.ts";
import { readerOf } from "./reader.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import * as pages from "./sign-in-pages.ts";
import { type Audience, isStaff, signInAgain } from "./sign-in-paths.ts";

type FailureDeps = {
  /** Where an administrator approves the landing page's app. */
  approvalUrl: string;
  supportCodeFor: ReturnType<typeof createSupportCodes>;
  recordRefusal: RecordRefusal | undefined;
  log: Logger;
};

export function createSignInFailure({ approvalUrl, supportCodeFor, recordRefusal, log }: FailureDeps) {
  async function showFailure(c: Context, audience: Audience, error: unknown) {
    c.header("Referrer-Policy", "no-referrer");
    const again = signInAgain(audience);
    if (error instanceof SignInRefused) {
      const { reason } = error;
      if (reason === administratorNeeded && !isStaff(audience)) {
        log.info({ audience, reason }, "sign-in refused");
        return showPage(c, failures.approvalNeeded(readerOf(c), approvalUrl, again), 403);
      }
      if (reason === "state") recordRefusal?.("sign_in");
      log.warn({ audience, reason }, "sign-in refused");
      return showPage(
        c,
        isStaff(audience) ? pages.refused(reason, again) : failures.refused(readerOf(c), reason, again),
        400,
      );
    }
    if (!(error instanceof EntraFailure)) {
      log.error({ audience, err: error }, "sign-in failed");
      c.header("Retry-After", "30");
      return showPage(
        c,
        isStaff(audience) ? pages.ownFailurePage(again) : failures.ownFailure(readerOf(c), again),
        500,
      );
    }
    const { kind, status, code } = error;
    if (kind === "clock") {
      log.error(
        { audience, code },
        "sign-in failed: the clock of this machine differs from Microsoft's by over 5 minutes",
      );
      return showPage(c, isStaff(audience) ? pages.wrongClock(again) : failures.ownFailure(readerOf(c), again), 500);
    }
    const supportCode = isStaff(audience) ? null : await supportCodeOf(error);
    log.error({ audience, kind, status, code, supportCode }, "Microsoft Entra could not sign anyone in");
    if (kind !== "app") c.header("Retry-After", "30");
    if (supportCode === null)
      return showPage(c, kind === "app" ? pages.appRefused(again, code) : pages.unreachable(again), 503);
    const page = kind === "app" ? failures.appRefused : failures.unreachable;
    return showPage(c, page(readerOf(c), again, supportCode), 503);
  }

  function supportCodeOf({ kind, status, code }: EntraFailure): Promise<string> {
    const summary =
      kind === "app"
        ? `A purchaser could not sign in: Microsoft Entra refuses the landing page app (${code}).`
        : `A purchaser could not sign in: Microsoft Entra did not respond (${code}).`;
    const failure = kind === "app" ? "publisher" : "unreachable";
    return supportCodeFor(null, { kind: failure, status, summary, correlationId: null });
  }

  return showFailure;
}

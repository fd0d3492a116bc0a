/** Pages for visits that failed, each with a support code by which staff find the visit. */
import type { Context } from "hono";
import type { Logger } from "pino";
import { failureOf, type LandingFailure } from "../../domain/landing-failure.ts";
import { AppTokenError, MarketplaceError } from "../../marketplace/errors.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import {
  defaultRetrySeconds,
  failurePage,
  type FailedVisit,
  isWorthRetrying,
  staffSummaries,
} from "./failure-pages.ts";
import type { createSupportCodes } from "./support-codes.ts";

/** A page that waits for Microsoft reloads less and less often, but at least this often. */
const maxRefreshSeconds = 600;

export type Failed = {
  failure: LandingFailure;
  status?: number | null;
  code?: string | null;
  correlationId?: string;
  retryAfterMs?: number | null;
  /** An unexpected error of Marketdesk itself. */
  error?: unknown;
};

export function failedBy(error: unknown): Failed {
  if (error instanceof MarketplaceError) {
    const { status, code, correlationId, retryAfterMs } = error;
    return { failure: failureOf(error), status, code, correlationId, retryAfterMs };
  }
  if (error instanceof AppTokenError) {
    const { code } = error;
    return { failure: failureOf({ status: null, code, isTransient: error.isTransient }), code };
  }
  return { failure: "own", error };
}

export function createShowFailure({
  log,
  supportCodeFor,
}: {
  log: Logger;
  supportCodeFor: ReturnType<typeof createSupportCodes>;
}) {
  /**
   * @param personId null if the visitor is not signed in
   * @param again the path that tries again
   */
  return async function showFailure(
    c: Context,
    failed: Failed,
    personId: string | null,
    again: string,
    mail: FailedVisit["mail"] = null,
  ) {
    const { failure, status = null, code = null, correlationId = null, retryAfterMs = null, error } = failed;
    const label = [status, code].filter((part) => part !== null).join(" ");
    const supportCode = await supportCodeFor(personId, {
      kind: failure,
      status,
      summary: `${staffSummaries[failure]}${label ? ` (${label})` : ""}`,
      correlationId,
    });
    const facts = { supportCode, failure, status, code, correlationId };
    if (error === undefined) log.warn(facts, "the landing page could not show a purchase");
    else log.error({ ...facts, err: error }, "the landing page failed");
    const waitSeconds = retryAfterMs === null ? defaultRetrySeconds : Math.max(Math.ceil(retryAfterMs / 1_000), 1);
    const isRetried = isWorthRetrying(failure);
    if (isRetried) c.header("Retry-After", String(waitSeconds));
    const refreshSeconds = isRetried && again !== "/landing" ? scheduleRefresh(c, again, waitSeconds) : null;
    const { page, status: answer } = failurePage(readerOf(c), failure, { supportCode, again, refreshSeconds, mail });
    return showPage(c, { ...page, path: again }, answer);
  };
}

/** Lets the browser reload the page without a script, less often each time. @returns after how many seconds; null: not */
function scheduleRefresh(c: Context, again: string, waitSeconds: number): number | null {
  if (c.req.query("update") === "off") return null;
  const tries = Math.min(Number(/^\d$/.exec(c.req.query("tries") ?? "")?.[0] ?? 0), 8);
  const seconds = Math.max(waitSeconds, Math.min(waitSeconds * 2 ** tries, maxRefreshSeconds));
  c.header("Refresh", `${seconds}; url=${again}${again.includes("?") ? "&" : "?"}tries=${tries + 1}`);
  return seconds;
}

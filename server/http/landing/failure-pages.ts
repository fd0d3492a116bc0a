/** One page for each kind of failure: what happened, whether anything changed, what to do next. */
import { html } from "hono/html";
import type { LandingFailure } from "../../domain/landing-failure.ts";
import { primaryLink } from "../html-page.ts";
import type { Page, PageStatus } from "../html-page.ts";
import type { Html } from "../html.ts";
import { waitInWords } from "./format.ts";
import { howToOpen } from "./how-to-open.ts";

export type FailedVisit = {
  supportCode: string;
  /** The address of *Try again*. */
  again: string;
  /** From Microsoft's `Retry-After`. */
  waitSeconds: number | null;
};

type Words = { title: string; status: PageStatus; body: (visit: FailedVisit) => Html };

const isSafe = "Your purchase is safe, and nothing was changed.";
const quoteCode = "contact the publisher and quote the support code below";

const badLink: Words = {
  title: "This link can no longer be used",
  status: 400,
  body: () =>
    html`<p>We could not identify your purchase: the link is incomplete or older than 24 hours. ${isSafe}</p>
      <h2>How to get a new link</h2>
      ${howToOpen()}
      <p class="hint">If a new link does not work either, ${quoteCode}.</p>`,
};

const pages: Record<LandingFailure, Words> = {
  link: badLink,
  "too-long": badLink,
  "not-found": {
    title: "Microsoft cannot find this purchase",
    status: 404,
    body: ({ again }) =>
      html`<p>
          Microsoft may still be processing your purchase, or the purchase was canceled. Wait a few minutes, then try
          again.
        </p>
        ${primaryLink(again, "Try again")}
        <p>If Microsoft lists your subscription and you still see this page, ${quoteCode}.</p>`,
  },
  publisher: {
    title: "The publisher has to fix a problem first",
    status: 503,
    body: ({ again }) =>
      html`<p>
          Microsoft is rejecting requests from the publisher's system, so we cannot look up your purchase. Only the
          publisher can fix this problem. ${isSafe}
        </p>
        <h2>What to do</h2>
        <ol>
          <li>Contact the publisher and quote the support code below.</li>
          <li>When the publisher has fixed the problem, open your subscription from Microsoft again.</li>
        </ol>
        <p class="hint"><a href="${again}">Check whether the problem is fixed</a></p>`,
  },
  busy: {
    title: "Microsoft is busy right now",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft is limiting the number of requests right now. ${isSafe} Try again in
          ${waitInWords(waitSeconds ?? 60)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If you still see this page after an hour, ${quoteCode}.</p>`,
  },
  microsoft: {
    title: "Microsoft has a problem right now",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft returned an error when we looked up your purchase. ${isSafe} Try again in
          ${waitInWords(waitSeconds ?? 180)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If you still see this page after an hour, ${quoteCode}.</p>`,
  },
  unreachable: {
    title: "We cannot reach Microsoft right now",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft did not respond when we looked up your purchase. ${isSafe} Try again in
          ${waitInWords(waitSeconds ?? 60)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If you still see this page after an hour, ${quoteCode}.</p>`,
  },
  unclear: {
    title: "We could not read Microsoft's response",
    status: 502,
    body: ({ again }) =>
      html`<p>
          Microsoft's response was in an unexpected form, so we cannot show your purchase. ${isSafe} To have the
          publisher look into it, ${quoteCode}.
        </p>
        <p class="hint"><a href="${again}">Try again</a></p>`,
  },
  own: {
    title: "Something went wrong on our side",
    status: 500,
    body: ({ again }) =>
      html`<p>Your purchase is safe. Try again in a minute. If you still see this page, ${quoteCode}.</p>
        ${primaryLink(again, "Try again")}`,
  },
};

export function failurePage(failure: LandingFailure, visit: FailedVisit): { page: Page; status: PageStatus } {
  const { title, status, body } = pages[failure];
  return { page: { title, body: body(visit), supportCode: visit.supportCode, isError: true }, status };
}

/** Whether it helps to try again later. */
export function isWorthRetrying(failure: LandingFailure): boolean {
  return !["link", "too-long", "publisher", "unclear"].includes(failure);
}

/** What staff read when they search for the support code. */
export const staffSummaries: Record<LandingFailure, string> = {
  link: "Microsoft rejected the purchase link: it was incomplete, altered or older than 24 hours.",
  "too-long": "The purchase link was longer than any of Microsoft's.",
  "not-found": "Microsoft could not find the visitor's purchase.",
  publisher:
    "Microsoft rejected Marketdesk's credentials, so a purchaser could not continue. See Settings, Connection.",
  busy: "Microsoft limited the number of calls, so a purchaser had to wait.",
  microsoft: "Microsoft returned an error, so a purchaser could not continue.",
  unreachable: "The landing page could not reach Microsoft.",
  unclear: "Microsoft's response could not be parsed, so a purchaser could not continue.",
  own: "The landing page failed. Search the log for the same support code.",
};

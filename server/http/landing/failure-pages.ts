/** One page for each way in which Microsoft's part of a visit can fail: true words, and what to do next. */
import { html } from "hono/html";
import type { LandingFailure } from "../../domain/landing-failure.ts";
import { primaryLink } from "../html-page.ts";
import type { Html, Page, PageStatus } from "../html-page.ts";
import { howToOpen } from "./how-to-open.ts";

export type FailedVisit = {
  supportCode: string;
  /** Where the visit continues. */
  again: string;
  /** How long Microsoft wants us to wait. */
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
          Microsoft may still be recording your purchase, or it was canceled. Please wait a few minutes, then try again.
        </p>
        ${primaryLink(again, "Try again")}
        <p>If Microsoft still lists your subscription and this page does not find it, ${quoteCode}.</p>`,
  },
  publisher: {
    title: "The publisher has to fix a problem first",
    status: 503,
    body: ({ again }) =>
      html`<p>
          Microsoft does not accept requests from the publisher's system, so we cannot look up your purchase. You cannot
          solve this, and waiting does not help. ${isSafe}
        </p>
        <h2>What to do</h2>
        <ol>
          <li>Contact the publisher and quote the support code below.</li>
          <li>When the publisher has fixed the problem, open your subscription from Microsoft again.</li>
        </ol>
        <p class="hint"><a href="${again}">Check whether the problem is fixed</a></p>`,
  },
  busy: {
    title: "Microsoft asks us to wait",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft limits how many purchases it looks up at a time. ${isSafe} Please try again in
          ${inWords(waitSeconds ?? 60)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If this page keeps coming back, ${quoteCode}.</p>`,
  },
  microsoft: {
    title: "Microsoft has a problem right now",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft answered with an error when we looked up your purchase. ${isSafe} Please try again in
          ${inWords(waitSeconds ?? 180)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If you still see this page after an hour, ${quoteCode}.</p>`,
  },
  unreachable: {
    title: "We cannot reach Microsoft right now",
    status: 503,
    body: ({ again, waitSeconds }) =>
      html`<p>
          Microsoft did not answer when we looked up your purchase. ${isSafe} Please try again in
          ${inWords(waitSeconds ?? 60)}.
        </p>
        ${primaryLink(again, "Try again")}
        <p class="hint">If you still see this page after an hour, ${quoteCode}.</p>`,
  },
  unclear: {
    title: "We could not read Microsoft's answer",
    status: 502,
    body: ({ again }) =>
      html`<p>
          Microsoft answered in a way that we do not understand, so we cannot show your purchase. ${isSafe} Please
          ${quoteCode}: the publisher has to look into it.
        </p>
        <p class="hint"><a href="${again}">Try again</a></p>`,
  },
  own: {
    title: "Something went wrong on our side",
    status: 500,
    body: ({ again }) =>
      html`<p>Your purchase is safe. Please try again in a minute. If this page keeps coming back, ${quoteCode}.</p>
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

/** For staff, who find it by the support code. */
export const staffSummaries: Record<LandingFailure, string> = {
  link: "Microsoft did not accept a purchase token: it was incomplete, altered or older than 24 hours.",
  "too-long": "A purchase token was longer than any of Microsoft's.",
  "not-found": "Microsoft did not find the purchase of a visitor.",
  publisher: "Microsoft refused our app, so a purchaser could not continue. See Connection under Settings.",
  busy: "Microsoft asked for fewer calls, so a purchaser had to wait.",
  microsoft: "Microsoft answered with an error, so a purchaser could not continue.",
  unreachable: "The landing page could not reach Microsoft.",
  unclear: "Microsoft's answer could not be understood, so a purchaser could not continue.",
  own: "The landing page failed. The log has more under the same code.",
};

function inWords(seconds: number): string {
  if (seconds < 90) return `${seconds} second${seconds === 1 ? "" : "s"}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** One page for each kind of failure: what happened, whether anything changed, what to do next. */
import { html } from "hono/html";
import type { LandingFailure } from "../../domain/landing-failure.ts";
import type { LandingTexts } from "../../texts/landing/landing-texts.ts";
import { fill } from "../../texts/text.ts";
import { fillHtml } from "../fill-html.ts";
import { primaryLink } from "../html-page.ts";
import type { Page, PageStatus } from "../html-page.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import { howToOpen } from "./how-to-open.ts";

export type FailedVisit = {
  supportCode: string;
  /** The address of *Try again*. */
  again: string;
  /** After how long the page reloads automatically; null if it does not. */
  refreshSeconds: number | null;
  /** The offer to send an email when Microsoft responds; null if none can be sent. */
  mail: { address: string; isAwaited: boolean; visit: string } | null;
};

type Formatted = Pick<Reader, "texts" | "formats">;

type FailureText = {
  title: keyof LandingTexts["failures"];
  status: PageStatus;
  body: (visit: FailedVisit, reader: Reader) => Html;
};

const badLink: FailureText = {
  title: "link",
  status: 400,
  body: (_visit, reader) => {
    const { failures } = reader.texts;
    return html`<p>${failures.linkBody}</p>
      <h2>${failures.linkHow}</h2>
      ${howToOpen(reader)}
      <p class="hint">${failures.linkStill}</p>`;
  },
};

function waiting(body: "busyBody" | "microsoftBody" | "unreachableBody"): FailureText["body"] {
  return (visit, { texts, formats }) =>
    html`<p>${fill(texts.failures[body], { time: formats.wait(visit.refreshSeconds ?? defaultRetrySeconds) })}</p>
      ${refreshNotice(visit, { texts, formats })} ${primaryLink(visit.again, texts.frame.tryAgain)}
      ${mailOffer(visit, { texts })}
      <p class="hint">${texts.failures.afterAnHour}</p>`;
}

function mailOffer({ mail }: FailedVisit, { texts: { failures } }: Pick<Reader, "texts">): Html | string {
  if (mail === null) return "";
  const email = html`<bdi>${mail.address}</bdi>`;
  if (mail.isAwaited) return html`<p role="status">${fillHtml(failures.willMail, { email })}</p>`;
  return html`<form method="post" action="/landing/wait">
    <input type="hidden" name="visit" value="${mail.visit}" />
    <p class="actions"><button class="quiet">${fillHtml(failures.mailMe, { email })}</button></p>
  </form>`;
}

/** The response has a `Refresh` header, which works without a script. */
function refreshNotice(
  { refreshSeconds, again }: FailedVisit,
  { texts: { frame }, formats }: Formatted,
): Html | string {
  if (refreshSeconds === null) return "";
  return html`<p role="status">
    ${fill(frame.againAfter, { time: formats.wait(refreshSeconds) })}
    <a href="${again}${again.includes("?") ? "&" : "?"}update=off">${frame.stopRefresh}</a>
  </p>`;
}

const pages: Record<LandingFailure, FailureText> = {
  link: badLink,
  "too-long": badLink,
  "not-found": {
    title: "notFound",
    status: 404,
    body: (visit, reader) =>
      html`<p>${reader.texts.failures.notFoundBody}</p>
        ${refreshNotice(visit, reader)} ${primaryLink(visit.again, reader.texts.frame.tryAgain)}
        <p>${reader.texts.failures.notFoundStill}</p>`,
  },
  publisher: {
    title: "publisher",
    status: 503,
    body: ({ again }, { texts: { failures, frame } }) =>
      html`<p>${failures.publisherBody}</p>
        <h2>${failures.whatToDo}</h2>
        <ol>
          <li>${failures.publisherFirst}</li>
          <li>${failures.publisherThen}</li>
        </ol>
        <p class="hint"><a href="${again}">${frame.checkFixed}</a></p>`,
  },
  busy: { title: "busy", status: 503, body: waiting("busyBody") },
  microsoft: { title: "microsoft", status: 503, body: waiting("microsoftBody") },
  unreachable: { title: "unreachable", status: 503, body: waiting("unreachableBody") },
  unclear: {
    title: "unclear",
    status: 502,
    body: ({ again }, { texts: { failures, frame } }) =>
      html`<p>${failures.unclearBody}</p>
        <p class="hint"><a href="${again}">${frame.tryAgain}</a></p>`,
  },
  own: {
    title: "own",
    status: 500,
    body: (visit, reader) =>
      html`<p>${reader.texts.failures.ownBody}</p>
        ${refreshNotice(visit, reader)} ${primaryLink(visit.again, reader.texts.frame.tryAgain)}`,
  },
};

export function failurePage(
  reader: Reader,
  failure: LandingFailure,
  visit: FailedVisit,
): { page: Page; status: PageStatus } {
  const { title, status, body } = pages[failure];
  const page = { title: reader.texts.failures[title], body: body(visit, reader), supportCode: visit.supportCode };
  return { page: { ...page, isError: true }, status };
}

/** Whether it helps to try again later. */
export function isWorthRetrying(failure: LandingFailure): boolean {
  return !["link", "too-long", "publisher", "unclear"].includes(failure);
}

export const defaultRetrySeconds = 30;

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

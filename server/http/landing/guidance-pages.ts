/** Pages for visits that did not reach a purchase: what happened, whether anything changed, what to do. */
import { html } from "hono/html";
import type { Purchaser } from "../../auth/purchaser-sessions.ts";
import { fill } from "../../texts/text.ts";
import { fillHtml } from "../fill-html.ts";
import { primaryLink } from "../html-page.ts";
import type { Page } from "../html-page.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import { howToOpen } from "./how-to-open.ts";

/** @param hasDraft the visitor submitted a form after the sign-in had expired; the entries are kept */
export function signInFirst({ texts: { signIn } }: Reader, signInPath: string, hasDraft = false): Page {
  return {
    title: hasDraft ? signIn.titleAgain : signIn.title,
    body: html`<p>${hasDraft ? signIn.expired : signIn.ask}</p>
      ${primaryLink(signInPath, signIn.button)}`,
  };
}

export function noPurchase(reader: Reader): Page {
  const { title, body } = reader.texts.noPurchase;
  return {
    title,
    body: html`<p>${body}</p>
      ${howToOpen(reader)}`,
  };
}

/** For an unknown address below `/landing`. */
export function noSuchPage(reader: Reader): Page {
  const { title, body } = reader.texts.noSuchPage;
  return {
    title,
    body: html`<p>${body}</p>
      ${howToOpen(reader)}`,
  };
}

/** For a browser that did not return a cookie that it was sent just before. */
export function noCookies(reader: Reader, host: string): Page {
  const { title, body, howTo, afterwards } = reader.texts.noCookies;
  return {
    title,
    body: html`<p>${body}</p>
      <p>${fill(howTo, { host })}</p>
      <p>${afterwards}</p>
      ${howToOpen(reader)}`,
    isError: true,
  };
}

/** @param supportCode null: staff have no record of this visit */
export function otherOrganization(
  { texts: { otherOrganization: texts, signIn } }: Reader,
  purchaser: Purchaser,
  otherAccount: string,
  supportCode: string | null,
): Page {
  return {
    title: texts.title,
    body: html`<p>${fillHtml(texts.who, { account: nameOf(purchaser) })}</p>
      <p>${texts.what}</p>
      ${primaryLink(otherAccount, signIn.otherAccount)}
      <p>${supportCode ? texts.helpWithCode : texts.help}</p>`,
    ...(supportCode ? { supportCode } : {}),
  };
}

export function noSuchPurchase(reader: Reader, purchaser: Purchaser, otherAccount: string): Page {
  const { title, body } = reader.texts.noSuchPurchase;
  return {
    title,
    body: html`<p>${fillHtml(body, { account: nameOf(purchaser) })}</p>
      ${howToOpen(reader, false)} ${primaryLink(otherAccount, reader.texts.signIn.otherAccount)}`,
  };
}

/** Rate limit: a purchase was looked up too often. */
export function tooManyVisits({ texts, formats }: Reader, again: string, waitSeconds: number): Page {
  return {
    title: texts.tooMany.title,
    body: html`<p>${fill(texts.tooMany.visits, { time: formats.wait(waitSeconds) })}</p>
      ${primaryLink(again, texts.frame.tryAgain)}`,
    isError: true,
  };
}

/** Rate limit: the form was submitted too often. */
export function tooManyForms({ texts: { tooMany }, formats }: Reader, path: string, waitSeconds: number): Page {
  return {
    title: tooMany.title,
    body: html`<p>${fill(tooMany.forms, { time: formats.wait(waitSeconds) })}</p>
      ${primaryLink(path, tooMany.back)}`,
    isError: true,
  };
}

type Named = Pick<Purchaser, "name" | "email">;

export function accountLine({ texts: { frame } }: Reader, purchaser: Named, otherAccount: string): Html {
  return html`<div>
    ${fillHtml(frame.signedInAs, {
      account: nameOf(purchaser),
      otherAccount: html`<a href="${otherAccount}">${frame.otherAccount}</a>`,
      signOut: html`<form method="post" action="/auth/purchaser/sign-out">
        <button class="quiet">${frame.signOut}</button>
      </form>`,
    })}
  </div>`;
}

/** Isolated, so that a right-to-left name does not reorder the sentence. */
function nameOf({ name, email }: Named): Html {
  return email === null || email === name ? html`<bdi>${name}</bdi>` : html`<bdi>${name}</bdi> (<bdi>${email}</bdi>)`;
}

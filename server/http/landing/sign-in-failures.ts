/** Pages for purchasers whose sign-in does not succeed. */
import { html } from "hono/html";
import { primaryLink } from "../html-page.ts";
import type { Page } from "../html-page.ts";
import type { Reader } from "../reader.ts";

/** The sign-in was not valid, so no one is signed in. */
export function refused({ texts }: Reader, reason: string, again: string): Page {
  const { title } = texts.signInFailures;
  return {
    title,
    body: html`<p>${texts.signInFailures[explanationOf(reason)]}</p>
      ${primaryLink(again, texts.signIn.again)}`,
  };
}

/** The organization lets only administrators approve apps. */
export function approvalNeeded({ texts: { approval, signIn } }: Reader, approvalUrl: string, again: string): Page {
  return {
    title: approval.title,
    body: html`<p>${approval.body}</p>
      <p>${approval.send}</p>
      <p><a href="${approvalUrl}" rel="noreferrer">${approvalUrl}</a></p>
      <p>${approval.afterwards}</p>
      ${primaryLink(again, signIn.again)}`,
    isError: true,
  };
}

/** For the administrator who has approved the app. */
export function approved({ texts: { approval, signIn } }: Reader, signInPath: string): Page {
  return {
    title: approval.approved,
    body: html`<p>${approval.approvedBody}</p>
      <p>${approval.noPurchaseYet}</p>
      ${primaryLink(signInPath, signIn.button)}`,
  };
}

/** Entra does not respond, or responds with an error. */
export function unreachable({ texts: { signInFailures, signIn } }: Reader, again: string, supportCode: string): Page {
  return {
    title: signInFailures.unreachable,
    body: html`<p>${signInFailures.unreachableBody}</p>
      ${primaryLink(again, signIn.again)}`,
    supportCode,
    isError: true,
  };
}

/** Entra refuses our app, for instance because its secret has expired. */
export function appRefused({ texts: { signInFailures, frame } }: Reader, again: string, supportCode: string): Page {
  return {
    title: signInFailures.appRefused,
    body: html`<p>${signInFailures.appRefusedBody}</p>
      <p>${signInFailures.appRefusedWhat}</p>
      <p class="hint"><a href="${again}">${frame.checkFixed}</a></p>`,
    supportCode,
    isError: true,
  };
}

/** An internal error. */
export function ownFailure({ texts: { signInFailures, signIn } }: Reader, again: string): Page {
  return {
    title: signInFailures.own,
    body: html`<p>${signInFailures.ownBody}</p>
      ${primaryLink(again, signIn.again)}`,
    isError: true,
  };
}

export function signedOut({ texts: { signInFailures, signIn } }: Reader, again: string): Page {
  return {
    title: signInFailures.signedOut,
    body: html`<p>${signInFailures.signedOutBody}</p>
      ${primaryLink(again, signIn.again)}`,
  };
}

/** The reason in words; the code itself is only logged. */
function explanationOf(reason: string) {
  switch (reason) {
    case "state":
      return "state";
    case "entra-access_denied":
      return "denied";
    case "entra-server_error":
    case "entra-temporarily_unavailable":
      return "microsoft";
    case "entra-consent_required":
    case "entra-interaction_required":
    case "entra-login_required":
      return "interaction";
    case "entra-invalid_client":
    case "entra-unauthorized_client":
    case "entra-invalid_request":
    case "entra-invalid_resource":
    case "entra-invalid_scope":
    case "entra-unsupported_response_type":
      return "app";
    default:
      return "other";
  }
}

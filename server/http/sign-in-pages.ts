/** Pages for staff whose sign-in does not succeed. */
import { html } from "hono/html";
import { entraRoles } from "../../shared/roles.ts";
import { primaryLink } from "./html-page.ts";
import type { Page } from "./html-page.ts";

type Account = { name: string; email: string | null; tenantId: string };

/** The account is valid but has no role. */
export function noRole(account: Account, again: string): Page {
  const names = Object.keys(entraRoles);
  return {
    title: "Your account has no role in Marketdesk",
    body: html`<p>You signed in with Microsoft, but this account may not use Marketdesk yet.</p>
      ${describeAccount(account)}
      <h2>What to ask for</h2>
      <p>
        Ask an administrator of your Microsoft Entra tenant to assign you one of these app roles, under Enterprise
        applications, Users and groups. Then sign in again.
      </p>
      <ul>
        ${names.map((name) => html`<li><code>${name}</code></li>`)}
      </ul>
      ${primaryLink(again, "Sign in with another account")}`,
  };
}

/** The person is blocked in Marketdesk. */
export function disabled(account: Account, again: string): Page {
  return {
    title: "Your access to Marketdesk is blocked",
    body: html`<p>A Marketdesk admin blocked this account. Ask an admin to unblock it.</p>
      ${describeAccount(account)} ${primaryLink(again, "Sign in with another account")}`,
  };
}

/** The sign-in was not valid, so no one is signed in. */
export function refused(reason: string, again: string): Page {
  return {
    title: "You are not signed in",
    body: html`<p>${explain(reason)}</p>
      ${primaryLink(again, "Sign in again")}`,
  };
}

/** The person confirmed their identity for an action in another window. */
export function confirmed(): Page {
  return {
    title: "Confirmed",
    body: html`<p>You can close this window. Return to Marketdesk and repeat the action.</p>`,
  };
}

/** Entra does not respond, or responds with an error. */
export function unreachable(again: string): Page {
  return {
    title: "Microsoft's sign-in cannot be reached right now",
    body: html`<p>Microsoft did not respond, so you are not signed in. Nothing was changed. Try again in a minute.</p>
      ${primaryLink(again, "Sign in again")}`,
    isError: true,
  };
}

/** Entra refuses our app, for instance because its secret has expired. */
export function appRefused(again: string, code: string): Page {
  return {
    title: "Microsoft refuses Marketdesk",
    body: html`<p>
        Microsoft Entra does not accept Marketdesk's own credentials (${code}), so no one can sign in. Waiting does not
        help.
      </p>
      <p>
        Ask the person who runs Marketdesk to check the app registration in the Entra admin center and the
        <code>ENTRA_</code> settings: a client secret or certificate may have expired.
      </p>
      <p class="hint"><a href="${again}">Check whether the problem is fixed</a></p>`,
    isError: true,
  };
}

/** Entra's times are out of range by our clock. */
export function wrongClock(again: string): Page {
  return {
    title: "The time is not set correctly",
    body: html`<p>
        You are not signed in, because the clock of the machine that runs Marketdesk differs from Microsoft's by more
        than five minutes.
      </p>
      <p>Ask the person who runs Marketdesk to synchronize the clock with a time server.</p>
      <p class="hint"><a href="${again}">Check whether the problem is fixed</a></p>`,
    isError: true,
  };
}

/** An internal error. */
export function ownFailurePage(again: string): Page {
  return {
    title: "Something went wrong on our side",
    body: html`<p>You are not signed in, and nothing was changed. Try again in a minute.</p>
      ${primaryLink(again, "Sign in again")}`,
    isError: true,
  };
}

export function signedOut(again: string): Page {
  return {
    title: "You are signed out",
    body: html`<p>
        You are signed out of Marketdesk. You may still be signed in to Microsoft in this browser: on a shared computer,
        close the browser too.
      </p>
      ${primaryLink(again, "Sign in again")}`,
  };
}

function describeAccount(account: Account) {
  return html`<dl>
    <div>
      <dt>Signed in as</dt>
      <dd>${account.name}${account.email ? html`, ${account.email}` : ""}</dd>
    </div>
    <div>
      <dt>Tenant</dt>
      <dd><code>${account.tenantId}</code></dd>
    </div>
  </dl>`;
}

/** The reason in words; the code itself is only logged. */
function explain(reason: string): string {
  switch (reason) {
    case "state":
      return "This sign-in was not started in this browser, took longer than ten minutes, or was already used. Start again here.";
    case "entra-access_denied":
      return "Microsoft says that the sign-in was canceled or not permitted. To continue, sign in and accept Microsoft's request.";
    case "entra-server_error":
    case "entra-temporarily_unavailable":
      return "Microsoft had a problem and did not sign you in. Try again in a few minutes.";
    case "entra-consent_required":
    case "entra-interaction_required":
    case "entra-login_required":
      return "Microsoft first needs an answer from you or from your organization's administrator. Sign in again, and accept Microsoft's request.";
    case "entra-invalid_client":
    case "entra-unauthorized_client":
    case "entra-invalid_request":
    case "entra-invalid_resource":
    case "entra-invalid_scope":
    case "entra-unsupported_response_type":
      return "Microsoft does not accept sign-in requests from this site, and waiting does not help. Contact the publisher, who has to correct the app registration.";
    case "id-token-tenant":
      return "This account belongs to a different organization than the one that Marketdesk is set up for. Sign in with your work account.";
    case "fresh-other-person":
      return "You confirmed with a different account than the one that is signed in to Marketdesk. Sign in again with that account.";
    case "fresh-not-stated":
    case "fresh-stale":
      return "Microsoft did not ask you to sign in again, so your identity was not confirmed. Close this window and try again.";
    default:
      return "Microsoft's response could not be accepted, for example because it was already used. Start again here.";
  }
}

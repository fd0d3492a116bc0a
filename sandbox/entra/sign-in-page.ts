/** The sign-in pages of the sandbox's Entra. */
import { html } from "hono/html";
import type { Persona } from "../personas.ts";
import type { Html } from "../page/layout.ts";
import { narrowPage } from "../page/narrow-page.ts";

const frame = (title: string, content: Html): Html =>
  narrowPage(title, "Sandbox of Microsoft Entra ID. No passwords, no real accounts.", content);

type SignIn = { appName: string; isForStaff: boolean; personas: readonly Persona[]; hint: string | undefined };

/** The app's name, and a button for each person who can sign in. */
export function signInPage({ appName, isForStaff, personas, hint }: SignIn): Html {
  const group = (kind: Persona["kind"], title: string) =>
    html`<section>
      <h2>${title}</h2>
      <ul class="people">
        ${personas.filter((persona) => persona.kind === kind).map((persona) => personButton(persona, persona.username === hint))}
      </ul>
    </section>`;
  const staff = group("staff", "Staff of Contoso (publisher)");
  const purchasers = group("purchaser", "Purchasers");
  return frame(
    `Sign in to ${appName}`,
    html`<h1>Sign in</h1>
      <p>to continue to <strong>${appName}</strong></p>
      <form method="post">
        ${isForStaff ? [staff, purchasers] : [purchasers, staff]}
        <button class="quiet" name="persona" value="cancel">Cancel</button>
      </form>`,
  );
}

function personButton(persona: Persona, isHinted: boolean): Html {
  const about = `about-${persona.key}`;
  return html`<li>
    <span class="avatar" aria-hidden="true">${persona.name.slice(0, 1)}</span>
    <div class="person">
      <button name="persona" value="${persona.key}" aria-describedby="${about}">${persona.name}</button>
      <span id="${about}">${persona.about}${isHinted ? " · suggested by the app" : ""}</span>
      <span class="mono">${persona.username}</span>
    </div>
  </li>`;
}

export function errorPage(message: string): Html {
  return frame(
    "Sign-in failed",
    html`<h1>Sorry, but we’re having trouble signing you in</h1>
      <p>${message}</p>
      <p>Go back to the page you came from and try again.</p>`,
  );
}

export function signedOutPage(): Html {
  return frame(
    "Signed out",
    html`<h1>You signed out</h1>
      <p>You can close this page.</p>`,
  );
}

/** Has the browser post the response to the app (`response_mode=form_post`). */
export function formPostPage(action: string, values: Record<string, string>): Html {
  return frame(
    "Continue",
    html`<form method="post" action="${action}">
        ${Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <button>Continue</button>
      </form>
      <script>
        document.forms[0].submit();
      </script>`,
  );
}

/** The sample publisher's product, as purchasers see it when they arrive from the landing page. */
import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { isolated } from "../../shared/foreign-text.ts";
import {
  createHandoffVerifier,
  type Handoff,
  handoffParameter,
  HandoffRefused,
} from "../../clients/typescript/src/handoffs.ts";
import { catalog } from "../fulfillment/catalog.ts";
import type { World } from "../world.ts";
import type { Html } from "./layout.ts";
import { narrowPage } from "./narrow-page.ts";

/** The path of its start page. */
export const productPath = "/product";
const maxSessions = 100;

export function addProductPage(app: Hono, world: World): void {
  const sessions = new Map<string, Handoff>();
  const verifyHandoff = createHandoffVerifier({ url: new URL(world.landingUrl).origin, origin: world.url });

  app.get(productPath, async (c) => {
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    const token = c.req.query(handoffParameter);
    if (token === undefined) {
      const session = sessions.get(getCookie(c, "contoso-product") ?? "");
      return session ? c.html(productPage(session)) : c.html(signedOutPage(), 401);
    }
    try {
      const handoff = await verifyHandoff(token);
      const id = randomUUID();
      const [oldest] = sessions.keys();
      if (sessions.size >= maxSessions && oldest !== undefined) sessions.delete(oldest);
      sessions.set(id, handoff);
      setCookie(c, "contoso-product", id, { path: productPath, httpOnly: true, sameSite: "Lax" });
      // Removes the token from the address.
      return c.redirect(productPath, 303);
    } catch (error) {
      if (!(error instanceof HandoffRefused)) throw error;
      return c.html(refusedPage(error.message), 403);
    }
  });
}

const frame = (title: string, content: Html): Html =>
  narrowPage(title, "The product of the sample publisher, simulated by the sandbox.", content);

function productPage({ name, email, subscription, contact, answers }: Handoff): Html {
  const offer = catalog.find(({ offerId }) => offerId === subscription.offerId);
  const title = offer?.name ?? "Contoso";
  const planName = offer?.plans.find(({ planId }) => planId === subscription.planId)?.name ?? subscription.planId;
  const facts: [string, string | number | null][] = [
    ["Workspace", subscription.name],
    ["Plan", planName],
    ["Seats", subscription.quantity],
    ["Access", subscription.access],
    ["Contact", contact && [contact.name, contact.company].filter(Boolean).join(", ")],
    ...(answers ?? []).map(({ question, answer }): [string, string] => [question, String(answer)]),
  ];
  return frame(
    title,
    html`<h1>${title}</h1>
      <p role="status">
        You are signed in as <strong>${isolated(name)}</strong>${email === null ? "" : ` (${isolated(email)})`}.
      </p>
      <dl class="facts">
        ${facts
          .filter(([, value]) => value !== null && value !== "")
          .map(
            ([label, value]) =>
              html`<div>
                <dt>${isolated(label)}</dt>
                <dd>${isolated(String(value))}</dd>
              </div>`,
          )}
      </dl>
      <p class="muted">
        You came from Marketdesk’s landing page with a signed handoff, which is valid once and for five minutes.
      </p>`,
  );
}

function refusedPage(reason: string): Html {
  return frame(
    "Not signed in",
    html`<h1>You are not signed in</h1>
      <p>${reason} Go back to the landing page and open the product again.</p>`,
  );
}

function signedOutPage(): Html {
  return frame(
    "Not signed in",
    html`<h1>You are not signed in</h1>
      <p>Open the product from the landing page of a subscription.</p>`,
  );
}

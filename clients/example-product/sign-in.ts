/** Signs in people who arrive from Marketdesk's landing page. Sessions are in memory; store yours in a database. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createHandoffVerifier, type Handoff, handoffParameter, HandoffRefused } from "../typescript/src/handoffs.ts";

const cookieName = "example-product";

export function createSignIn(options: { url: string; origin: () => string }) {
  const sessions = new Map<string, Handoff>();
  let verify: ReturnType<typeof createHandoffVerifier> | null = null;

  /** The start page: signed in, with a handoff to sign in, or neither. */
  return async function showStart(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", options.origin());
    const token = url.searchParams.get(handoffParameter);
    if (token === null) {
      const session = sessions.get(new RegExp(`${cookieName}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1] ?? "");
      return send(response, session ? 200 : 401, session ? welcome(session) : "<p>Sign in to continue.</p>");
    }
    try {
      verify ??= createHandoffVerifier({ url: options.url, origin: options.origin() });
      const id = randomUUID();
      sessions.set(id, await verify(token));
      url.searchParams.delete(handoffParameter);
      // Redirects to the address without the token.
      response.setHeader("Set-Cookie", `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax`);
      response.writeHead(303, { Location: `${url.pathname}${url.search}`, "Referrer-Policy": "no-referrer" }).end();
    } catch (error) {
      if (!(error instanceof HandoffRefused)) throw error;
      send(response, 403, `<p>${error.message} Open the product again from your subscription.</p>`);
    }
  };
}

function welcome({ name, tid, subscription }: Handoff): string {
  const { planId, quantity } = subscription;
  return `<p>Signed in as ${escaped(name)} of tenant ${escaped(tid)}.</p>
<p>Plan ${escaped(planId)}${quantity === null ? "" : `, ${quantity} seats`}.</p>`;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(`<!doctype html><html lang="en"><title>Example product</title><h1>Example product</h1>${body}</html>`);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

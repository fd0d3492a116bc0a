/** What every answer of the app carries to protect the browser, and the check that a request comes from our own pages. */
import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

declare module "hono" {
  interface ContextVariableMap {
    /** One random value for each request: what carries it as `nonce` may run or style. */
    nonce: string;
  }
}

/**
 * Security headers for every route, errors included. Puts the request's nonce into the context as `nonce`.
 *
 * The policy knows no `unsafe-inline`: React sets styles through the DOM, which the policy does not concern.
 * `same-origin` as referrer policy, not `no-referrer`: with that one browsers send `Origin: null` with our own forms.
 *
 * @param options.publicUrl how browsers reach the app; https brings HSTS
 * @param options.authority where Entra signs people in; a form of ours may end there by redirect
 */
export function securityHeaders(options: { publicUrl: string; authority: string }): MiddlewareHandler {
  const nonce = (c: Context) => `'nonce-${c.get("nonce")}'`;
  const setHeaders = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", nonce],
      styleSrc: ["'self'", nonce],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'", new URL(options.authority).origin],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
    referrerPolicy: "same-origin",
    // Not for subdomains: the host is the publisher's, and what else is below it is not ours to decide.
    strictTransportSecurity: options.publicUrl.startsWith("https:") ? "max-age=63072000" : false,
    xFrameOptions: "DENY",
    // A handler may be stricter.
    overwrite: false,
  });
  return async (c, next) => {
    c.set("nonce", randomBytes(16).toString("base64"));
    await setHeaders(c, async () => {
      await next();
      if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
    });
  };
}

/**
 * Refuses with 403 what does not come from our own pages. A request that changes something must prove it by its Origin, or
 * by Sec-Fetch-Site where a browser sends no Origin; one that reads must only not say the contrary. `Origin: null` is not us.
 *
 * @param publicUrl how browsers reach the app
 */
export function requireSameOrigin(publicUrl: string, onRefused?: () => void): MiddlewareHandler {
  const ownOrigin = new URL(publicUrl).origin;
  return async (c, next) => {
    const origin = c.req.header("Origin");
    const site = c.req.header("Sec-Fetch-Site");
    const isContradicted =
      (origin !== undefined && origin !== ownOrigin) || (site !== undefined && site !== "same-origin");
    const isProven = origin === ownOrigin || site === "same-origin";
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (isContradicted || (!isRead && !isProven)) {
      onRefused?.();
      return c.text("This request did not come from Marketdesk's own pages. Open Marketdesk and try again there.", 403);
    }
    return next();
  };
}

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The same page at the public address when a browser came by another name of this machine (127.0.0.1 for localhost), else
 * null. Cookies belong to one name, and sign-in returns to the public one. Elsewhere than on a loopback host nothing is
 * concluded from the Host header, which a proxy may have changed.
 */
export function otherLoopbackName(c: Context, publicUrl: string): string | null {
  const own = new URL(publicUrl);
  const requested = new URL(c.req.url);
  if (!loopbackNames.has(own.hostname) || !loopbackNames.has(requested.hostname)) return null;
  if (requested.hostname === own.hostname || requested.port !== own.port) return null;
  return `${own.origin}${requested.pathname}${requested.search}`;
}

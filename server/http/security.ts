/** Browser security headers for all responses, and the check that a request comes from our own pages. */
import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

declare module "hono" {
  interface ContextVariableMap {
    /** A random value per request: elements with it as `nonce` may run or style. */
    nonce: string;
  }
}

/**
 * Security headers for all routes, including errors. Puts the request's nonce into the context as `nonce`. The
 * policy needs no `unsafe-inline`, because React sets styles through the DOM. The referrer policy is `same-origin`,
 * because with `no-referrer` browsers send `Origin: null` with our own forms.
 * @param options.publicUrl the public address; https adds HSTS
 * @param options.authority Entra's sign-in; a form may redirect there
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
    // Not for subdomains, which may belong to others.
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
 * Refuses requests from other sites with 403. A write must prove its origin by Origin, or by Sec-Fetch-Site without
 * an Origin; a read must only not contradict it. `Origin: null` is foreign.
 * @param publicUrl the public address
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
 * The page's public address if a browser used another loopback name (127.0.0.1 for localhost), otherwise null:
 * cookies belong to one name, and sign-in returns to the public one. On other hosts the Host header is not trusted,
 * because a proxy may have changed it.
 */
export function otherLoopbackName(c: Context, publicUrl: string): string | null {
  const own = new URL(publicUrl);
  const requested = new URL(c.req.url);
  if (!loopbackNames.has(own.hostname) || !loopbackNames.has(requested.hostname)) return null;
  if (requested.hostname === own.hostname || requested.port !== own.port) return null;
  return `${own.origin}${requested.pathname}${requested.search}`;
}

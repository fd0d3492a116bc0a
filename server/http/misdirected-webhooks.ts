/**
 * Microsoft's calls to other paths than the webhook's: the 4xx rejects the customer's change, so staff must see
 * them.
 */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { wrongAddressReason } from "../domain/refused-call.ts";
import type { WebhookDeps } from "./webhook.ts";
import { authorizationOf } from "./webhook.ts";

/** The webhook's path as Partner Center or a proxy may write it, with a trailing slash, a query or a host. */
export function isWebhookAddress(url: string | undefined): boolean {
  return /^(?:https?:\/\/[^/?]+)?\/webhooks\/marketplace\/?(?:\?|$)/.test(url ?? "");
}

/** Only calls with a valid Marketplace token count; scanners try paths all the time. */
export function recordMisdirectedWebhooks(deps: Pick<WebhookDeps, "verify" | "recordRejected">): MiddlewareHandler {
  return async (c: Context, next) => {
    await next();
    if (c.req.method !== "POST" || (c.res.status !== 404 && c.res.status !== 405)) return;
    const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
    const authorization = incoming && authorizationOf(incoming);
    if (authorization === undefined) return;
    const verdict = await deps.verify(authorization).catch(() => null);
    if (verdict?.ok) deps.recordRejected(wrongAddressReason(c.req.path), c.res.status);
  };
}

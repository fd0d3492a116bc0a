/** Calls that Microsoft sends to an address that is not the webhook: the 4xx refuses the customer's change, so staff must see it. */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { wrongAddressReason } from "../domain/refused-call.ts";
import type { WebhookDeps } from "./webhook.ts";
import { authorizationOf } from "./webhook.ts";

/** The webhook's address, as Partner Center or a proxy may write it: a slash at the end, a query and a host change nothing. */
export function isWebhookAddress(url: string | undefined): boolean {
  return /^(?:https?:\/\/[^/?]+)?\/webhooks\/marketplace\/?(?:\?|$)/.test(url ?? "");
}

/** Only a call with a genuine token of the Marketplace counts; anyone else may try addresses. */
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

/** Verifies the events that Marketdesk sends to an endpoint (Standard Webhooks 1.0). */
import { Webhook } from "standardwebhooks";
import type { Change } from "./client.ts";

/** The request did not come from Marketdesk, or is older than five minutes. Respond with 401. */
export class NotFromMarketdesk extends Error {
  override readonly name = "NotFromMarketdesk";
}

/**
 * The event of a request. An event can come twice, with the same `id`, so applying it again must change nothing.
 * @param secrets the secrets of the endpoint, `whsec_…`; after a rotation the new and the old one
 * @param body exactly as it was received, not parsed and written again
 * @throws NotFromMarketdesk
 */
export function readWebhook(
  secrets: string[],
  headers: Record<string, string | string[] | undefined>,
  body: string,
): Change {
  const given = Object.fromEntries(
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, [headers[name] ?? ""].flat().join()]),
  );
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, given) as Change;
    } catch {
      // The other secret may have signed it.
    }
  }
  throw new NotFromMarketdesk("The signature does not match this endpoint's secret.");
}

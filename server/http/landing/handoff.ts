/** Redirects into the product with a signed, short-lived token about the purchase and the person. */
import type { Purchaser } from "../../auth/purchaser-sessions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { handoffToken, type TokenKind } from "../../commands/signing-keys/sign-token.ts";
import { handoffParameter } from "../../../shared/destinations.ts";
import type { Language } from "../../../shared/languages.ts";
import { stateOf } from "./purchase-pages.ts";

type Sign = (
  kind: TokenKind,
  claims: { subject: string; [claim: string]: unknown },
  audience: string,
) => Promise<{ token: string }>;

/** Many servers accept addresses of at most 8 kB. Longer answers are left out; the product reads them from the product API. */
const maxTokenLength = 6_000;

/** Whether the purchase may be opened in the product now. */
export function canOpen(purchase: Purchase): boolean {
  if (!purchase.destination?.isAllowed) return false;
  const state = stateOf(purchase);
  return state === "active" || (purchase.destination.mode === "instead" && state === "confirm");
}

/**
 * The destination with the handoff; null if the product cannot be opened now. Its address comes from the settings, never
 * from a request, and its origin is allowed.
 */
export async function handoffUrl(
  sign: Sign,
  { purchase, purchaser, language }: { purchase: Purchase; purchaser: Purchaser; language: Language },
): Promise<string | null> {
  if (purchase.destination === null || !canOpen(purchase)) return null;
  const url = new URL(purchase.destination.url);
  const { tenantId, objectId, name, email } = purchaser;
  const claims = {
    subject: `${tenantId}:${objectId}`,
    tid: tenantId,
    oid: objectId,
    name,
    email,
    language,
    subscription: {
      id: purchase.subscriptionId,
      name: purchase.name,
      offerId: purchase.offerId,
      planId: purchase.planId,
      quantity: purchase.quantity,
      status: purchase.status,
      access: purchase.access,
      isFreeTrial: purchase.isFreeTrial,
      isTest: purchase.isTest,
      termEndsOn: purchase.termEndsOn,
    },
    contact: purchase.contact,
    answers: purchase.answers ?? [],
  };
  const { token: whole } = await sign(handoffToken, claims, url.origin);
  const { token } =
    whole.length <= maxTokenLength
      ? { token: whole }
      : await sign(handoffToken, { ...claims, answers: null }, url.origin);
  url.searchParams.set(handoffParameter, token);
  return url.href;
}

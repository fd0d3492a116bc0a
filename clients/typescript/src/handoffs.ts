/** Verifies the handoff with which a purchaser arrives from Marketdesk's landing page. */
import { errors, type JWTPayload, jwtVerify } from "jose";
import { publishedKeys } from "./published-keys.ts";

/** An answer to a question of the landing page. */
export type Answer = { id: string; question: string; answer: string | number | boolean };

export type Handoff = JWTPayload & {
  /** The Entra tenant and the object ID of the person: the claims `tid` and `oid` of a sign-in with Microsoft. */
  tid: string;
  oid: string;
  name: string;
  /** As the account states it: not verified, so do not identify the person by it. */
  email: string | null;
  /** The language of the landing page, such as `de`. */
  language: string;
  /** The subscription as it was when the person left the landing page. */
  subscription: {
    id: string;
    name: string;
    offerId: string;
    planId: string;
    quantity: number | null;
    status: string;
    access: "none" | "full" | "suspended" | "ended";
    isFreeTrial: boolean;
    isTest: boolean;
    termEndsOn: string | null;
  };
  contact: { name: string; email: string; company: string; phone: string } | null;
  /** Null if they are too long for an address: read them from the subscription. */
  answers: Answer[] | null;
};

/** The handoff is not valid: do not sign the person in. Ask them to sign in with Microsoft, or to open the product again. */
export class HandoffRefused extends Error {
  override readonly name = "HandoffRefused";
}

/** A query parameter of this name carries the handoff. */
export const handoffParameter = "handoff";

export type HandoffOptions = {
  /** The address of Marketdesk, which must also be the issuer. */
  url: string;
  /** The origin of your product, such as `https://app.contoso.example`. */
  origin: string;
  /**
   * Whether this is the first use of a `jti`. Default: remembered in memory, which is enough for one instance. With
   * several, pass `marketdesk.useHandoff`.
   */
  isFirstUse?: (jti: string) => boolean | Promise<boolean>;
};

/** @returns verifies a handoff and uses it; throws HandoffRefused if it is not valid or was used, and errors of `isFirstUse` */
export function createHandoffVerifier({ url, origin, isFirstUse = rememberUses() }: HandoffOptions) {
  const keys = publishedKeys(url);
  return async function verifyHandoff(token: string): Promise<Handoff> {
    const verified = await jwtVerify<Handoff>(token, keys, {
      issuer: new URL(url).origin,
      audience: new URL(origin).origin,
      typ: "handoff+jwt",
      algorithms: ["ES256"],
      requiredClaims: ["exp", "iat", "jti", "sub"],
      maxTokenAge: "5 minutes",
      clockTolerance: 60,
    }).catch((error: unknown) => {
      const isExpired = error instanceof errors.JWTExpired;
      throw new HandoffRefused(isExpired ? "The handoff has expired." : "The handoff is not valid.", { cause: error });
    });
    const { payload } = verified;
    if (!(await isFirstUse(payload.jti ?? ""))) throw new HandoffRefused("The handoff was already used.");
    return payload;
  };
}

const retentionMs = 10 * 60_000;

function rememberUses(): (jti: string) => boolean {
  const used = new Map<string, number>();
  return (jti) => {
    const now = Date.now();
    for (const [other, until] of used) {
      if (until > now) break;
      used.delete(other);
    }
    if (used.has(jti)) return false;
    used.set(jti, now + retentionMs);
    return true;
  };
}

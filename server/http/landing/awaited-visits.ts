/** Visits that cannot continue until Microsoft responds: their visitors can ask for an email. */
import type { Context } from "hono";
import { isCookieKey } from "../../auth/cookies.ts";
import type { SignedInPurchaser } from "../../auth/purchaser-sessions.ts";
import { readerOf } from "../reader.ts";
import type { LandingTools } from "./landing-tools.ts";
import { readForm } from "./read-form.ts";
import { idOf, visitPath } from "./visitor.ts";

export function createAwaitedVisits({ awaited, cookies, limits, sessions }: LandingTools) {
  /** The email goes to the account's own address only, so that no one can have emails sent to others. */
  async function mailFor({ purchaser }: SignedInPurchaser, visit: string, purchaseToken: string) {
    if (awaited === null || !purchaser.email) return null;
    const { email } = purchaser;
    return { address: email, isAwaited: await awaited.has({ purchaseToken, email }), visit };
  }

  /** The visitor asks for an email when Microsoft responds. */
  async function wait(c: Context) {
    const { visit } = (await readForm(c)) ?? {};
    const key = typeof visit === "string" ? visit : "";
    const session = await sessions.readPurchaser(c);
    const { purchaseToken } = (isCookieKey(key) ? await cookies.getSealed(c, "visit", key) : null) ?? {};
    const email = session?.purchaser.email;
    if (session && email && awaited !== null && typeof purchaseToken === "string") {
      const waitSeconds = await limits.take("ownContactForm", `${idOf(session.purchaser)} wait`);
      if (waitSeconds === null) await awaited.keep({ purchaseToken, email, language: readerOf(c).language });
    }
    return c.redirect(isCookieKey(key) ? visitPath(key) : "/landing", 303);
  }

  return { mailFor, wait };
}

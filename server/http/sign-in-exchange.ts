/** A sign-in with Entra: the redirect to it, and what it returns with. */
import type { Context } from "hono";
import type { Cookies } from "../auth/cookies.ts";
import type { EntraApp } from "../auth/entra-app.ts";
import { isAfter } from "../auth/fresh-sign-in.ts";
import { type Identity, SignInRefused } from "../auth/id-token.ts";
import { ownPath } from "../auth/own-path.ts";
import { beginSignIn, cookieKeyOf, pendingSeconds, type PendingSignIn, readPending } from "../auth/pending-sign-ins.ts";
import type { createSessions } from "../auth/sessions.ts";
import type { Database } from "../database/connection/database.ts";
import { useOnce } from "../database/writes/used-once.ts";
import { administratorNeeded, needsAdministrator } from "./administrator-consent.ts";
import { otherLoopbackName } from "./security.ts";
import { type Audience, signInPaths } from "./sign-in-paths.ts";

type ExchangeDeps = {
  db: Database;
  cookies: Cookies;
  sessions: Pick<ReturnType<typeof createSessions>, "readStaff">;
  publicUrl: string;
  now: () => Date;
  /** The clock of what Entra issues. */
  entraNow: () => Date;
};

export function createSignInExchange({ db, cookies, sessions, publicUrl, now, entraNow }: ExchangeDeps) {
  /** Redirects to Entra. */
  async function begin(c: Context, audience: Audience, entraApp: EntraApp) {
    const elsewhere = otherLoopbackName(c, publicUrl);
    if (elsewhere !== null) return c.redirect(elsewhere);
    const requestedPath = c.req.query("returnTo");
    const isFresh = audience === "staff" && c.req.query("fresh") === "1";
    const current = isFresh ? await sessions.readStaff(c, { isSeen: false }) : null;
    const { key, signIn, challenge } = beginSignIn(
      requestedPath === undefined ? signInPaths[audience].home : ownPath(requestedPath),
      now(),
      current?.staff.id ?? null,
    );
    const chooseAccount = c.req.query("account") === "other";
    const { state, nonce } = signIn;
    const url = await entraApp.signInUrl({ state, nonce, challenge, chooseAccount, isFresh });
    await cookies.setSealed(c, `${audience}-sign-in`, key, signIn, pendingSeconds);
    return c.redirect(url);
  }

  /**
   * Who signed in, and where they wanted to go.
   * @throws SignInRefused, EntraFailure
   */
  async function finish(c: Context, audience: Audience, entraApp: EntraApp) {
    const cookie = `${audience}-sign-in` as const;
    const state = c.req.query("state");
    const key = cookieKeyOf(state);
    const signIn = key === null ? null : readPending(await cookies.getSealed(c, cookie, key), state, now());
    if (key === null || signIn === null) throw new SignInRefused("state");
    // A state is used once, even if the sign-in fails: the cookie may have been copied, so the database decides.
    cookies.removeSealed(c, cookie, key);
    const expiresAt = new Date(signIn.startedAt + pendingSeconds * 1_000);
    if (!(await useOnce(db, signIn.state, expiresAt, now()))) throw new SignInRefused("state");
    const entraError = c.req.query("error");
    if (entraError !== undefined && needsAdministrator(c.req.query("error_description")))
      throw new SignInRefused(administratorNeeded);
    if (entraError !== undefined) throw new SignInRefused(`entra-${entraError.replace(/[^a-z_]/g, "").slice(0, 40)}`);
    const code = c.req.query("code");
    if (!code) throw new SignInRefused("code-missing");
    const signedIn = await entraApp.redeem({ code, nonce: signIn.nonce, verifier: signIn.verifier });
    refuseStale(signIn, signedIn.identity, entraNow().getTime() - now().getTime());
    return { ...signedIn, returnTo: signIn.returnTo };
  }

  return { begin, finish };
}

/** @param aheadMs how far Entra's clock is ahead of ours, which is shifted while the sample history is replayed */
function refuseStale({ freshFor, startedAt }: PendingSignIn, identity: Identity, aheadMs: number): void {
  if (freshFor === null) return;
  if (freshFor !== `${identity.tenantId}:${identity.objectId}`) throw new SignInRefused("fresh-other-person");
  if (identity.authenticatedAt === null) throw new SignInRefused("fresh-not-stated");
  if (!isAfter(identity.authenticatedAt, startedAt + aheadMs)) throw new SignInRefused("fresh-stale");
}

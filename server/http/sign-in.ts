/** `/auth/…`: sign-in and sign-out of staff and purchasers with Microsoft Entra ID. */
import { Hono } from "hono";
import type { Context } from "hono";
import type { Logger } from "pino";
import { highestRole } from "../../shared/roles.ts";
import { createCookies } from "../auth/cookies.ts";
import type { EntraFetch } from "../marketplace/entra-fetch.ts";
import { createEntraApp, EntraFailure } from "../auth/entra-app.ts";
import type { EntraApp, SignedIn } from "../auth/entra-app.ts";
import { type Identity, SignInRefused } from "../auth/id-token.ts";
import { ownPath } from "../auth/own-path.ts";
import { isAfter } from "../auth/fresh-sign-in.ts";
import { beginSignIn, cookieKeyOf, pendingSeconds, readPending, type PendingSignIn } from "../auth/pending-sign-ins.ts";
import { createSessions } from "../auth/sessions.ts";
import { sealGrant } from "../auth/staff-recheck.ts";
import type { Config, EntraConfig } from "../config/shape.ts";
import { deviceOf } from "../domain/device.ts";
import type { Database } from "../database/connection/database.ts";
import { useOnce } from "../database/writes/used-once.ts";
import * as failures from "./landing/sign-in-failures.ts";
import { createSupportCodes } from "./landing/support-codes.ts";
import { showPage } from "./html-page.ts";
import { otherLoopbackName, requireSameOrigin } from "./security.ts";
import { forPurchasers, readerOf } from "./reader.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import * as pages from "./sign-in-pages.ts";

export type SignInDeps = {
  db: Database;
  config: Pick<Config, "publicUrl">;
  entra: EntraConfig;
  cookieSecret: string;
  now: () => Date;
  /** The clock for checking what Entra issues; `now` if absent. */
  entraNow?: () => Date;
  entraFetch?: EntraFetch | undefined;
  /** Called for a person who signs in without a role and may have had one. */
  onAccessLost?: ((person: { tenantId: string; objectId: string }) => Promise<void>) | undefined;
  /** Counts a refused request. */
  recordRefusal?: RecordRefusal | undefined;
  log: Logger;
};

type Audience = "staff" | "purchaser";

/** Where sign-in starts and returns to, by audience. */
export const signInPaths = {
  staff: { signIn: "/auth/sign-in", callback: "/auth/callback", signOut: "/auth/sign-out", home: "/" },
  purchaser: {
    signIn: "/auth/purchaser/sign-in",
    callback: "/auth/purchaser/callback",
    signOut: "/auth/purchaser/sign-out",
    home: "/landing",
  },
} as const;

/** Routes of `/auth`. Redirect addresses to register at Entra: `/auth/callback` and `/auth/purchaser/callback`. */
export function createSignInRoutes(deps: SignInDeps): Hono {
  const { db, config, entra, now, entraNow = now, log } = deps;
  const cookies = createCookies({ publicUrl: config.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const approvalUrl = approvalAddress(entra, config.publicUrl);
  const supportCodeFor = createSupportCodes({ db, now, log });
  const app = new Hono();

  async function begin(c: Context, audience: Audience, entraApp: EntraApp) {
    const elsewhere = otherLoopbackName(c, config.publicUrl);
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

  async function admitStaff(c: Context, { identity, grant }: SignedIn, returnTo: string) {
    const account = { name: identity.name, email: identity.email, tenantId: identity.tenantId };
    const again = signInAgain("staff", returnTo, true);
    const role = highestRole(identity.roles);
    if (role === null) {
      await deps.onAccessLost?.(identity);
      await sessions.endAllOfStaff(c, identity);
      log.info({ objectId: identity.objectId, reason: "no-role" }, "staff sign-in refused");
      return showPage(c, pages.noRole(account, again), 403);
    }
    const entraGrant = await sealGrant(deps.cookieSecret, grant, now());
    if (!(await sessions.startStaff(c, identity, role, { entraGrant, device: deviceOf(c.req.header("user-agent")) }))) {
      log.info({ objectId: identity.objectId, reason: "disabled" }, "staff sign-in refused");
      return showPage(c, pages.disabled(account, again), 403);
    }
    log.info({ objectId: identity.objectId, role }, "staff signed in");
    return c.redirect(returnTo, 303);
  }

  async function admitPurchaser(c: Context, { identity }: SignedIn, returnTo: string) {
    await sessions.startPurchaser(c, identity);
    log.info({ tenantId: identity.tenantId }, "purchaser signed in");
    return c.redirect(returnTo, 303);
  }

  async function showFailure(c: Context, audience: Audience, error: unknown) {
    c.header("Referrer-Policy", "no-referrer");
    const again = signInAgain(audience);
    if (error instanceof SignInRefused) {
      const { reason } = error;
      if (reason === administratorNeeded && !isStaff(audience)) {
        log.info({ audience, reason }, "sign-in refused");
        return showPage(c, failures.approvalNeeded(readerOf(c), approvalUrl, again), 403);
      }
      if (reason === "state") deps.recordRefusal?.("sign_in");
      log.warn({ audience, reason }, "sign-in refused");
      return showPage(
        c,
        isStaff(audience) ? pages.refused(reason, again) : failures.refused(readerOf(c), reason, again),
        400,
      );
    }
    if (!(error instanceof EntraFailure)) {
      log.error({ audience, err: error }, "sign-in failed");
      c.header("Retry-After", "30");
      return showPage(
        c,
        isStaff(audience) ? pages.ownFailurePage(again) : failures.ownFailure(readerOf(c), again),
        500,
      );
    }
    const { kind, status, code } = error;
    const supportCode = isStaff(audience) ? null : await supportCodeOf(error);
    log.error({ audience, kind, status, code, supportCode }, "Microsoft Entra could not sign anyone in");
    if (kind !== "app") c.header("Retry-After", "30");
    if (supportCode === null)
      return showPage(c, kind === "app" ? pages.appRefused(again, code) : pages.unreachable(again), 503);
    const page = kind === "app" ? failures.appRefused : failures.unreachable;
    return showPage(c, page(readerOf(c), again, supportCode), 503);
  }

  function supportCodeOf({ kind, status, code }: EntraFailure): Promise<string> {
    const summary =
      kind === "app"
        ? `A purchaser could not sign in: Microsoft Entra refuses the landing page app (${code}).`
        : `A purchaser could not sign in: Microsoft Entra did not respond (${code}).`;
    const failure = kind === "app" ? "publisher" : "unreachable";
    return supportCodeFor(null, { kind: failure, status, summary, correlationId: null });
  }

  app.use("/auth/purchaser/*", forPurchasers({ db, cookies }));
  for (const audience of ["staff", "purchaser"] as const) {
    const own = signInPaths[audience];
    const redirectUri = `${config.publicUrl}${own.callback}`;
    const entraApp = createEntraApp({ entra, audience, redirectUri, now: entraNow, entraFetch: deps.entraFetch });
    const admit = audience === "staff" ? admitStaff : admitPurchaser;
    app.get(own.signIn, (c) => begin(c, audience, entraApp).catch((error) => showFailure(c, audience, error)));
    app.get(own.callback, async (c) => {
      try {
        // An administrator returns from Entra's consent page without a sign-in. The response changes nothing, so it needs no `state`.
        if (!isStaff(audience) && /^true$/i.test(c.req.query("admin_consent") ?? ""))
          return await showPage(c, failures.approved(readerOf(c), signInAgain(audience)));
        const { returnTo, ...signedIn } = await finish(c, audience, entraApp);
        return await admit(c, signedIn, returnTo);
      } catch (error) {
        return showFailure(c, audience, error);
      }
    });
    app.post(own.signOut, requireSameOrigin(config.publicUrl), async (c) => {
      await sessions.end(c, audience);
      if (audience === "purchaser") cookies.removeAllSealed(c, ["visit", "draft"]);
      return c.redirect(`/auth/signed-out?from=${audience}`, 303);
    });
  }

  app.get("/auth/confirmed", (c) => showPage(c, pages.confirmed()));
  const showSignedOut = forPurchasers({ db, cookies });
  app.get(
    "/auth/signed-out",
    (c, next) => (c.req.query("from") === "purchaser" ? showSignedOut(c, next) : next()),
    (c) =>
      showPage(
        c,
        c.get("reader")
          ? failures.signedOut(c.get("reader"), signInAgain("purchaser"))
          : pages.signedOut(signInAgain("staff")),
      ),
  );
  return app;
}

/** @param aheadMs how far Entra's clock is ahead of ours, which is shifted while the sample history is replayed */
function refuseStale({ freshFor, startedAt }: PendingSignIn, identity: Identity, aheadMs: number): void {
  if (freshFor === null) return;
  if (freshFor !== `${identity.tenantId}:${identity.objectId}`) throw new SignInRefused("fresh-other-person");
  if (identity.authenticatedAt === null) throw new SignInRefused("fresh-not-stated");
  if (!isAfter(identity.authenticatedAt, startedAt + aheadMs)) throw new SignInRefused("fresh-stale");
}

const administratorNeeded = "administrator-needed";

/** Entra's codes for a consent that only an administrator can give. */
const administratorCodes = /^AADSTS(?:90093|90094|90095|900941)\b/;

function needsAdministrator(description: string | undefined): boolean {
  return administratorCodes.test(description ?? "");
}

/** Entra's page on which an administrator approves the landing page's app for the whole organization. */
function approvalAddress({ authority, landing }: EntraConfig, publicUrl: string): string {
  const url = new URL(`${authority}/organizations/v2.0/adminconsent`);
  url.searchParams.set("client_id", landing.clientId);
  url.searchParams.set("scope", "openid profile email");
  url.searchParams.set("redirect_uri", `${publicUrl}${signInPaths.purchaser.callback}`);
  return url.href;
}

function isStaff(audience: Audience): boolean {
  return audience === "staff";
}

function signInAgain(audience: Audience, returnTo?: string, isOther = false): string {
  const query = new URLSearchParams();
  if (returnTo !== undefined && returnTo !== signInPaths[audience].home) query.set("returnTo", returnTo);
  if (isOther) query.set("account", "other");
  return `${signInPaths[audience].signIn}${query.size > 0 ? `?${query}` : ""}`;
}

/** `/auth/…`: sign-in and sign-out of staff and purchasers with Microsoft Entra ID. */
import { Hono } from "hono";
import type { Context } from "hono";
import type { Logger } from "pino";
import { highestRole } from "../../shared/roles.ts";
import { createCookies } from "../auth/cookies.ts";
import type { EntraFetch } from "../marketplace/entra-fetch.ts";
import { createEntraApp, type SignedIn } from "../auth/entra-app.ts";
import { SignInRefused } from "../auth/id-token.ts";
import { createSessions } from "../auth/sessions.ts";
import { sealGrant } from "../auth/staff-recheck.ts";
import type { Config, EntraConfig } from "../config/shape.ts";
import { deviceOf } from "../domain/device.ts";
import type { Database } from "../database/connection/database.ts";
import { wasUsed } from "../database/writes/used-once.ts";
import { approvalAddress } from "./administrator-consent.ts";
import * as failures from "./landing/sign-in-failures.ts";
import { createSupportCodes } from "./landing/support-codes.ts";
import { showPage } from "./html-page.ts";
import { requireSameOrigin } from "./security.ts";
import { forPurchasers, readerOf } from "./reader.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import { createSignInExchange } from "./sign-in-exchange.ts";
import { createSignInFailure } from "./sign-in-failure.ts";
import * as pages from "./sign-in-pages.ts";
import { type Audience, isStaff, signInAgain, signInPaths } from "./sign-in-paths.ts";

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

/** Routes of `/auth`. Redirect addresses to register at Entra: `/auth/callback` and `/auth/purchaser/callback`. */
export function createSignInRoutes(deps: SignInDeps): Hono {
  const { db, config, entra, now, entraNow = now, log } = deps;
  const cookies = createCookies({ publicUrl: config.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const { begin, finish } = createSignInExchange({ db, cookies, sessions, publicUrl: config.publicUrl, now, entraNow });
  const showFailure = createSignInFailure({
    approvalUrl: approvalAddress(entra, config.publicUrl),
    supportCodeFor: createSupportCodes({ db, now, log }),
    recordRefusal: deps.recordRefusal,
    log,
  });
  const app = new Hono();

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

  /** Whether the browser is signed in and returns from Entra again, as it does after its Back button. */
  async function isRepeated(c: Context, audience: Audience): Promise<boolean> {
    const session = isStaff(audience)
      ? await sessions.readStaff(c, { isSeen: false })
      : await sessions.readPurchaser(c);
    return session !== null && wasUsed(db, c.req.query("state") ?? "");
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
        const isOfState = error instanceof SignInRefused && error.reason === "state";
        if (isOfState && (await isRepeated(c, audience).catch(() => false))) return c.redirect(own.home, 303);
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

/** `/landing`: where Microsoft sends purchasers. Rendered on the server, so that a purchase never depends on a script. */
import { Hono } from "hono";
import type { Context } from "hono";
import { findLogo } from "../database/queries/branding.ts";
import { showPage } from "./html-page.ts";
import { createAwaitedVisits } from "./landing/awaited-visits.ts";
import * as guidance from "./landing/guidance-pages.ts";
import { createLandingTools, type LandingDeps } from "./landing/landing-tools.ts";
import { createPurchaseForm } from "./landing/purchase-form.ts";
import { createPurchaseHandlers } from "./landing/purchase-handlers.ts";
import { failedBy } from "./landing/show-failure.ts";
import { createVisitHandlers } from "./landing/visit-handlers.ts";
import { limitBody } from "./limits/limit-body.ts";
import { forPurchasers, readerOf } from "./reader.ts";
import { requireSameOrigin } from "./security.ts";

const maxFormBytes = 64 * 1024;

/** Routes of `/landing`. */
export function createLandingRoutes(deps: LandingDeps): Hono {
  const tools = createLandingTools(deps);
  const { db, config, cookies, showFailure } = tools;
  const { open } = createVisitHandlers(tools);
  const { wait } = createAwaitedVisits(tools);
  const { show, openProduct } = createPurchaseHandlers(tools);
  const { activate } = createPurchaseForm(tools);
  const app = new Hono();

  const guarded = (handler: (c: Context) => Promise<Response>) => (c: Context) =>
    handler(c).catch((error: unknown) =>
      showFailure(c, failedBy(error), null, c.req.method === "GET" ? c.req.path : "/landing"),
    );

  app.use("/landing/*", forPurchasers({ db, cookies }));
  app.get("/landing/logo/:sha256", async (c) => {
    const sha256 = c.req.param("sha256");
    const logo = /^[0-9a-f]{64}$/.test(sha256) ? await findLogo(db, sha256) : null;
    if (logo === null) return c.text("Image not found.", 404);
    c.header("Content-Type", logo.type);
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    return c.body(Uint8Array.from(logo.bytes));
  });
  app.on("GET", ["/landing", "/landing/"], guarded(open));
  app.get("/landing/subscriptions/:id", guarded(show));
  app.get("/landing/subscriptions/:id/open", guarded(openProduct));
  app.get("/landing/activate", (c) => c.redirect("/landing", 303));
  app.get("/landing/wait", (c) => c.redirect("/landing", 303));
  app.post("/landing/wait", requireSameOrigin(config.publicUrl), limitBody({ maxSize: maxFormBytes }), guarded(wait));
  app.post(
    "/landing/activate",
    requireSameOrigin(config.publicUrl),
    limitBody({ maxSize: maxFormBytes }),
    guarded(activate),
  );
  // Otherwise the dashboard would answer purchasers with its own page.
  app.on("GET", ["/landing/*", "/auth/purchaser/*"], (c) => showPage(c, guidance.noSuchPage(readerOf(c)), 404));
  return app;
}

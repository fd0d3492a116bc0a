/** The paths that are reachable without a sign-in, and the limit of each. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { fill } from "../../texts/text.ts";
import { showPage } from "../html-page.ts";
import { jwksPath } from "../jwks.ts";
import { readPurchaseToken } from "../landing/read-purchase-token.ts";
import { problem } from "../product-api/problems.ts";
import { languageAccepted, readerIn } from "../reader.ts";
import type { LimitByAddress } from "./by-address.ts";

/** Call it before the routes that it protects. */
export function limitAnonymousRoutes(app: Hono, { middleware }: LimitByAddress): void {
  const hasToken = (c: Context) => readPurchaseToken(c.req.url) !== null;
  app.get("/landing", middleware("purchaseToken", purchaserPage, hasToken));
  app.post("/landing/*", middleware("contactForm", purchaserPage));
  app.get("/landing/*", middleware("landingPage", purchaserPage));
  app.get("/auth/*", middleware("signIn", signInPage));
  for (const path of ["/api/v1/openapi.json", jwksPath]) app.get(path, middleware("apiDescription", apiProblem));
}

function purchaserPage(c: Context, seconds: number) {
  const reader = readerIn(languageAccepted(c.req.header("Accept-Language")));
  const { texts, formats } = reader;
  c.set("reader", reader);
  const body = fill(texts.tooMany.network, { time: formats.wait(seconds) });
  return showPage(c, { title: texts.tooMany.wait, isError: true, body: html`<p>${body}</p>` }, 429);
}

function signInPage(c: Context, seconds: number) {
  return showPage(
    c,
    {
      title: "Please wait a moment",
      isError: true,
      body: html`<p>
        We received too many sign-ins from your network. No one was signed in or out. Try again in ${seconds} seconds.
      </p>`,
    },
    429,
  );
}

function apiProblem(c: Context, seconds: number) {
  return problem(c, "TooManyCalls", `Your network sends too many calls. Wait ${seconds} s, then try again.`);
}

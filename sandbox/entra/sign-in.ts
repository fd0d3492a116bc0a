/** Sign-in: the authorize endpoint, the sign-in page, codes and sign-out. The sandbox keeps no sign-in sessions. */
import { createHash, randomBytes } from "node:crypto";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { entraErrors, errorText, findApp, isKnownTenant, isRegisteredRedirect, sharedTenants } from "./apps.ts";
import type { App, EntraError } from "./apps.ts";
import { personNow } from "../people.ts";
import { findPersona, personas } from "../personas.ts";
import type { Persona } from "../personas.ts";
import { personalTenantId } from "../publisher.ts";
import { errorPage, formPostPage, signedOutPage, signInPage } from "./sign-in-page.ts";
import type { WireEnv } from "../fulfillment/wire-record.ts";
import type { World } from "../world.ts";

export type Grant = {
  clientId: string;
  redirectUri: string;
  scope: string;
  nonce: string | null;
  codeChallenge: string | null;
  /** When the person signed in, in seconds; null if the request did not ask for `auth_time`. */
  authTime: number | null;
  persona: Persona;
  expiresAt: number;
};

export type Codes = {
  issue(grant: Grant): string;
  /** Redeems a code once. Rejects a used or expired code, a code of another app and a wrong PKCE verifier. */
  redeem(code: string, app: App, redirectUri?: string, verifier?: string): Grant | EntraError;
};

const codeTtlMs = 600_000;

export function createCodes(): Codes {
  const grants = new Map<string, Grant>();
  const used = new Set<string>();
  const invalidGrant = (number: number, message: string): EntraError => ({ error: "invalid_grant", number, message });

  return {
    issue(grant) {
      const code = `1.${randomBytes(32).toString("base64url")}`;
      for (const [old, { expiresAt }] of grants) if (expiresAt <= Date.now()) grants.delete(old);
      if (used.size > 10_000) used.clear();
      grants.set(code, grant);
      return code;
    },
    redeem(code, app, redirectUri, verifier) {
      if (used.has(code))
        return invalidGrant(
          54005,
          "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
        );
      const grant = grants.get(code);
      if (!grant || grant.clientId !== app.clientId)
        return invalidGrant(9002313, "Invalid request. The authorization code is malformed or not of this app.");
      grants.delete(code);
      used.add(code);
      if (grant.expiresAt <= Date.now()) return invalidGrant(70008, "The provided authorization code has expired.");
      if (redirectUri !== grant.redirectUri)
        return invalidGrant(
          500112,
          "The reply address does not match the reply address provided when requesting the authorization code.",
        );
      const digest = createHash("sha256")
        .update(verifier ?? "")
        .digest("base64url");
      if (grant.codeChallenge !== null && digest !== grant.codeChallenge) {
        return invalidGrant(
          501481,
          "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        );
      }
      return grant;
    },
  };
}

type Request = {
  app: App;
  redirectUri: string;
  state: string | null;
  mode: "query" | "form_post";
  params: URLSearchParams;
};
type C = Context<WireEnv>;

/** Adds the authorize and logout endpoints. */
export function addSignIn(app: Hono<WireEnv>, world: World, codes: Codes, record: MiddlewareHandler<WireEnv>): void {
  app.get("/:tenant/oauth2/v2.0/authorize", record, (c) => authorize(world, c));
  app.post("/:tenant/oauth2/v2.0/authorize", record, (c) => choose(world, codes, c));
  app.get("/:tenant/oauth2/v2.0/logout", record, (c) => {
    const returnTo = c.req.query("post_logout_redirect_uri");
    const isOwnApp = returnTo !== undefined && URL.parse(returnTo)?.origin === new URL(world.landingUrl).origin;
    return isOwnApp ? c.redirect(returnTo) : c.html(signedOutPage());
  });
}

/** The validated request; an error if Entra would show a page instead of redirecting. */
function readRequest(world: World, tenant: string, params: URLSearchParams): Request | EntraError {
  if (!isKnownTenant(tenant)) return entraErrors.unknownTenant(tenant);
  const clientId = params.get("client_id") ?? undefined;
  const app = findApp(clientId);
  if (!app) return entraErrors.unknownApp(clientId);
  const redirectUri = params.get("redirect_uri");
  if (!redirectUri) return entraErrors.missingParameter("redirect_uri");
  if (!isRegisteredRedirect(world, redirectUri)) return entraErrors.redirectMismatch(redirectUri);
  if (!app.isMultitenant && sharedTenants.includes(tenant)) return entraErrors.singleTenantApp(app.clientId);
  const mode = params.get("response_mode") === "form_post" ? "form_post" : "query";
  return { app, redirectUri, state: params.get("state"), mode, params };
}

/** The error of a request with a valid app and redirect address; sent to the app by redirect. */
function requestProblem({ params }: Request): EntraError | null {
  if (params.get("response_type") !== "code") {
    const message = `The response type '${params.get("response_type") ?? ""}' is not enabled for the application.`;
    return { error: "unsupported_response_type", number: 700054, message };
  }
  if (!(params.get("scope") ?? "").split(" ").includes("openid")) {
    return { error: "invalid_request", number: 900144, message: "The request must contain the scope 'openid'." };
  }
  if (params.has("code_challenge") && params.get("code_challenge_method") !== "S256") {
    return { error: "invalid_request", number: 501491, message: "The code_challenge_method must be S256." };
  }
  if (params.get("prompt") === "none") {
    const message = "Session information is not sufficient for single-sign-on.";
    return { error: "login_required", number: 50058, message };
  }
  return null;
}

function answer(c: C, request: Request, values: Record<string, string>): Response | Promise<Response> {
  const all = { ...values, ...(request.state === null ? {} : { state: request.state }) };
  if (request.mode === "form_post") return c.html(formPostPage(request.redirectUri, all));
  const address = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(all)) address.searchParams.set(name, value);
  return c.redirect(address.href, 302);
}

function authorize(world: World, c: C): Response | Promise<Response> {
  const params = new URL(c.req.url).searchParams;
  const tenant = c.req.param("tenant") ?? "";
  const request = readRequest(world, tenant, params);
  if ("error" in request) return c.html(errorPage(errorText(request)), 400);
  const problem = requestProblem(request);
  if (problem) return answer(c, request, { error: problem.error, error_description: errorText(problem) });
  const hint = params.get("login_hint")?.toLowerCase();
  const offered = personas.toSorted((a, b) => Number(b.username === hint) - Number(a.username === hint));
  return c.html(
    signInPage({ appName: request.app.name, isForStaff: !request.app.isMultitenant, personas: offered, hint }),
  );
}

async function choose(world: World, codes: Codes, c: C): Promise<Response> {
  const params = new URL(c.req.url).searchParams;
  const tenant = c.req.param("tenant") ?? "";
  const request = readRequest(world, tenant, params);
  if ("error" in request) return c.html(errorPage(errorText(request)), 400);
  const chosen = new URLSearchParams(await c.req.text()).get("persona");
  if (chosen === "cancel") {
    return answer(c, request, {
      error: "access_denied",
      error_description: "AADSTS65004: User declined to consent to access the app.",
    });
  }
  const persona = findPersona(chosen ?? "");
  const problem = requestProblem(request);
  if (problem) return answer(c, request, { error: problem.error, error_description: errorText(problem) });
  if (!persona) return c.html(errorPage("Select a person on the sign-in page."), 400);
  const { isDisabled } = personNow(world, persona);
  const refused = isDisabled ? entraErrors.disabledAccount() : accountProblem(tenant, request.app, persona);
  if (refused) return c.html(errorPage(errorText(refused)), 400);
  const code = codes.issue({
    clientId: request.app.clientId,
    redirectUri: request.redirectUri,
    scope: params.get("scope") ?? "openid",
    nonce: params.get("nonce"),
    codeChallenge: params.get("code_challenge"),
    authTime: wantsAuthTime(params) ? Math.floor(Date.now() / 1_000) : null,
    persona,
    expiresAt: Date.now() + codeTtlMs,
  });
  return answer(c, request, { code, session_state: randomBytes(16).toString("hex") });
}

/** Entra returns `auth_time` if the request has `max_age` or names the claim. */
function wantsAuthTime(params: URLSearchParams): boolean {
  if (params.has("max_age")) return true;
  try {
    const claims = JSON.parse(params.get("claims") ?? "{}") as { id_token?: Record<string, unknown> };
    return Object.hasOwn(claims.id_token ?? {}, "auth_time");
  } catch {
    return false;
  }
}

function accountProblem(tenant: string, app: App, persona: Persona): EntraError | null {
  const isPersonal = persona.tenantId === personalTenantId;
  const isAdmitted =
    tenant === "common" ||
    (tenant === "organizations" && !isPersonal) ||
    (tenant === "consumers" && isPersonal) ||
    tenant === persona.tenantId;
  if (isAdmitted) return null;
  const message = `User account '${persona.username}' from identity provider does not exist in tenant and cannot access the application '${app.name}' in that tenant.`;
  return { error: "invalid_request", number: 50020, message };
}

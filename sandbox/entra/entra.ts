/** Entra's discovery, keys and token endpoint. Sign-in is in sign-in.ts. */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { entraErrors, errorBody, findApp, isKnownTenant, sharedTenants } from "./apps.ts";
import type { App, EntraError } from "./apps.ts";
import { addSignIn, createCodes } from "./sign-in.ts";
import type { Codes, Grant } from "./sign-in.ts";
import { issueRefreshToken, readRefreshToken } from "./refresh-tokens.ts";
import { appTokenClaims, graphTokenClaims, idTokenClaims, knownResource, sign } from "./tokens.ts";
import { sandboxPublisher } from "../publisher.ts";
import { recordCalls } from "../fulfillment/wire-record.ts";
import type { WireEnv } from "../fulfillment/wire-record.ts";
import type { World } from "../world.ts";

type C = Context<WireEnv>;

/** The routes under `/{tenant}`. */
export function entra(world: World): Hono<WireEnv> {
  const app = new Hono<WireEnv>();
  const codes = createCodes();
  const record = recordCalls(world, "entra");

  app.get("/common/discovery/instance", record, (c) => c.json(instanceDiscovery(world)));
  app.get("/:tenant/.well-known/openid-configuration", record, (c) => discovery(world, c, 1));
  app.get("/:tenant/v2.0/.well-known/openid-configuration", record, (c) => discovery(world, c, 2));
  for (const path of ["/:tenant/discovery/keys", "/:tenant/discovery/v2.0/keys"]) {
    app.get(path, record, (c) => c.json({ keys: world.state.keys.map((key) => key.publicJwk) }));
  }
  app.post("/:tenant/oauth2/token", record, (c) => token(world, codes, c, 1));
  app.post("/:tenant/oauth2/v2.0/token", record, (c) => token(world, codes, c, 2));
  addSignIn(app, world, codes, record);
  return app;
}

/** MSAL's instance discovery, which it uses when it does not know the authority's host. */
function instanceDiscovery(world: World): Record<string, unknown> {
  const { host } = new URL(world.url);
  return {
    tenant_discovery_endpoint: `${world.url}/common/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function discovery(world: World, c: C, version: 1 | 2): Response {
  const tenant = c.req.param("tenant") ?? "";
  if (!isKnownTenant(tenant)) return c.json(errorBody(entraErrors.unknownTenant(tenant)), 400);
  const base = `${world.url}/${tenant}`;
  const path = version === 2 ? "/v2.0" : "";
  const issuerTenant = sharedTenants.includes(tenant) ? "{tenantid}" : tenant;
  return c.json({
    token_endpoint: `${base}/oauth2${path}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    jwks_uri: `${base}/discovery${path}/keys`,
    response_modes_supported: ["query", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    code_challenge_methods_supported: ["S256"],
    issuer: version === 2 ? `${world.url}/${issuerTenant}/v2.0` : `https://sts.windows.net/${issuerTenant}/`,
    authorization_endpoint: `${base}/oauth2${path}/authorize`,
    end_session_endpoint: `${base}/oauth2${path}/logout`,
    claims_supported: [
      "sub",
      "iss",
      "aud",
      "exp",
      "iat",
      "nonce",
      "preferred_username",
      "name",
      "tid",
      "ver",
      "email",
      "roles",
    ],
    tenant_region_scope: null,
    cloud_instance_name: new URL(world.url).host,
  });
}

async function token(world: World, codes: Codes, c: C, version: 1 | 2): Promise<Response> {
  const refuse = (error: EntraError): Response => {
    c.set("note", `AADSTS${error.number}: ${error.message}`);
    return c.json(errorBody(error), error.error === "invalid_client" ? 401 : 400);
  };
  c.header("cache-control", "no-store, no-cache");
  const tenant = c.req.param("tenant") ?? "";
  if (!isKnownTenant(tenant)) return refuse(entraErrors.unknownTenant(tenant));
  const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
  const { clientId, secret } = credentials(c.req.header("authorization"), form);
  const app = findApp(clientId);
  if (!app) return refuse(entraErrors.unknownApp(clientId));
  if (!secret) return refuse({ ...entraErrors.missingParameter("client_secret"), error: "invalid_client" });
  if (!isSame(secret, app.secret)) return refuse(entraErrors.wrongSecret(app.clientId));

  if (form["grant_type"] === "client_credentials")
    return clientCredentials(world, c, app, tenant, form, version, refuse);
  if (form["grant_type"] === "authorization_code") {
    const code = form["code"];
    if (!code) return refuse(entraErrors.missingParameter("code"));
    const grant = codes.redeem(code, app, form["redirect_uri"], form["code_verifier"]);
    return "error" in grant ? refuse(grant) : c.json(await personTokens(world, app, grant));
  }
  if (form["grant_type"] === "refresh_token") {
    const refreshToken = form["refresh_token"];
    if (!refreshToken) return refuse(entraErrors.missingParameter("refresh_token"));
    const grant = readRefreshToken(world, app, refreshToken);
    return "error" in grant ? refuse(grant) : c.json(await personTokens(world, app, grant));
  }
  const message = `The app requested an unsupported grant type '${form["grant_type"] ?? ""}'.`;
  return refuse({ error: "unsupported_grant_type", number: 70003, message });
}

function credentials(header: string | undefined, form: Record<string, string>): { clientId?: string; secret?: string } {
  if (!header?.startsWith("Basic ")) return { clientId: form["client_id"], secret: form["client_secret"] };
  const [clientId, ...secret] = Buffer.from(header.slice("Basic ".length), "base64").toString().split(":");
  return { clientId, secret: decoded(secret.join(":")) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

async function clientCredentials(
  world: World,
  c: C,
  app: App,
  tenant: string,
  form: Record<string, string>,
  version: 1 | 2,
  refuse: (error: EntraError) => Response,
): Promise<Response> {
  if (tenant !== sandboxPublisher.tenantId) {
    const message = `The tenant '${tenant}' has no service principal of the app; use the publisher's tenant.`;
    return refuse({ error: "invalid_request", number: 700016, message });
  }
  const requested = version === 1 ? form["resource"] : form["scope"]?.replace(/\/\.default$/, "");
  if (version === 2 && !form["scope"]?.endsWith("/.default")) {
    const message = `The provided value for scope ${form["scope"] ?? ""} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`;
    return refuse({ error: "invalid_scope", number: 1002012, message });
  }
  const audience = knownResource(requested);
  if (!audience) {
    const message = `The resource principal named ${requested ?? ""} was not found in the tenant named Contoso.`;
    return refuse({ error: "invalid_resource", number: 500011, message });
  }
  const claims = appTokenClaims(world, app, audience, version);
  const access_token = await sign(world, claims);
  const lifetimeSeconds = (claims.exp ?? 0) - (claims.iat ?? 0);
  if (version === 2)
    return c.json({ token_type: "Bearer", expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token });
  // v1 returns numbers as text.
  return c.json({
    token_type: "Bearer",
    expires_in: String(lifetimeSeconds),
    ext_expires_in: String(lifetimeSeconds),
    expires_on: String(claims.exp),
    not_before: String(claims.nbf),
    resource: audience,
    access_token,
  });
}

async function personTokens(
  world: World,
  app: App,
  grant: Pick<Grant, "persona" | "scope" | "nonce"> & { authTime?: number | null },
): Promise<Record<string, unknown>> {
  const { persona } = grant;
  const lifetimeSeconds = Math.floor(world.state.settings.accessTokenTtlMs / 1000);
  const clientInfo = JSON.stringify({ uid: persona.objectId, utid: persona.tenantId });
  return {
    token_type: "Bearer",
    scope: grant.scope,
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: await sign(world, graphTokenClaims(world, persona, app, grant.scope)),
    id_token: await sign(world, idTokenClaims(world, persona, app, grant.nonce, grant.authTime ?? null)),
    client_info: Buffer.from(clientInfo).toString("base64url"),
    ...(grant.scope.split(" ").includes("offline_access")
      ? { refresh_token: issueRefreshToken(world, app, persona, grant.scope) }
      : {}),
  };
}

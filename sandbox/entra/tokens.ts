/** The claims of the tokens that the sandbox's Entra issues to apps and people. */
import { createHash, randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import type { App } from "./apps.ts";
import { signToken } from "../signing-key.ts";
import { personNow } from "../people.ts";
import type { Persona } from "../personas.ts";
import { graphResource, mailPermission, marketplaceAppId, sandboxPublisher } from "../publisher.ts";
import type { World } from "../world.ts";

// Tokens use real time: other processes check them by their own clocks, which the sandbox cannot move.
function times(ttlMs: number): { iat: number; nbf: number; exp: number } {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, nbf: now, exp: now + Math.floor(ttlMs / 1000) };
}

export function sign(world: World, claims: JWTPayload): Promise<string> {
  const key = world.state.keys[0];
  if (!key) throw new Error("The sandbox has no signing key.");
  return signToken(key, claims);
}

/**
 * An app's access token (client credentials). v1 has `appid` and the old issuer; v2 has `azp`. Graph's tokens are always
 * v1, with the app's permissions as `roles`.
 */
export function appTokenClaims(world: World, app: App, audience: string, version: 1 | 2): JWTPayload {
  const { tenantId, servicePrincipalId } = sandboxPublisher;
  const shared = {
    aud: audience,
    ...times(world.state.settings.accessTokenTtlMs),
    aio: "sandbox",
    oid: servicePrincipalId,
    rh: "sandbox",
    sub: servicePrincipalId,
    tid: tenantId,
    uti: randomUUID(),
  };
  if (version === 1 || audience === graphResource) {
    const roles = audience === graphResource && world.state.settings.grantsMailSend ? { roles: [mailPermission] } : {};
    const idp = `https://sts.windows.net/${tenantId}/`;
    return { ...shared, ...roles, iss: idp, appid: app.clientId, appidacr: "1", idp, ver: "1.0" };
  }
  return { ...shared, iss: `${world.url}/${tenantId}/v2.0`, azp: app.clientId, azpacr: "1", ver: "2.0" };
}

/** The resource of a v1 `resource` or v2 `scope`; null if the sandbox does not know it. */
export function knownResource(resource: string | undefined): string | null {
  return resource === marketplaceAppId || resource === graphResource ? resource : null;
}

// Entra's `sub` differs from app to app for the same person.
function pairwiseSubject(persona: Persona, app: App): string {
  return createHash("sha256").update(`${persona.objectId} ${app.clientId}`).digest("base64url");
}

/**
 * A person's ID token (v2). `roles` only for staff with roles, `email` only for accounts that have one.
 *
 * @param authTime when the person signed in, in seconds; null: the request did not ask for it
 */
export function idTokenClaims(
  world: World,
  persona: Persona,
  app: App,
  nonce: string | null,
  authTime: number | null,
): JWTPayload {
  const { roles } = personNow(world, persona);
  return {
    aud: app.clientId,
    iss: `${world.url}/${persona.tenantId}/v2.0`,
    ...times(world.state.settings.accessTokenTtlMs),
    aio: "sandbox",
    ...(authTime === null ? {} : { auth_time: authTime }),
    ...(persona.email === null ? {} : { email: persona.email }),
    name: persona.name,
    ...(nonce === null ? {} : { nonce }),
    oid: persona.objectId,
    preferred_username: persona.username,
    rh: "sandbox",
    ...(app.isMultitenant || roles.length === 0 ? {} : { roles }),
    sub: pairwiseSubject(persona, app),
    tid: persona.tenantId,
    uti: randomUUID(),
    ver: "2.0",
  };
}

/** A person's access token for Microsoft Graph: opaque to the app. */
export function graphTokenClaims(world: World, persona: Persona, app: App, scope: string): JWTPayload {
  return {
    aud: "00000003-0000-0000-c000-000000000000",
    iss: `https://sts.windows.net/${persona.tenantId}/`,
    ...times(world.state.settings.accessTokenTtlMs),
    appid: app.clientId,
    oid: persona.objectId,
    scp: scope,
    sub: pairwiseSubject(persona, app),
    tid: persona.tenantId,
    ver: "1.0",
  };
}

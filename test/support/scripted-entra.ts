/** Entra's discovery documents and key sets over real HTTP, with keys and faults that a test chooses, and tokens of any kind. */

import { generateKeyPairSync, randomUUID, sign, type KeyObject } from "node:crypto";
import type { EntraConfig } from "../../server/config/shape.ts";
import { answer, startScriptedServer, type Script, type SeenRequest } from "./scripted-server.ts";

export const tenantId = "6f1c2d3e-4b5a-4c6d-8e7f-901234567890";
export const clientId = "0a1b2c3d-4e5f-4a6b-8c7d-112233445566";
export const marketplaceAppId = "20e940b3-4c77-4b0b-9a53-9e16a1b010a7";

export type Key = { kid: string; privateKey: KeyObject; publicKey: KeyObject };

export function createKey(kid: string = randomUUID()): Key {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

/** Making a key takes a tenth of a second, so that the servers of one file share their first. */
const firstKey = createKey("first");

export type Claims = Record<string, unknown>;

/** Names that are `undefined` are left out of the token. */
export function signedToken(key: Key, header: Claims, claims: Claims | string): string {
  const encode = (value: Claims | string) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ typ: "JWT", alg: "RS256", kid: key.kid, ...header })}.${encode(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key.privateKey).toString("base64url")}`;
}

export async function startScriptedEntra() {
  const server = await startScriptedServer();
  const issuers = { "1.0": `https://sts.windows.net/${tenantId}/`, "2.0": `${server.url}/${tenantId}/v2.0` };
  const state = {
    keys: [firstKey],
    /** More fields of every key in the sets. */
    keyFields: {} as Claims,
    /** Answers instead of the key sets; the true one is at `elsewhere/keys` too. */
    fault: null as Script | null,
    /** More fields of both discovery documents. */
    documentFields: {} as Claims,
    tokens: answer(500) as Script,
  };

  const publishedKeys = () =>
    state.keys.map((key) => ({
      ...key.publicKey.export({ format: "jwk" }),
      use: "sig",
      kid: key.kid,
      ...state.keyFields,
    }));
  const goodKeySet: Script = (request, response) => answer(200, { keys: publishedKeys() })(request, response);
  const keySet: Script = (request, response) => (state.fault ?? goodKeySet)(request, response);
  const document =
    (version: "1.0" | "2.0", keysPath: string): Script =>
    (request, response) => {
      const fields = { issuer: issuers[version], jwks_uri: `${server.url}/${tenantId}/${keysPath}` };
      answer(200, { ...fields, ...state.documentFields })(request, response);
    };
  const routes: Record<string, Script> = {
    ".well-known/openid-configuration": document("1.0", "discovery/keys"),
    "v2.0/.well-known/openid-configuration": document("2.0", "discovery/v2.0/keys"),
    "discovery/keys": keySet,
    "discovery/v2.0/keys": keySet,
    "elsewhere/keys": goodKeySet,
    "oauth2/v2.0/token": (request, response) => state.tokens(request, response),
  };
  server.always((request, response) => {
    const route = routes[request.path.slice(`/${tenantId}/`.length).split("?")[0]!];
    (route ?? answer(404))(request, response);
  });

  const entra: EntraConfig = {
    authority: server.url,
    tenantId,
    clientId,
    credential: { secret: "a-secret-that-must-not-be-seen" },
    landing: { clientId, clientSecret: "another-secret" },
  };
  const requestsTo = (part: string): SeenRequest[] => server.requests.filter(({ path }) => path.includes(part));

  return {
    url: server.url,
    entra,
    issuers,
    state,
    publishedKeys,
    tokenRequests: () => requestsTo("/oauth2/"),
    /** One refresh asks for two documents and two key sets. */
    keyRequests: () => requestsTo("/discovery/"),
    requests: server.requests,
    stop: () => server.stop(),

    /** Claims as Microsoft's observed v2 webhook token has them; `now` in milliseconds. */
    claimsV2(now: number, overrides: Claims = {}): Claims {
      const seconds = Math.floor(now / 1_000);
      return {
        aud: clientId,
        iss: issuers["2.0"],
        iat: seconds,
        exp: seconds + 3_600,
        aio: "E2ZgYPj",
        azp: marketplaceAppId,
        azpacr: "2",
        oid: "5d2e9c7a-0000-4000-8000-000000000001",
        rh: "0.AAA",
        sub: "5d2e9c7a-0000-4000-8000-000000000001",
        tid: tenantId,
        uti: randomUUID(),
        ver: "2.0",
        ...overrides,
      };
    },

    claimsV1(now: number, overrides: Claims = {}): Claims {
      return this.claimsV2(now, {
        iss: issuers["1.0"],
        ver: "1.0",
        nbf: Math.floor(now / 1_000),
        azp: undefined,
        azpacr: undefined,
        appid: marketplaceAppId,
        appidacr: "2",
        ...overrides,
      });
    },

    sign(claims: Claims | string, header: Claims = {}, key: Key = state.keys[0]!): string {
      return signedToken(key, header, claims);
    },
  };
}

export type ScriptedEntra = Awaited<ReturnType<typeof startScriptedEntra>>;

/** One of our two app registrations in Entra: sends people to sign in, and reads the result. */
import { AuthError, ConfidentialClientApplication, InteractionRequiredAuthError, ServerError } from "@azure/msal-node";
import { z } from "zod";
import type { EntraConfig } from "../config/shape.ts";
import { credentialOf } from "../marketplace/app-token.ts";
import { readBounded } from "../bounded-body.ts";
import { AppTokenError } from "../marketplace/errors.ts";
import type { EntraFetch } from "../marketplace/entra-fetch.ts";
import { entraAuthority } from "../marketplace/entra-network.ts";
import { codeOf } from "../marketplace/failures.ts";
import { parseJson } from "../marketplace/parse-response.ts";
import { checkIdToken, SignInRefused } from "./id-token.ts";
import type { Identity } from "./id-token.ts";

/** msal adds `openid profile`; `email` brings the account's address, if it has one. None needs an admin's consent. */
const scopes = ["openid", "profile", "email"];
const issuerFreshMs = 24 * 3_600_000;
const maxDocumentBytes = 1_000_000;

export type EntraApp = {
  /** Where to send the browser. `chooseAccount`: ask for the account even if one is signed in. */
  signInUrl(options: {
    state: string;
    nonce: string;
    challenge: string;
    chooseAccount: boolean;
    /** The person has to prove who they are, even if the browser is signed in. */
    isFresh: boolean;
  }): Promise<string>;
  /**
   * Exchanges a code for the person.
   * @throws SignInRefused for an invalid sign-in; EntraFailure if Entra cannot be asked
   */
  redeem(options: { code: string; nonce: string; verifier: string }): Promise<SignedIn>;
  /** Asks Entra about the person again, without the browser. @throws as `redeem` */
  refresh(grant: string): Promise<SignedIn>;
};

/** `grant`: a secret that `refresh` needs; null if Entra issued no refresh token. */
export type SignedIn = { identity: Identity; grant: string | null };

/** Staff sign in to the publisher's own tenant only; purchasers to any tenant, or with a personal account. */
export function createEntraApp(options: {
  entra: EntraConfig;
  audience: "staff" | "purchaser";
  redirectUri: string;
  now: () => Date;
  entraFetch?: EntraFetch | undefined;
}): EntraApp {
  const { entra, redirectUri, now, entraFetch = fetch } = options;
  const isStaff = options.audience === "staff";
  const segment = isStaff ? entra.tenantId : "common";
  const clientId = isStaff ? entra.clientId : entra.landing.clientId;
  const network = entraAuthority(entra.authority, entraFetch);
  const readIssuer = createIssuerReader(`${entra.authority}/${segment}`, now, entraFetch);

  /** A new client for each use, because a client keeps all tokens and refuses to retry for 60 s after a 5xx. */
  async function createClient() {
    const { clientSecret } = entra.landing;
    const credential = isStaff || clientSecret === null ? await credentialOf(entra) : { clientSecret };
    return new ConfidentialClientApplication({
      auth: { clientId, ...network.authOptions(segment), ...credential },
      system: { networkClient: network.networkClient },
    });
  }

  async function identityOf(claims: unknown, nonce: string | null): Promise<Identity> {
    const tenantId = isStaff ? entra.tenantId : null;
    return checkIdToken(claims, { clientId, issuer: await readIssuer(), tenantId, nonce, now: now() });
  }

  return {
    async signInUrl({ state, nonce, challenge, chooseAccount, isFresh }) {
      const client = await createClient().catch((error: unknown) => {
        throw asFailure(error);
      });
      const url = await client.getAuthCodeUrl({
        scopes,
        redirectUri,
        responseMode: "query",
        state,
        nonce,
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
        // Entra states when the person last signed in only if asked.
        ...(isStaff ? { claims: JSON.stringify({ id_token: { auth_time: { essential: true } } }) } : {}),
        ...(isFresh ? { prompt: "login", extraQueryParameters: { max_age: "0" } } : {}),
        ...(chooseAccount && !isFresh ? { prompt: "select_account" } : {}),
      });
      return network.rewriteUrl(url);
    },
    async redeem({ code, nonce, verifier }) {
      try {
        const client = await createClient();
        const result = await client.acquireTokenByCode({ code, scopes, redirectUri, nonce, codeVerifier: verifier });
        return { identity: await identityOf(result.idTokenClaims, nonce), grant: grantOf(client) };
      } catch (error) {
        throw asFailure(error);
      }
    },
    async refresh(grant) {
      try {
        const client = await createClient();
        client.getTokenCache().deserialize(grant);
        const [account] = await client.getTokenCache().getAllAccounts();
        if (account === undefined) throw new SignInRefused("no-refresh-token");
        const result = await client.acquireTokenSilent({ account, scopes, forceRefresh: true });
        return { identity: await identityOf(result.idTokenClaims, null), grant: grantOf(client) };
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

const cacheSchema = z.looseObject({ RefreshToken: z.record(z.string(), z.unknown()) });

/** What msal needs to refresh, in its own format, without access and ID tokens, which are not needed again. */
function grantOf(client: ConfidentialClientApplication): string | null {
  const cache = cacheSchema.parse(JSON.parse(client.getTokenCache().serialize()));
  if (Object.keys(cache.RefreshToken).length === 0) return null;
  return JSON.stringify({ ...cache, AccessToken: {}, IdToken: {} });
}

/** The account is disabled, does not exist in the tenant, or is not assigned to the app (Entra's error codes). */
const lostAccess = ["AADSTS50057", "AADSTS50034", "AADSTS50105"];

/** OAuth error codes for problems of the app, not of the person. */
const errorsOfApp = [
  "invalid_client",
  "unauthorized_client",
  "invalid_request",
  "invalid_resource",
  "invalid_scope",
  "unsupported_grant_type",
];

/** `app`: Entra refuses our app, and waiting does not help. `clock`: Entra's time differs from ours by more than five minutes. */
type EntraFailureKind = "app" | "clock" | "unreachable";

/** Entra could not sign anyone in. */
export class EntraFailure extends Error {
  readonly kind: EntraFailureKind;
  /** Entra's status; null without a response. */
  readonly status: number | null;
  /** Entra's `AADSTS` code or OAuth error, or why there was no response. */
  readonly code: string;

  constructor(kind: EntraFailureKind, facts: { status: number | null; code: string; cause: unknown }) {
    super("Microsoft Entra could not sign anyone in.", { cause: facts.cause });
    this.name = "EntraFailure";
    this.kind = kind;
    this.status = facts.status;
    this.code = facts.code;
  }
}

/** Entra has just issued the token, so these say nothing about the person. */
const errorsOfClock = ["id-token-expired", "id-token-not-yet-valid"];

/** Errors of the person's own attempt (a used code, another verifier) become `SignInRefused`. */
function asFailure(error: unknown): SignInRefused | EntraFailure {
  if (error instanceof SignInRefused) {
    const { reason } = error;
    return errorsOfClock.includes(reason)
      ? new EntraFailure("clock", { status: null, code: reason, cause: error })
      : error;
  }
  if (error instanceof AppTokenError)
    return new EntraFailure("app", { status: null, code: error.code ?? "certificate", cause: error });
  if (!(error instanceof AuthError))
    return new EntraFailure("unreachable", { status: null, code: codeOf(error), cause: error });
  if (error.errorCode === "nonce_mismatch") return new SignInRefused("id-token-nonce");
  if (error.errorCode === "invalid_grant" || error instanceof InteractionRequiredAuthError) {
    const hasLostAccess = lostAccess.some((code) => error.errorMessage.includes(`${code}:`));
    return new SignInRefused(`entra-${error.errorCode}`, { hasLostAccess });
  }
  const status = error instanceof ServerError ? (error.status ?? null) : null;
  const isOfApp = errorsOfApp.includes(error.errorCode);
  const code = /AADSTS\d+/.exec(error.errorMessage)?.[0] ?? error.errorCode;
  return new EntraFailure(isOfApp ? "app" : "unreachable", { status, code, cause: error });
}

const discoverySchema = z.object({ issuer: z.string().min(1) });

/** Reads the issuer from Entra's v2 discovery document, once a day. */
function createIssuerReader(tenantUrl: string, now: () => Date, entraFetch: EntraFetch): () => Promise<string> {
  let known: { issuer: string; readAt: number } | null = null;
  return async () => {
    if (known !== null && Math.abs(now().getTime() - known.readAt) < issuerFreshMs) return known.issuer;
    const response = await entraFetch(`${tenantUrl}/v2.0/.well-known/openid-configuration`, {
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    const body = await readBounded(response, maxDocumentBytes);
    if (!response.ok) throw new Error(`Entra returned ${response.status} for its discovery document.`);
    const { issuer } = discoverySchema.parse(parseJson(body));
    known = { issuer, readAt: now().getTime() };
    return issuer;
  };
}

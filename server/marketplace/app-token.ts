/** The fulfillment app's tokens: client credentials at Entra, one request for any number of waiting callers. */

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { AuthError, ConfidentialClientApplication, ServerError, type Configuration } from "@azure/msal-node";
import type { EntraConfig } from "../config/shape.ts";
import type { EntraFetch } from "./entra-fetch.ts";
import { entraAuthority, noTokenAnswer } from "./entra-network.ts";
import type { AccessWatch } from "./access-watch.ts";
import { AppTokenError } from "./errors.ts";
import { codeOf, readRetryAfter } from "./failures.ts";
import type { MarketplaceLog } from "./types.ts";

/** The Marketplace's app id at Microsoft: the resource of our tokens, and the caller in webhook tokens. */
export const marketplaceAppId = "20e940b3-4c77-4b0b-9a53-9e16a1b010a7";

/** What a token is for: its scope, and its name in messages. */
export type TokenResource = { scope: string; name: string };

const marketplaceResource: TokenResource = { scope: `${marketplaceAppId}/.default`, name: "the Marketplace" };

const refreshBeforeMs = 5 * 60_000;
/** After a failed refresh, the current token is used up and Entra asked at most this often. */
const retryRefreshMs = 10_000;

export type AppToken = {
  /** Throws `AppTokenError`. */
  get(): Promise<string>;
  /** The next `get` requests a new token. */
  forget(): void;
  /** Requests a new token; the current one is kept if that fails. Throws `AppTokenError`. */
  renew(): Promise<void>;
};

type CachedToken = { text: string; expiresAt: number; refreshAt: number };

/**
 * Keeps a token until 5 minutes before it expires, then fetches a new one while the old one is still used. A token
 * with a lifetime under 10 minutes is renewed at half of it.
 */
export function createAppToken(
  entra: EntraConfig,
  {
    now = () => new Date(),
    log,
    watch,
    entraFetch,
    resource = marketplaceResource,
  }: {
    now?: () => Date;
    log?: MarketplaceLog;
    watch?: Pick<AccessWatch, "token">;
    entraFetch?: EntraFetch;
    resource?: TokenResource;
  } = {},
): AppToken {
  let cached: CachedToken | null = null;
  let pending: Promise<CachedToken> | null = null;
  /** Entra asked for a pause, until this time of `performance.now()`. */
  let paused: { error: AppTokenError; until: number } | null = null;

  function request(): Promise<CachedToken> {
    if (pending) return pending;
    const mine: Promise<CachedToken> = requestToken(entra, resource, now, entraFetch)
      .then(
        (token) => {
          watch?.token(null);
          paused = null;
          return pending === mine ? (cached = token) : token;
        },
        (error: unknown) => {
          if (error instanceof AppTokenError) {
            watch?.token(error);
            const { retryAfterMs } = error;
            paused = retryAfterMs === null ? null : { error, until: performance.now() + retryAfterMs };
          }
          throw error;
        },
      )
      .finally(() => {
        if (pending === mine) pending = null;
      });
    pending = mine;
    return mine;
  }

  /** Entra extends the pause of an app that continues to ask. */
  async function requestUnlessPaused(): Promise<CachedToken> {
    const leftMs = paused === null ? 0 : paused.until - performance.now();
    if (paused !== null && leftMs > 0) {
      const { message, code, isTransient, reason } = paused.error;
      const error = new AppTokenError(message, { code, isTransient, reason, retryAfterMs: Math.ceil(leftMs) });
      watch?.token(error);
      throw error;
    }
    return request();
  }

  function refreshBehind(token: CachedToken): void {
    token.refreshAt = now().getTime() + retryRefreshMs;
    requestUnlessPaused().catch((error: unknown) => {
      log?.warn(
        { error: String(error) },
        `could not renew the token for ${resource.name}; the current one is still used`,
      );
    });
  }

  return {
    async get() {
      const time = now().getTime();
      if (cached && time < cached.expiresAt) {
        if (time >= cached.refreshAt) refreshBehind(cached);
        return cached.text;
      }
      return (await requestUnlessPaused()).text;
    },
    forget() {
      cached = null;
      pending = null;
    },
    async renew() {
      await requestUnlessPaused();
    },
  };
}

/**
 * A new msal client each time: an old one refuses to retry for 60 s after a 5xx, and a renewed certificate has to
 * be read.
 */
async function requestToken(
  entra: EntraConfig,
  resource: TokenResource,
  now: () => Date,
  entraFetch?: EntraFetch,
): Promise<CachedToken> {
  let retryAfterMs: number | null = null;
  const network = entraAuthority(entra.authority, async (url, init) => {
    const response = await (entraFetch ?? fetch)(url, init);
    if (!response.ok) retryAfterMs = readRetryAfter(Object.fromEntries(response.headers), now());
    return response;
  });
  const askedAt = now().getTime();
  try {
    const credential = await credentialOf(entra);
    const client = new ConfidentialClientApplication({
      auth: { clientId: entra.clientId, ...network.authOptions(entra.tenantId), ...credential },
      system: { networkClient: network.networkClient },
    });
    const result = await client.acquireTokenByClientCredential({
      scopes: [resource.scope],
      skipCache: true,
    });
    if (!result?.accessToken) throw new Error("The answer has no token.");
    const lifeMs = lifeOf(result.expiresOn);
    return {
      text: result.accessToken,
      expiresAt: askedAt + lifeMs,
      refreshAt: askedAt + lifeMs - Math.min(refreshBeforeMs, lifeMs / 2),
    };
  } catch (error) {
    throw asAppTokenError(error, entra, resource, retryAfterMs);
  }
}

/** msal uses the system's clock; `now` may be a test's. */
function lifeOf(expiresOn: Date | null): number {
  const lifeMs = expiresOn ? expiresOn.getTime() - Date.now() : 0;
  return Math.max(lifeMs, 1_000);
}

/** How the fulfillment app authenticates at Entra, for `auth` of msal's configuration. Throws `AppTokenError`. */
export async function credentialOf(entra: EntraConfig): Promise<Partial<Configuration["auth"]>> {
  if ("secret" in entra.credential) return { clientSecret: entra.credential.secret };
  const file = entra.credential.certificateFile;
  const certificate = await readFile(file, "utf8")
    .then(readCertificate)
    .catch(() => null);
  if (certificate) return { clientCertificate: certificate };
  throw new AppTokenError(
    `The file ${file} of ENTRA_CLIENT_CERTIFICATE_FILE must hold a PEM certificate and its private key without a passphrase.`,
    { code: null, isTransient: false },
  );
}

function readCertificate(pem: string): NonNullable<Configuration["auth"]["clientCertificate"]> | null {
  const privateKey = /-----BEGIN (?:RSA )?PRIVATE KEY-----[^]*?-----END (?:RSA )?PRIVATE KEY-----/.exec(pem)?.[0];
  const x5c = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (!privateKey || !x5c) return null;
  return { privateKey, x5c, thumbprintSha256: new X509Certificate(x5c).fingerprint256.replaceAll(":", "") };
}

function asAppTokenError(
  error: unknown,
  entra: EntraConfig,
  { name }: TokenResource,
  retryAfterMs: number | null,
): AppTokenError {
  if (error instanceof AppTokenError) return error;
  const status = error instanceof ServerError ? (error.status ?? null) : null;
  if (!(error instanceof ServerError) || error.errorCode === noTokenAnswer) {
    const reason = error instanceof AuthError ? error.errorCode : describeFailure(error);
    return new AppTokenError(
      `Microsoft Entra at ${entra.authority} issued no token for ${name} (${status ?? reason}). Marketdesk retries automatically.`,
      { code: null, isTransient: true, reason: status === null ? codeOf(error) : String(status), retryAfterMs },
    );
  }
  const words = error.errorMessage
    .split(/Trace ID:|[\r\n]/i)[0]!
    .trimEnd()
    .slice(0, 300);
  const code = /AADSTS\d+/.exec(error.errorMessage)?.[0] ?? error.errorCode;
  return new AppTokenError(
    withoutSecret(`Microsoft Entra refused a token to the fulfillment app ${entra.clientId}: ${words || code}`, entra),
    { code, isTransient: false },
  );
}

function describeFailure(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return error instanceof Error ? error.name : "no answer";
}

function withoutSecret(text: string, entra: EntraConfig): string {
  return "secret" in entra.credential ? text.replaceAll(entra.credential.secret, "…") : text;
}

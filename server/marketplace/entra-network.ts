/** Lets msal-node use Entra, and the sandbox on a loopback address over plain http, which msal refuses. */

import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import { readBounded } from "../bounded-body.ts";
import type { EntraFetch } from "./entra-fetch.ts";
import { type Fields, isFields } from "./parse-response.ts";

const deadlineMs = 8_000;
const maxAnswerBytes = 1_000_000;

/** Hosts whose endpoints msal knows. */
const microsoftHosts = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

export function isLoopback(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

export type EntraAuthority = {
  /** The authority in the form that msal accepts: always https. */
  msalAuthority: string;
  /** For `system.networkClient`: deadline, limited responses, no redirects, and http where the authority uses it. */
  networkClient: INetworkModule;
  /** The real form of an address that msal created, such as the sign-in page. */
  rewriteUrl(url: string): string;
  /**
   * For `auth` of msal's configuration: with these msal requests no discovery document. `tenant` is an id, or
   * `common` or `organizations`.
   */
  authOptions(tenant: string): { authority: string; knownAuthorities: string[]; authorityMetadata?: string };
};

/** `authority` is an origin: `https://login.microsoftonline.com`, or `http://localhost:3900`. Throws for http elsewhere. */
export function entraAuthority(authority: string, entraFetch: EntraFetch = fetch): EntraAuthority {
  const real = new URL(authority);
  if (real.protocol !== "https:" && !(real.protocol === "http:" && isLoopback(real))) {
    throw new Error(`The Entra authority ${real.origin} must be https; plain http is for a loopback host only.`);
  }
  const msalAuthority = `https://${real.host}`;
  const rewriteUrl = (url: string) => {
    const target = new URL(url);
    return target.host === real.host ? `${real.origin}${url.slice(target.origin.length)}` : url;
  };
  return {
    msalAuthority,
    rewriteUrl,
    networkClient: createNetworkClient(rewriteUrl, entraFetch),
    authOptions: (tenant) => ({
      authority: `${msalAuthority}/${tenant}`,
      knownAuthorities: [real.host],
      ...(microsoftHosts.includes(real.host) ? {} : { authorityMetadata: metadataOf(msalAuthority, tenant) }),
    }),
  };
}

function metadataOf(msalAuthority: string, tenant: string): string {
  const base = `${msalAuthority}/${tenant}`;
  const isShared = ["common", "organizations", "consumers"].includes(tenant);
  return JSON.stringify({
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    issuer: `${msalAuthority}/${isShared ? "{tenantid}" : tenant}/v2.0`,
  });
}

function createNetworkClient(rewriteUrl: (url: string) => string, entraFetch: EntraFetch): INetworkModule {
  async function send<T>(
    method: "GET" | "POST",
    url: string,
    options: NetworkRequestOptions | undefined,
    timeoutMs: number,
  ): Promise<NetworkResponse<T>> {
    const response = await entraFetch(rewriteUrl(url), {
      method,
      headers: options?.headers,
      body: method === "POST" ? (options?.body ?? "") : undefined,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    const text = new TextDecoder().decode(await readBounded(response, maxAnswerBytes));
    const body = method === "POST" ? readTokenAnswer(status, text) : readFields(text);
    return { status, headers: Object.fromEntries(response.headers), body: body as T };
  }
  return {
    sendGetRequestAsync: (url, options, timeoutMs) => send("GET", url, options, timeoutMs || deadlineMs),
    sendPostRequestAsync: (url, options) => send("POST", url, options, deadlineMs),
  };
}

/** The code of an answer to a request for a token that neither grants nor refuses it: of a gateway, or while Entra is unavailable. */
export const noTokenAnswer = "no_token_answer";

/**
 * Entra grants a token with 200, and refuses it with 400 or 401 and an OAuth error. For msal, any other JSON would be a grant
 * without a token, or a refusal of the person or of our app.
 */
function readTokenAnswer(status: number, text: string): Fields {
  const fields = readFields(text);
  const isGrant =
    status === 200 && [fields["access_token"], fields["id_token"]].some(isText) && !isText(fields["error"]);
  if (isGrant) return fields;
  const isRefusal = [400, 401].includes(status) && isText(fields["error"]);
  // msal reads the status of a failed sign-in from the body.
  if (isRefusal) return { ...fields, status };
  const code = /AADSTS\d+/.exec(String(fields["error_description"]))?.[0];
  return { error: noTokenAnswer, error_description: `Entra did not decide (${code ?? status}).`, status };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function readFields(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

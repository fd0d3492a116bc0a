/**
 * What an ID token must contain. Its signature is not checked: it comes directly from the token endpoint, which TLS
 * and the client secret authenticate (OpenID Connect Core 3.1.3.7, point 6).
 */
import { withoutControlCharacters } from "../../shared/foreign-text.ts";
import { z } from "zod";

/** A person in Entra. `email` comes from the account and proves nothing, except for personal accounts. */
export type Identity = {
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  /** The sign-in name. */
  username: string | null;
  /** Entra verified the owner of the address's domain, if the app requests `xms_edov`. */
  isEmailVerified: boolean;
  /** The app roles assigned to the person. */
  roles: string[];
  /** When the person last proved who they are, from `auth_time`; null if not stated. */
  authenticatedAt: Date | null;
};

export type IdTokenRules = {
  clientId: string;
  /** The issuer from Entra's discovery document; `{tenantid}` stands for the token's tenant. */
  issuer: string;
  /** The only tenant that may sign in; null for any. */
  tenantId: string | null;
  /** The nonce of the sign-in; null for a token from a refresh, which has none (OpenID Connect Core 12.2). */
  nonce: string | null;
  now: Date;
};

/** Why a sign-in was refused: a code for the log, never shown. */
export class SignInRefused extends Error {
  readonly reason: string;
  /** Entra says that the account is disabled, gone, or no longer assigned to the app. */
  readonly hasLostAccess: boolean;

  constructor(reason: string, { hasLostAccess = false } = {}) {
    super(`Sign-in was refused: ${reason}.`);
    this.name = "SignInRefused";
    this.reason = reason;
    this.hasLostAccess = hasLostAccess;
  }
}

const clockSkewSeconds = 300;

const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  tid: z.guid(),
  oid: z.string().min(1),
  exp: z.number(),
  nbf: z.number().optional(),
  nonce: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  xms_edov: z.union([z.boolean(), z.string(), z.number()]).optional(),
  roles: z.array(z.string()).optional(),
  auth_time: z.number().optional(),
});

/** The person in an ID token. Throws `SignInRefused` if a claim is missing or wrong. */
export function checkIdToken(claims: unknown, rules: IdTokenRules): Identity {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) throw new SignInRefused(`id-token-claim-${String(parsed.error.issues[0]?.path[0] ?? "set")}`);
  const token = parsed.data;
  const tenantId = token.tid.toLowerCase();
  const seconds = rules.now.getTime() / 1000;
  if (token.aud !== rules.clientId) throw new SignInRefused("id-token-audience");
  if (rules.nonce !== null && token.nonce !== rules.nonce) throw new SignInRefused("id-token-nonce");
  if (rules.tenantId !== null && tenantId !== rules.tenantId.toLowerCase()) throw new SignInRefused("id-token-tenant");
  if (token.iss !== rules.issuer.replace("{tenantid}", token.tid)) throw new SignInRefused("id-token-issuer");
  if (token.exp + clockSkewSeconds <= seconds) throw new SignInRefused("id-token-expired");
  if ((token.nbf ?? 0) - clockSkewSeconds > seconds) throw new SignInRefused("id-token-not-yet-valid");
  const username = withoutControlCharacters(token.preferred_username ?? "") || null;
  const email = withoutControlCharacters(token.email ?? "") || username;
  return {
    tenantId,
    objectId: token.oid,
    name: withoutControlCharacters(token.name ?? "").trim() || email || "Unnamed account",
    email: email?.includes("@") ? email : null,
    username,
    isEmailVerified: Boolean(token.email) && ["true", "1"].includes(String(token.xms_edov).toLowerCase()),
    roles: token.roles ?? [],
    authenticatedAt: token.auth_time === undefined ? null : new Date(token.auth_time * 1_000),
  };
}

/**
 * A sign-in that was started in a browser and is not complete, in its own sealed cookie: state, nonce and PKCE
 * verifier.
 */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { isCookieKey, newCookieKey } from "./cookies.ts";

/** A sign-in must be completed within this time. */
export const pendingSeconds = 600;

const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  startedAt: z.number(),
  /** The person who has to prove who they are again; null for anyone. */
  freshFor: z.string().nullable().default(null),
});
export type PendingSignIn = z.infer<typeof pendingSchema>;

/** A new sign-in with 256-bit secrets, its cookie's key, and the S256 challenge of its verifier (RFC 7636). */
export function beginSignIn(
  returnTo: string,
  now: Date,
  freshFor: string | null = null,
): { key: string; signIn: PendingSignIn; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  const key = newCookieKey(now);
  return {
    key,
    signIn: {
      state: `${key}.${randomBytes(32).toString("base64url")}`,
      nonce: randomBytes(32).toString("base64url"),
      verifier,
      returnTo,
      startedAt: now.getTime(),
      freshFor,
    },
    challenge: createHash("sha256").update(verifier).digest("base64url"),
  };
}

/** The key of the cookie for a state; null if the state is not ours. */
export function cookieKeyOf(state: string | undefined): string | null {
  const key = state?.split(".", 1)[0];
  return isCookieKey(key) ? key : null;
}

/** The sign-in in a cookie's value, if it has this state and has not expired. */
export function readPending(value: unknown, state: string | undefined, now: Date): PendingSignIn | null {
  const parsed = pendingSchema.safeParse(value);
  if (!parsed.success || parsed.data.state !== state) return null;
  return now.getTime() - parsed.data.startedAt < pendingSeconds * 1_000 ? parsed.data : null;
}

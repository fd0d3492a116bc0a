/** Sign-ins that were begun in a browser and not yet finished, kept in its sealed cookie: state, nonce and PKCE verifier. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

/** A begun sign-in must be finished within this time. */
export const pendingSeconds = 600;
/** Several tabs may be signing in at once; more than these are not waited for. */
const maxPending = 4;

export type PendingSignIn = { state: string; nonce: string; verifier: string; returnTo: string; startedAt: number };

const pendingSchema = z.object({
  pending: z.array(
    z.object({
      state: z.string(),
      nonce: z.string(),
      verifier: z.string(),
      returnTo: z.string(),
      startedAt: z.number(),
    }),
  ),
});

/** A new sign-in with 256-bit secrets, and the S256 challenge of its verifier (RFC 7636). */
export function beginSignIn(returnTo: string, now: Date): { signIn: PendingSignIn; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return {
    signIn: {
      state: randomBytes(32).toString("base64url"),
      nonce: randomBytes(32).toString("base64url"),
      verifier,
      returnTo,
      startedAt: now.getTime(),
    },
    challenge: createHash("sha256").update(verifier).digest("base64url"),
  };
}

/** The pending sign-ins of a cookie's value, the overdue ones left out. */
export function readPending(value: unknown, now: Date): PendingSignIn[] {
  const parsed = pendingSchema.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.pending.filter((signIn) => now.getTime() - signIn.startedAt < pendingSeconds * 1000);
}

export function addPending(pending: PendingSignIn[], signIn: PendingSignIn): PendingSignIn[] {
  return [...pending, signIn].slice(-maxPending);
}

/** The sign-in that a state belongs to, and the others. */
export function takePending(pending: PendingSignIn[], state: string | undefined) {
  return {
    signIn: pending.find((candidate) => candidate.state === state) ?? null,
    others: pending.filter((candidate) => candidate.state !== state),
  };
}

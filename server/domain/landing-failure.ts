/** What the purchaser reads after a failed call to Microsoft: who has to act, and whether waiting helps. */

export const landingFailures = [
  /** The purchaser needs a new link: this one is incomplete, altered or older than 24 hours. */
  "link",
  /** The same, known without asking Microsoft: its tokens are never this long. */
  "too-long",
  /** Microsoft does not know the purchase, or does not know it yet. */
  "not-found",
  /** Microsoft refuses the publisher's app; waiting does not help. */
  "publisher",
  /** Microsoft limits the rate of calls. */
  "busy",
  /** Microsoft reports an error on its side. */
  "microsoft",
  /** No response. */
  "unreachable",
  /** A response that cannot be interpreted. */
  "unclear",
  /** An error in Marketdesk. */
  "own",
] as const;
export type LandingFailure = (typeof landingFailures)[number];

export type CallFacts = { status: number | null; code: string | null; isTransient: boolean };

export function failureOf({ status, code, isTransient }: CallFacts): LandingFailure {
  if (code === "InvalidPurchaseToken") return "link";
  if (code === "UnreadableAnswer" || code === "TooLarge") return "unclear";
  if (code === "Stopped") return "own";
  // Microsoft has not seen the purchase link, so nothing is known about it.
  if (code === "ForeignAnswer") return "unreachable";
  // No status: no response, or no token to call with.
  if (status === null) return isTransient ? "unreachable" : "publisher";
  if (status === 400) return /apiversion/i.test(code ?? "") ? "publisher" : "link";
  if (status === 401 || status === 403) return "publisher";
  if (status === 404) return "not-found";
  if (status === 408) return "unreachable";
  if (status === 409 || status === 429) return "busy";
  if (status >= 500) return "microsoft";
  // A redirect: the configured address is wrong.
  return status >= 300 && status < 400 ? "publisher" : "unclear";
}

/** Failed calls name the call, or Entra. */
const failedCall = /"[^"]+"|^Microsoft Entra /;

/**
 * Why an activation is not complete yet, read from the operation's last error; null if nothing is known to be
 * wrong. Other sentences say what the operation waits for, or that Marketdesk itself failed.
 */
export function activationFailureOf(lastError: string | null): "publisher" | "microsoft" | null {
  if (lastError === null) return null;
  if (/^Microsoft refused "[^"]*" \(40[13]\b|^Microsoft Entra refused a token/.test(lastError)) return "publisher";
  return failedCall.test(lastError) ? "microsoft" : null;
}

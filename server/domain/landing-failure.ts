/** What a purchaser has to know of a failed call to Microsoft: who has to act, and whether waiting helps. Pure. */

export const landingFailures = [
  /** The purchaser needs a new link: this one is incomplete, altered or older than 24 hours. */
  "link",
  /** The same, seen without asking Microsoft: no token of Microsoft's is so long. */
  "too-long",
  /** Microsoft does not know the purchase, or not yet. */
  "not-found",
  /** Microsoft refuses the publisher's own app; waiting does not help. */
  "publisher",
  /** Microsoft asks for fewer calls. */
  "busy",
  /** Microsoft answers that it has failed. */
  "microsoft",
  /** No answer. */
  "unreachable",
  /** An answer that means nothing to us. */
  "unclear",
  /** The fault is ours. */
  "own",
] as const;
export type LandingFailure = (typeof landingFailures)[number];

export type CallFacts = { status: number | null; code: string | null; isTransient: boolean };

export function failureOf({ status, code, isTransient }: CallFacts): LandingFailure {
  if (code === "InvalidPurchaseToken") return "link";
  if (code === "UnreadableAnswer" || code === "TooLarge") return "unclear";
  if (code === "Stopped") return "own";
  // Without a status nothing was answered, or there was no token to ask with.
  if (status === null) return isTransient ? "unreachable" : "publisher";
  if (status === 400) return /apiversion/i.test(code ?? "") ? "publisher" : "link";
  if (status === 401 || status === 403) return "publisher";
  if (status === 404) return "not-found";
  if (status === 408) return "unreachable";
  if (status === 409 || status === 429) return "busy";
  if (status >= 500) return "microsoft";
  // A redirect: the address in our settings is wrong.
  return status >= 300 && status < 400 ? "publisher" : "unclear";
}

/** Why an activation is not done yet, from the sentence that its operation keeps; null: nothing is known to be wrong. */
export function activationFailureOf(lastError: string | null): "publisher" | "microsoft" | null {
  if (lastError === null || lastError === "") return null;
  return /^Microsoft refused "[^"]*" \(40[13]\b|^Microsoft Entra refused a token/.test(lastError)
    ? "publisher"
    : "microsoft";
}

/** What a call to Microsoft can end in other than success. */

export type MarketplaceErrorFacts = {
  /** null: no answer. */
  status: number | null;
  /** Microsoft's code, or ours: `NoAnswer`, `Stopped`, `NoTime`, `UnreadableAnswer`, `TooLarge`, `Throttled`, `Away`, `InvalidPurchaseToken`. */
  code: string | null;
  requestId: string;
  correlationId: string;
  /** 404, or 400 on a read of an operation, where Microsoft answers so instead of 404. */
  isNotFound: boolean;
  /** 409, or 400 with words about a pending operation. */
  isLocked: boolean;
  /** 429, 5xx, no answer, an answer that could not be read: the same call may succeed later. */
  isTransient: boolean;
  /** A change was sent and the answer was a 5xx or none: read the state before sending it again. */
  mayHaveHappened: boolean;
  /** Wait at least this long; null: Microsoft did not say. */
  retryAfterMs: number | null;
  /** Microsoft's answer as text, at most 4,000 characters, without tokens. */
  body: string;
  /** Why there was no answer, as a code of Node's: `ENOTFOUND`, `CERT_HAS_EXPIRED`, `TimeoutError`; null: there was one. */
  reason: string | null;
};

/** A call to Microsoft that did not succeed; `message` is a sentence with Microsoft's own words. */
export class MarketplaceError extends Error implements MarketplaceErrorFacts {
  override readonly name = "MarketplaceError";
  readonly status: number | null;
  readonly code: string | null;
  readonly requestId: string;
  readonly correlationId: string;
  readonly isNotFound: boolean;
  readonly isLocked: boolean;
  readonly isTransient: boolean;
  readonly mayHaveHappened: boolean;
  readonly retryAfterMs: number | null;
  readonly body: string;
  readonly reason: string | null;

  constructor(message: string, facts: MarketplaceErrorFacts, options?: { cause?: unknown }) {
    super(message, options);
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.correlationId = facts.correlationId;
    this.isNotFound = facts.isNotFound;
    this.isLocked = facts.isLocked;
    this.isTransient = facts.isTransient;
    this.mayHaveHappened = facts.mayHaveHappened;
    this.retryAfterMs = facts.retryAfterMs;
    this.body = facts.body;
    this.reason = facts.reason;
  }

  /** Nothing was sent, because Microsoft does not answer at the moment: it was no try. */
  get isDeferred(): boolean {
    return this.code === "Away";
  }
}

/** Entra gave no token for the fulfillment app; `message` is a sentence with Entra's code and no secret. */
export class AppTokenError extends Error {
  override readonly name = "AppTokenError";
  /** Entra's `AADSTS…` code or OAuth error word; null: no answer, or a certificate that cannot be used. */
  readonly code: string | null;
  /** No answer, 429 or 5xx: later it may work without anyone changing a setting. */
  readonly isTransient: boolean;
  /** Why there was no answer, as a code of Node's; null: there was one. */
  readonly reason: string | null;

  constructor(message: string, facts: { code: string | null; isTransient: boolean; reason?: string | null }) {
    super(message);
    this.code = facts.code;
    this.reason = facts.reason ?? null;
    this.isTransient = facts.isTransient;
  }
}

/** How a call to Microsoft can fail. */

/** The code of an answer that is not Microsoft's, but of a proxy or gateway. */
export const foreignAnswer = "ForeignAnswer";

export type MarketplaceErrorFacts = {
  /** null: no response. */
  status: number | null;
  /** Microsoft's code, or ours: `NoAnswer`, `Stopped`, `NoTime`, `UnreadableAnswer`, `TooLarge`, `Throttled`, `Away`, `InvalidPurchaseToken`, `ForeignAnswer`, `NoOperationId`. */
  code: string | null;
  requestId: string;
  correlationId: string;
  /** Microsoft's own 404, or 400 on a read of an operation, which Microsoft uses instead. */
  isNotFound: boolean;
  /** 409, or 400 with a message about a pending operation. */
  isLocked: boolean;
  /** 429, 5xx, no response, an unreadable one or not Microsoft's: the same call may succeed later. */
  isTransient: boolean;
  /** A change was sent and got a 5xx or no response: read the state before sending it again. */
  mayHaveHappened: boolean;
  /** The minimum wait; null if Microsoft named none. */
  retryAfterMs: number | null;
  /** Microsoft's response as text, at most 4,000 characters, without tokens. */
  body: string;
  /**
   * Why there was no response of Microsoft's, as a Node error code: `ENOTFOUND`, `CERT_HAS_EXPIRED`, `TimeoutError`, or
   * `ForeignAnswer`; null if there was one.
   */
  reason: string | null;
};

/** The facts of a failure about which nothing else is known. */
export const noFacts: MarketplaceErrorFacts = {
  status: null,
  code: null,
  requestId: "",
  correlationId: "",
  isNotFound: false,
  isLocked: false,
  isTransient: false,
  mayHaveHappened: false,
  retryAfterMs: null,
  body: "",
  reason: null,
};

/** With these a 4xx says nothing about what the call asks for: they are about credentials, a proxy, or the moment. */
const passingStatuses = [401, 403, 407, 408, 429];

/** A failed call to Microsoft; `message` is a sentence with Microsoft's own message. */
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

  /**
   * Microsoft refuses what the call asks for. Anything else can pass: no response, no token for the call, a failure, a
   * redirect, or an answer that is not Microsoft's.
   */
  get isRefusal(): boolean {
    const { status } = this;
    if (status === null || status < 400 || status >= 500) return false;
    return !passingStatuses.includes(status) && !this.isForeign;
  }

  /** A proxy or gateway answered: its status says nothing about the subscription, the purchase or our credentials. */
  get isForeign(): boolean {
    return this.code === foreignAnswer;
  }

  /** Nothing was sent because Microsoft does not respond at the moment, so this does not count as an attempt. */
  get isDeferred(): boolean {
    return this.code === "Away";
  }
}

/** Entra issued no token for the fulfillment app; `message` is a sentence with Entra's code and without secrets. */
export class AppTokenError extends Error {
  override readonly name = "AppTokenError";
  /** Entra's `AADSTS…` code or OAuth error; null without a response or with an unusable certificate. */
  readonly code: string | null;
  /** No response, 429 or 5xx: may succeed later without a change of settings. */
  readonly isTransient: boolean;
  /** Why there was no response, as a Node error code; null if there was one. */
  readonly reason: string | null;
  /** The minimum wait; null if Entra named none. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    facts: { code: string | null; isTransient: boolean; reason?: string | null; retryAfterMs?: number | null },
  ) {
    super(message);
    this.code = facts.code;
    this.reason = facts.reason ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.isTransient = facts.isTransient;
  }
}

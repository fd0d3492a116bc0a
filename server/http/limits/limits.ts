/**
 * Rate limits by client and by account. Each instance counts in memory: a limit bounds work and decides nothing
 * else.
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

type Policy = {
  /** Uses allowed within `seconds`. */
  max: number;
  seconds: number;
};

/**
 * By client address without a sign-in, else by account. An office or a proxy shares one address, so those limits
 * leave room for dozens of people. The webhook has none: a 4xx there would reject a customer's change.
 */
const policies = {
  /** By address: visits with a purchase token. Each calls Microsoft's Resolve. */
  purchaseToken: { max: 60, seconds: 60 },
  /** By address: pages of the landing site. An open one refreshes every 3 s. */
  landingPage: { max: 600, seconds: 60 },
  /** By address: contact forms. */
  contactForm: { max: 60, seconds: 60 },
  /** By address: sign-ins started and completed. */
  signIn: { max: 240, seconds: 60 },
  /** By address: calls of procedures, exports and the product API without a sign-in. */
  anonymousCall: { max: 300, seconds: 60 },
  /** By address: the description of the product API, and the keys of signed entitlements. */
  apiDescription: { max: 120, seconds: 60 },
  /** By purchaser: purchases looked up at Microsoft. */
  resolve: { max: 60, seconds: 60 },
  /** By purchaser and purchase: contact forms. */
  ownContactForm: { max: 10, seconds: 60 },
  /**
   * By account: procedures, each one of a batch counted. A tab reads about a dozen when it is opened, and ten after a change; tabs that
   * are not in use share their reads. So twenty tabs can be opened together, and the page in use can follow several changes a second.
   */
  procedure: { max: 600, seconds: 10 },
  /** By account: exports begun. */
  export: { max: 30, seconds: 60 },
} satisfies Record<string, Policy>;

export type LimitName = keyof typeof policies;
export type Limits = ReturnType<typeof createLimits>;

/** @param isDisabled for benchmarks, which are faster than any client may be */
export function createLimits({ isDisabled = false } = {}) {
  const limiters = Object.fromEntries(
    Object.entries(policies).map(([name, { max, seconds }]) => [
      name,
      new RateLimiterMemory({ points: max, duration: seconds }),
    ]),
  ) as Record<LimitName, RateLimiterMemory>;

  return {
    /** Counts uses. Null if allowed; otherwise the seconds to wait, at least 1. */
    async take(name: LimitName, key: string, count = 1): Promise<number | null> {
      if (isDisabled) return null;
      try {
        await limiters[name].consume(key, count);
        return null;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
        throw refusal;
      }
    },
  };
}

/** Limits by client address, for routes that need no sign-in. */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import type { ClientAddress } from "./client-address.ts";
import type { LimitName, Limits } from "./limits.ts";

export type LimitByAddress = ReturnType<typeof createLimitByAddress>;

export function createLimitByAddress(limits: Limits, clients: ClientAddress) {
  /** Counts uses for the client's address. Null: allowed; otherwise the seconds to wait. */
  function take(c: Context, name: LimitName, count = 1): Promise<number | null> {
    const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
    return limits.take(name, incoming ? clients.keyOf(incoming) : "unknown", count);
  }

  return {
    take,
    /** Refuses with `answer`, Retry-After set, once the limit is reached. `applies` picks the requests that count. */
    middleware:
      (
        name: LimitName,
        answer: (c: Context, seconds: number) => Response | Promise<Response>,
        applies: (c: Context) => boolean = () => true,
      ): MiddlewareHandler =>
      async (c, next) => {
        const seconds = applies(c) ? await take(c, name) : null;
        if (seconds === null) return next();
        c.header("Retry-After", String(seconds));
        return answer(c, seconds);
      },
  };
}

/** Which calls a 429 with Retry-After holds back: those that the limit can concern, and not all of this process. */
import type { Call } from "./call.ts";
import type { CallOptions } from "./types.ts";

type Limit = "metering" | "fulfillment" | "answers";
type Limited = { call: Pick<Call, "path">; options: Pick<CallOptions, "isInAnswerWindow"> };

export type Pauses = {
  /** Milliseconds until the call may be sent; 0 or less: now. */
  leftMs(limited: Limited): number;
  /** Microsoft answered the call with 429. */
  begin(limited: Limited, retryAfterMs: number): void;
};

/**
 * Each API has its own pause. Microsoft waits only 10 seconds for the answer to a customer's change, so nothing but
 * the pause of such answers holds one back. That pause holds back the other fulfillment calls too.
 */
export function createPauses(): Pauses {
  const until: Record<Limit, number> = { metering: 0, fulfillment: 0, answers: 0 };

  return {
    leftMs(limited) {
      const limit = limitOf(limited);
      const endsAt = limit === "fulfillment" ? Math.max(until.fulfillment, until.answers) : until[limit];
      return endsAt - performance.now();
    },
    begin(limited, retryAfterMs) {
      const limit = limitOf(limited);
      until[limit] = Math.max(until[limit], performance.now() + retryAfterMs);
    },
  };
}

function limitOf({ call, options }: Limited): Limit {
  if (call.path[0] !== "saas") return "metering";
  return options.isInAnswerWindow === true ? "answers" : "fulfillment";
}

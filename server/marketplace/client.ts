/** Microsoft's SaaS Fulfillment APIs, version 2, wire version 2018-08-31: one function per call. */

import type { CallerOptions } from "./caller.ts";
import { createChangeCalls } from "./change-calls.ts";
import { createOperationCalls } from "./operation-calls.ts";
import { createPurchaseCalls } from "./purchase-calls.ts";
import { createReadCalls } from "./read-calls.ts";
import { createSubscriptionCalls } from "./subscription-calls.ts";
import type { Marketplace } from "./types.ts";
import { createUsageCalls } from "./usage-calls.ts";

/**
 * `baseUrl` ends in `/api`. `getToken` returns the fulfillment app's token; `forgetToken` drops it, once, after a
 * 401 or 403. `onCall` receives each attempt, without tokens and bodies.
 */
export function createMarketplace(options: CallerOptions): Marketplace {
  const calls = createReadCalls(options);
  const subscriptionCalls = createSubscriptionCalls(calls, options.baseUrl);
  return {
    ...subscriptionCalls,
    ...createPurchaseCalls(calls),
    ...createChangeCalls(calls, subscriptionCalls.getSubscription),
    ...createOperationCalls(calls),
    ...createUsageCalls(calls),
  };
}

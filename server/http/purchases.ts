/** The landing page's commands, with the visitor as the actor. */
import type { Logger } from "pino";
import type { Purchaser } from "../auth/purchaser-sessions.ts";
import { activateFromLanding } from "../commands/subscriptions/activate-subscription.ts";
import { getPurchase } from "../commands/purchases/purchase.ts";
import { resolvePurchase } from "../commands/purchases/resolve-purchase.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import type { Marketplace } from "../marketplace/types.ts";
import type { LandingDeps } from "./landing/landing-tools.ts";

export function createPurchases(deps: {
  db: Database;
  marketplace: Marketplace;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  log: Logger;
}): LandingDeps["purchases"] {
  const { db, marketplace, now, log, marketplaceNow = now } = deps;
  const contextOf = (visitor: Purchaser): Context => {
    const { tenantId, objectId, name, email } = visitor;
    return {
      db,
      marketplace,
      now,
      marketplaceNow,
      log,
      actor: { kind: "purchaser", id: `${tenantId}:${objectId}`, name, tenantId, email },
    };
  };
  return {
    resolve: (visitor, purchaseToken) => resolvePurchase(contextOf(visitor), { visitor, purchaseToken }),
    get: (subscriptionId) => getPurchase(db, subscriptionId, marketplaceNow()),
    activate: (visitor, subscriptionId, given) => activateFromLanding(contextOf(visitor), { subscriptionId, ...given }),
  };
}

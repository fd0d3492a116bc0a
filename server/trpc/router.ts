/** Every procedure, by noun. */
import { findRouter } from "./find.ts";
import { activityRouter, deliveriesRouter } from "./history.ts";
import { router } from "./init.ts";
import { liveRouter } from "./live.ts";
import { meRouter } from "./me.ts";
import { needsRouter } from "./needs.ts";
import { operationsRouter } from "./operations.ts";
import { reconcileRouter } from "./reconcile.ts";
import { rulesRouter } from "./rules.ts";
import { subscriptionsRouter } from "./subscriptions.ts";

export const appRouter = router({
  me: meRouter,
  find: findRouter,
  needs: needsRouter,
  subscriptions: subscriptionsRouter,
  operations: operationsRouter,
  deliveries: deliveriesRouter,
  activity: activityRouter,
  reconcile: reconcileRouter,
  rules: rulesRouter,
  live: liveRouter,
});

/** The dashboard imports this type, and nothing else of the server. */
export type AppRouter = typeof appRouter;

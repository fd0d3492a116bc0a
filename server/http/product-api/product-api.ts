/** `/api/v1/…`: for the publisher's product, with an API key. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { SigningContext } from "../../commands/signing-keys/rotate-signing-key.ts";
import type { Context } from "../../context.ts";
import { ForeignCursor } from "../../database/statements/keyset.ts";
import type { Database } from "../../database/connection/database.ts";
import { nameError } from "../../database/queries/names.ts";
import { AppError } from "../../errors.ts";
import type { Marketplace } from "../../marketplace/types.ts";
import type { LimitByAddress } from "../limits/by-address.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import { limitBodies } from "./body-limits.ts";
import { operationRoute } from "./command-routes.ts";
import { addCommands, commandRoutes } from "./commands.ts";
import { addDescription } from "./description.ts";
import { addEntitlements } from "./entitlements.ts";
import { entitlementsRoute, rotateSigningKeyRoute, tokenRoute, useHandoffRoute } from "./entitlement-routes.ts";
import { type Key, type KeyedEnv, requireKey, requireScope } from "./key-checks.ts";
import { addPlannedChanges, plannedChangeRoutes } from "./planned-changes.ts";
import { invalid, problem, problemOfError } from "./problems.ts";
import { readableAddress } from "./readable-request.ts";
import { scopedCall } from "./route-parts.ts";
import { changesRoute, confirmRoute, getRoute, listRoute } from "./routes.ts";
import { addSubscriptions } from "./subscriptions.ts";
import { addUsage } from "./usage.ts";
import { readUsageRoute, reportUsageRoute } from "./usage-routes.ts";

type ProductApiDeps = {
  db: Database;
  marketplace: Marketplace;
  publicUrl: string;
  signing: SigningContext;
  byAddress: Pick<LimitByAddress, "take">;
  recordRefusal: RecordRefusal;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  log: Logger;
};

const routes = [
  listRoute,
  getRoute,
  confirmRoute,
  changesRoute,
  entitlementsRoute,
  tokenRoute,
  rotateSigningKeyRoute,
  useHandoffRoute,
  ...commandRoutes,
  operationRoute,
  ...plannedChangeRoutes,
  reportUsageRoute,
  readUsageRoute,
];

export function createProductApi(deps: ProductApiDeps): OpenAPIHono<KeyedEnv> {
  const { db, log } = deps;
  const app = new OpenAPIHono<KeyedEnv>({
    defaultHook: (result, c) => (result.success ? undefined : invalid(c, result.error)),
  });
  app.onError(async (error, c) => {
    if (error instanceof ForeignCursor) deps.recordRefusal("cursor");
    return problemOfError(c, error instanceof AppError ? await nameError(db, error) : error, log);
  });
  addDescription(app, deps.publicUrl);

  app.use("*", requireKey(deps));
  app.use("*", readableAddress);
  limitBodies(app);
  for (const route of routes) {
    const call = scopedCall(route);
    app.on(call.method, call.path, requireScope(call, deps.recordRefusal));
  }
  const contextFor = (key: Key) => contextOf(deps, key);
  addSubscriptions(app, db, contextFor);
  addEntitlements(app, { ...deps, contextOf: contextFor });
  addCommands(app, contextFor);
  addPlannedChanges(app, contextFor);
  addUsage(app, (key) => ({ ...contextOf(deps, key), now: deps.marketplaceNow ?? deps.now }));

  app.all("*", (c) =>
    problem(c, "NotFound", `There is no ${c.req.method} ${c.req.path}. See /api/v1/openapi.json for all calls.`),
  );
  return app;
}

function contextOf({ db, marketplace, now, log }: ProductApiDeps, key: Key): Context {
  return { db, marketplace, now, log, actor: { kind: "product", id: key.id, name: key.name } };
}

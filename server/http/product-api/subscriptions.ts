/** Subscriptions, their changes, and the product's confirmations of what it has provisioned. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { confirmProvisioning } from "../../commands/product/confirm-provisioning.ts";
import type { Context } from "../../context.ts";
import type { Database } from "../../database/connection/database.ts";
import { findForProduct, listForProduct, readFeed } from "../../database/queries/product.ts";
import { AppError } from "../../errors.ts";
import type { Key, KeyedEnv } from "./key-checks.ts";
import { readableBody } from "./readable-request.ts";
import { changeAnswer, subscriptionAnswer } from "./responses.ts";
import { revalidated } from "./revalidated.ts";
import { changesRoute, confirmRoute, getRoute, listRoute } from "./routes.ts";

/** @param contextOf what a command gets, with the product as its actor */
export function addSubscriptions(app: OpenAPIHono<KeyedEnv>, db: Database, contextOf: (key: Key) => Context): void {
  app.openapi(listRoute, async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const { rows, nextCursor } = await listForProduct(db, filters, limit);
    return c.json({ subscriptions: rows.map(subscriptionAnswer), next: nextCursor }, 200);
  });

  app.use(getRoute.getRoutingPath(), etag());
  app.openapi(getRoute, async (c) => c.json(revalidated(c, await answerFor(db, c.req.valid("param").id)), 200));

  app.put(confirmRoute.getRoutingPath(), readableBody);
  app.openapi(confirmRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { planId, access, quantity = null, reference = null, evidence = null } = c.req.valid("json");
    const confirmation = {
      subscriptionId: id,
      planId,
      access,
      quantity,
      reference: reference || null,
      evidence: evidence || null,
    };
    await confirmProvisioning(contextOf(c.var.key), confirmation);
    return c.json(await answerFor(db, id), 200);
  });

  app.openapi(changesRoute, async (c) => {
    const { after, limit } = c.req.valid("query");
    const { events, next, hasMore } = await readFeed(db, after, limit);
    return c.json({ changes: events.map(changeAnswer), next, hasMore }, 200);
  });
}

async function answerFor(db: Database, id: string) {
  const found = await findForProduct(db, id);
  if (!found) throw new AppError("NotFound", "There is no subscription with this ID. Use Microsoft's subscription ID.");
  return subscriptionAnswer(found);
}

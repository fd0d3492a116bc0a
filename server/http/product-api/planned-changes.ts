/** Planned changes: the commands and queries that staff use, as the product calls them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { planChange } from "../../commands/planned-changes/plan-change.ts";
import { undoPlannedChange } from "../../commands/planned-changes/undo-planned-change.ts";
import { planOnce } from "../../commands/product/do-once.ts";
import type { Context } from "../../context.ts";
import { findForProduct } from "../../database/queries/product.ts";
import { findProductPlannedChange, listProductPlannedChanges } from "../../database/queries/product-planned-changes.ts";
import type { Executor } from "../../database/connection/database.ts";
import { AppError } from "../../errors.ts";
import type { PlanChangeInput } from "../../../shared/planned-changes.ts";
import type { ProductPlannedChange } from "../../../shared/product-operations.ts";
import type { Key, KeyedEnv } from "./key-checks.ts";
import {
  cancelPlannedChangeRoute,
  listPlannedChangesRoute,
  planChangeRoute,
  plannedChangeRoute,
} from "./planned-change-routes.ts";
import type { PlanChangeBody } from "./planned-change-schemas.ts";
import { readableBody } from "./readable-request.ts";

export const plannedChangeRoutes = [
  listPlannedChangesRoute,
  planChangeRoute,
  plannedChangeRoute,
  cancelPlannedChangeRoute,
];

/** @param contextOf what a command gets, with the product as its actor */
export function addPlannedChanges(app: OpenAPIHono<KeyedEnv>, contextOf: (key: Key) => Context): void {
  app.openapi(listPlannedChangesRoute, async (c) => {
    const { db } = contextOf(c.var.key);
    const { id } = c.req.valid("param");
    if ((await findForProduct(db, id)) === null)
      throw new AppError("NotFound", "There is no subscription with this ID.");
    return c.json({ plannedChanges: await listProductPlannedChanges(db, id) }, 200);
  });

  app.post(planChangeRoute.getRoutingPath(), readableBody);
  app.openapi(planChangeRoute, async (c) => {
    const ctx = contextOf(c.var.key);
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    const idempotencyKey = c.req.valid("header")["idempotency-key"].replace(/^"(.+)"$/, "$1");
    const call = { apiKeyId: c.var.key.id, idempotencyKey, method: c.req.method, path: c.req.path, input };
    const { result, isRepeated } = await planOnce(ctx, call, (id) =>
      planChange(ctx, { id, ...inputOf(subscriptionId, input) }),
    );
    if (isRepeated) c.header("Idempotent-Replayed", "true");
    return c.json(result, 201);
  });

  app.openapi(plannedChangeRoute, async (c) =>
    c.json(await answerFor(contextOf(c.var.key).db, c.req.valid("param").id), 200),
  );

  app.openapi(cancelPlannedChangeRoute, async (c) => {
    const ctx = contextOf(c.var.key);
    const { id } = c.req.valid("param");
    const current = await answerFor(ctx.db, id);
    if (current.state === "canceled") return c.json(current, 200);
    await undoPlannedChange(ctx, { id });
    return c.json(await answerFor(ctx.db, id), 200);
  });
}

function inputOf(subscriptionId: string, body: PlanChangeBody): PlanChangeInput {
  switch (body.action) {
    case "ChangePlan":
      return { ...body, subscriptionId, action: "changePlan" };
    case "ChangeQuantity":
      return { ...body, subscriptionId, action: "changeQuantity" };
    case "Hold":
      return { ...body, subscriptionId, action: "suspend" };
    case "LiftHold":
      return { ...body, subscriptionId, action: "reinstate" };
  }
}

async function answerFor(db: Executor, id: string): Promise<ProductPlannedChange> {
  const found = await findProductPlannedChange(db, id);
  if (!found) throw new AppError("NotFound", "There is no planned change with this ID.");
  return found;
}

/** The calls that change something: the commands that staff use, once for each `Idempotency-Key`. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HttpContext } from "hono";
import { doOnce } from "../../commands/product/do-once.ts";
import { activateSubscription } from "../../commands/subscriptions/activate-subscription.ts";
import { requestCancellation } from "../../commands/subscriptions/cancel-subscription.ts";
import { changePlan } from "../../commands/subscriptions/change-plan.ts";
import { changeQuantity } from "../../commands/subscriptions/change-quantity.ts";
import { reinstateSubscription, suspendSubscription } from "../../commands/subscriptions/hold-subscription.ts";
import type { Context } from "../../context.ts";
import { findProductOperation } from "../../database/queries/product-operations.ts";
import { AppError } from "../../errors.ts";
import {
  activateRoute,
  changePlanRoute,
  changeQuantityRoute,
  holdRoute,
  liftRoute,
  operationRoute,
  requestCancellationRoute,
} from "./command-routes.ts";
import type { Key, KeyedEnv } from "./key-checks.ts";
import { readableBody } from "./readable-request.ts";

export const commandRoutes = [
  changePlanRoute,
  changeQuantityRoute,
  holdRoute,
  liftRoute,
  activateRoute,
  requestCancellationRoute,
];

/** @param contextOf what a command gets, with the product as its actor */
export function addCommands(app: OpenAPIHono<KeyedEnv>, contextOf: (key: Key) => Context): void {
  for (const route of commandRoutes) app.post(route.getRoutingPath(), readableBody);

  async function runOnce(
    c: HttpContext<KeyedEnv>,
    input: unknown,
    headerValue: string,
    run: (ctx: Context, operationId: string) => Promise<unknown>,
  ) {
    const ctx = contextOf(c.var.key);
    // The IETF draft of Idempotency-Key puts the value in quotes; most clients omit them.
    const idempotencyKey = headerValue.replace(/^"(.+)"$/, "$1");
    const call = { apiKeyId: c.var.key.id, idempotencyKey, method: c.req.method, path: c.req.path, input };
    const { operation, isRepeated } = await doOnce(ctx, call, (operationId) => run(ctx, operationId));
    c.header("Location", `/api/v1/operations/${operation.id}`);
    if (isRepeated) c.header("Idempotent-Replayed", "true");
    return c.json(operation, 202);
  }

  app.openapi(changePlanRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, operationId) =>
      changePlan(ctx, { subscriptionId, ...input, operationId }),
    );
  });
  app.openapi(changeQuantityRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, operationId) =>
      changeQuantity(ctx, { subscriptionId, ...input, operationId }),
    );
  });
  app.openapi(holdRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, entryId) =>
      suspendSubscription(ctx, { subscriptionId, ...input, entryId }),
    );
  });
  app.openapi(liftRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, entryId) =>
      reinstateSubscription(ctx, { subscriptionId, ...input, entryId }),
    );
  });
  app.openapi(activateRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, operationId) =>
      activateSubscription(ctx, { subscriptionId, ...input, operationId }),
    );
  });
  app.openapi(requestCancellationRoute, (c) => {
    const [{ id: subscriptionId }, input] = [c.req.valid("param"), c.req.valid("json")];
    return runOnce(c, input, c.req.valid("header")["idempotency-key"], (ctx, requestId) =>
      requestCancellation(ctx, { subscriptionId, ...input, requestId }),
    );
  });

  app.openapi(operationRoute, async (c) => {
    const { db, now } = contextOf(c.var.key);
    const operation = await findProductOperation(db, c.req.valid("param").id, now());
    if (!operation)
      throw new AppError("NotFound", "There is no operation with this ID. It is in the response to a command.");
    return c.json(operation, 200);
  });
}

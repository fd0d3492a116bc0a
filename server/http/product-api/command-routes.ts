/** The calls that change something, with their documentation. */
import { createRoute, type z } from "@hono/zod-openapi";
import {
  changePlanBody,
  changeQuantityBody,
  idempotencyHeaders,
  operationParams,
  operationShape,
  reasonBody,
} from "./command-schemas.ts";
import {
  bodyErrors,
  errorResponse,
  errorResponses,
  jsonBody,
  jsonResponse,
  notFound,
  requiresScope,
} from "./route-parts.ts";
import { subscriptionParams } from "./schemas.ts";

function commandRoute<const Verb extends string, Body extends z.ZodType>(
  verb: Verb,
  operationId: string,
  body: Body,
  words: { summary: string; description: string },
) {
  return createRoute({
    method: "post",
    path: `/subscriptions/{id}/${verb}`,
    operationId,
    ...words,
    ...requiresScope("change"),
    request: { params: subscriptionParams, headers: idempotencyHeaders, body: jsonBody(body) },
    responses: {
      202: {
        ...jsonResponse(operationShape, "Requested. Follow the operation at `Location`."),
        headers: {
          Location: { schema: { type: "string" }, description: "The address of the operation." },
          "Idempotent-Replayed": {
            schema: { type: "string" },
            description: "`true` if this is the response of an earlier call with the same key.",
          },
        },
      },
      ...errorResponses,
      ...notFound,
      409: errorResponse("Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`)."),
      ...bodyErrors,
      422: errorResponse("The Idempotency-Key was used for another call."),
      502: errorResponse("Microsoft could not be reached. Repeat the call with the same Idempotency-Key."),
    },
  });
}

export const changePlanRoute = commandRoute("change-plan", "changePlan", changePlanBody, {
  summary: "Change the plan",
  description: "Microsoft must offer the plan for this subscription. The number of seats stays the same.",
});

export const changeQuantityRoute = commandRoute("change-quantity", "changeQuantity", changeQuantityBody, {
  summary: "Change the number of seats",
  description: "Within the limits of the plan. Microsoft bills the difference.",
});

export const holdRoute = commandRoute("hold", "holdSubscription", reasonBody, {
  summary: "Suspend access",
  description:
    "The publisher's own suspension, effective immediately. Microsoft is not informed and continues to bill.",
});

export const liftRoute = commandRoute("lift-hold", "liftHold", reasonBody, {
  summary: "Reinstate access",
  description:
    "Ends the publisher's own suspension. When Microsoft has suspended the subscription because a payment failed, only a payment by the customer ends that.",
});

export const activateRoute = commandRoute("activate", "activateSubscription", reasonBody, {
  summary: "Activate a purchase",
  description: "Tells Microsoft that the purchase is set up. Billing starts.",
});

export const requestCancellationRoute = commandRoute("request-cancellation", "requestCancellation", reasonBody, {
  summary: "Request the cancellation",
  description:
    "Staff approve or decline the request; until then nothing is canceled. The operation has the state `waiting_for_approval`. A cancellation cannot be undone: the customer would have to buy again.",
});

export const operationRoute = createRoute({
  method: "get",
  path: "/operations/{id}",
  operationId: "getOperation",
  summary: "Get an operation",
  description: "Call it every few seconds until `state` is `succeeded` or `failed`. Most changes take a few seconds.",
  ...requiresScope("read", "change"),
  request: { params: operationParams },
  responses: {
    200: jsonResponse(operationShape, "The operation."),
    ...errorResponses,
    404: errorResponse("There is no operation with this ID."),
  },
});

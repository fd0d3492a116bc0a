/** The calls of the product API, with their documentation. */
import { createRoute } from "@hono/zod-openapi";
import {
  bodyErrors,
  errorResponse,
  errorResponses,
  jsonBody,
  jsonResponse,
  notFound,
  notModified,
  requiresScope,
} from "./route-parts.ts";
import {
  changePage,
  changesQuery,
  confirmationBody,
  subscriptionPage,
  subscriptionParams,
  subscriptionQuery,
  subscriptionShape,
} from "./schemas.ts";

export const listRoute = createRoute({
  method: "get",
  path: "/subscriptions",
  operationId: "listSubscriptions",
  summary: "List subscriptions",
  description:
    "Ordered by last change, oldest first. A subscription that changes while you read appears again at the end, so you do not miss any. To follow changes use `/changes`.",
  ...requiresScope("read"),
  request: { query: subscriptionQuery },
  responses: { 200: jsonResponse(subscriptionPage, "A page."), ...errorResponses },
});

export const getRoute = createRoute({
  method: "get",
  path: "/subscriptions/{id}",
  operationId: "getSubscription",
  summary: "Get a subscription",
  ...requiresScope("read"),
  request: { params: subscriptionParams },
  responses: {
    200: jsonResponse(subscriptionShape, "The subscription."),
    ...notModified,
    ...errorResponses,
    ...notFound,
  },
});

export const confirmRoute = createRoute({
  method: "put",
  path: "/subscriptions/{id}/confirmation",
  operationId: "confirmProvisioning",
  summary: "Confirm what the product has provisioned",
  description:
    "Idempotent: repeating a confirmation only updates its time. If the activation waits for the product, a confirmation of the subscription's plan and seats with access `full` starts it, and billing with it.",
  ...requiresScope("confirm"),
  request: {
    params: subscriptionParams,
    body: jsonBody(confirmationBody),
  },
  responses: {
    200: jsonResponse(subscriptionShape, "The subscription, with the confirmation and any differences."),
    ...errorResponses,
    ...notFound,
    ...bodyErrors,
    422: errorResponse("The offer does not have this plan; the response lists its plans."),
  },
});

export const changesRoute = createRoute({
  method: "get",
  path: "/changes",
  operationId: "listChanges",
  summary: "List changes in order, without gaps",
  description:
    "Poll with the `next` of the previous response; each event is delivered at least once, in the order in which it became visible. Make the product match `subscription`, then confirm. A few seconds between calls are enough.",
  ...requiresScope("read"),
  request: { query: changesQuery },
  responses: {
    200: jsonResponse(changePage, "The next changes; an empty list if nothing has happened."),
    410: errorResponse(
      "Events after this cursor are no longer stored, or Marketdesk was restored from an older backup. Start again with `after=latest` and all subscriptions.",
    ),
    ...errorResponses,
  },
});

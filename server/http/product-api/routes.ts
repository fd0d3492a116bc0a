/** The calls of the product API, each with all that its document says of it. */
import { createRoute, type z } from "@hono/zod-openapi";
import type { ApiScope } from "../../../shared/api-scopes.ts";
import {
  changePage,
  changesQuery,
  confirmationBody,
  problemShape,
  subscriptionPage,
  subscriptionParams,
  subscriptionQuery,
  subscriptionShape,
} from "./schemas.ts";

/** A call that needs a key of this scope. */
const needs = (scope: ApiScope) => ({ security: [{ apiKey: [scope] }] });

function answer<Shape extends z.ZodType>(schema: Shape, description: string) {
  return { description, content: { "application/json": { schema } } };
}

function errorResponse(description: string) {
  return { description, content: { "application/problem+json": { schema: problemShape } } };
}

const errorResponses = {
  400: errorResponse("Something in the request is not valid; the answer says what."),
  401: errorResponse("No key, or one that is unknown, revoked or expired."),
  403: errorResponse("The key lacks the scope that the call needs; the answer names it."),
  429: errorResponse("Too many calls; wait as `Retry-After` says."),
  500: errorResponse("Something went wrong on our side."),
};
const notFound = { 404: errorResponse("There is no subscription with this id.") };

export const listRoute = createRoute({
  method: "get",
  path: "/subscriptions",
  operationId: "listSubscriptions",
  summary: "Subscriptions, page by page",
  description:
    "In the order of their last change, the oldest first. One that changes while you read is met again at the end, so none is missed. To follow changes use `/changes`.",
  ...needs("subscriptions:read"),
  request: { query: subscriptionQuery },
  responses: { 200: answer(subscriptionPage, "A page."), ...errorResponses },
});

export const getRoute = createRoute({
  method: "get",
  path: "/subscriptions/{id}",
  operationId: "getSubscription",
  summary: "One subscription: its facts, what the customer may do, and why",
  ...needs("subscriptions:read"),
  request: { params: subscriptionParams },
  responses: { 200: answer(subscriptionShape, "The subscription."), ...errorResponses, ...notFound },
});

export const confirmRoute = createRoute({
  method: "put",
  path: "/subscriptions/{id}/confirmation",
  operationId: "confirmProvisioning",
  summary: "Say what the product has set up",
  description:
    "Idempotent: saying the same again only renews the time of the confirmation. Where the activation waits for the product, a confirmation of the subscription's plan and seats with access `full` lets it go ahead; billing starts with it.",
  ...needs("provisioning:confirm"),
  request: {
    params: subscriptionParams,
    body: { required: true, content: { "application/json": { schema: confirmationBody } } },
  },
  responses: {
    200: answer(subscriptionShape, "The subscription, with the confirmation and in what it still differs."),
    ...errorResponses,
    ...notFound,
    413: errorResponse("The body is larger than 16 kB."),
  },
});

export const changesRoute = createRoute({
  method: "get",
  path: "/changes",
  operationId: "listChanges",
  summary: "What changed, in order and without gaps",
  description:
    "Ask again and again with the `next` of the former answer; every event comes at least once, in the order in which it became visible. Make the product equal to `subscription`, then confirm it. A few seconds between calls are enough.",
  ...needs("changes:read"),
  request: { query: changesQuery },
  responses: {
    200: answer(changePage, "The next changes; none when nothing has happened."),
    410: errorResponse(
      "Events after this cursor are no longer kept: begin again with `after=latest` and all subscriptions.",
    ),
    ...errorResponses,
  },
});

/** Every call, with the scope that it needs. */
export const scopedRoutes = [listRoute, getRoute, confirmRoute, changesRoute].map((route) => ({
  method: route.method,
  path: route.getRoutingPath(),
  scope: route.security[0]?.apiKey[0] as ApiScope,
}));

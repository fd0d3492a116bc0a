/** The calls for planned changes, with their documentation. */
import { createRoute } from "@hono/zod-openapi";
import { idempotencyHeaders } from "./command-schemas.ts";
import {
  plannedChangeList,
  plannedChangeParams,
  plannedChangeShape,
  planChangeBody,
} from "./planned-change-schemas.ts";
import {
  bodyErrors,
  errorResponse,
  errorResponses,
  jsonBody,
  jsonResponse,
  notAllowedNow,
  notFound,
  requiresScope,
} from "./route-parts.ts";
import { subscriptionParams } from "./schemas.ts";

export const listPlannedChangesRoute = createRoute({
  method: "get",
  path: "/subscriptions/{id}/planned-changes",
  operationId: "listPlannedChanges",
  summary: "List planned changes of a subscription",
  description: "Waiting changes by date, then the others, newest first; at most 100.",
  ...requiresScope("read", "change"),
  request: { params: subscriptionParams },
  responses: { 200: jsonResponse(plannedChangeList, "The planned changes."), ...errorResponses, ...notFound },
});

export const planChangeRoute = createRoute({
  method: "post",
  path: "/subscriptions/{id}/planned-changes",
  operationId: "planChange",
  summary: "Plan a change for a later day",
  description:
    "Only a change that is possible now can be planned. On the planned day, Marketdesk repeats the checks and makes the change on behalf of the API key; the change fails if the key has been revoked or has expired by then. Events report the outcome.",
  ...requiresScope("change"),
  request: { params: subscriptionParams, headers: idempotencyHeaders, body: jsonBody(planChangeBody) },
  responses: {
    201: {
      ...jsonResponse(plannedChangeShape, "Planned."),
      headers: {
        "Idempotent-Replayed": {
          schema: { type: "string" },
          description: "`true` if this is the response of an earlier call with the same key.",
        },
      },
    },
    ...errorResponses,
    ...notFound,
    409: errorResponse(
      "Not possible, already planned for this day, or a call with the same Idempotency-Key is in progress (`in-progress`).",
    ),
    ...bodyErrors,
    422: errorResponse("The Idempotency-Key was used for another call."),
    502: errorResponse("Microsoft could not be reached. Repeat the call with the same Idempotency-Key."),
  },
});

export const plannedChangeRoute = createRoute({
  method: "get",
  path: "/planned-changes/{id}",
  operationId: "getPlannedChange",
  summary: "Get a planned change",
  description: "One planned change in its current state.",
  ...requiresScope("read", "change"),
  request: { params: plannedChangeParams },
  responses: {
    200: jsonResponse(plannedChangeShape, "The planned change."),
    ...errorResponses,
    404: errorResponse("There is no planned change with this ID."),
  },
});

export const cancelPlannedChangeRoute = createRoute({
  method: "delete",
  path: "/planned-changes/{id}",
  operationId: "cancelPlannedChange",
  summary: "Cancel a planned change before its day",
  description: "Changes that staff have planned can be canceled too. A repeated call gets the same response.",
  ...requiresScope("change"),
  request: { params: plannedChangeParams },
  responses: {
    200: jsonResponse(plannedChangeShape, "Canceled."),
    ...errorResponses,
    404: errorResponse("There is no planned change with this ID."),
    ...notAllowedNow,
  },
});

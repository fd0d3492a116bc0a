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
  answer,
  bodyErrors,
  errorResponse,
  errorResponses,
  jsonBody,
  needs,
  notAllowedNow,
  notFound,
} from "./route-parts.ts";
import { subscriptionParams } from "./schemas.ts";

export const listPlannedChangesRoute = createRoute({
  method: "get",
  path: "/subscriptions/{id}/planned-changes",
  operationId: "listPlannedChanges",
  summary: "Planned changes of a subscription",
  description:
    "Those that wait, in the order of the calendar, then those that are over, the newest first; at most 100.",
  ...needs("read", "change"),
  request: { params: subscriptionParams },
  responses: { 200: answer(plannedChangeList, "The planned changes."), ...errorResponses, ...notFound },
});

export const planChangeRoute = createRoute({
  method: "post",
  path: "/subscriptions/{id}/planned-changes",
  operationId: "planChange",
  summary: "Plan a change for a later day",
  description:
    "What is not possible now cannot be planned. On its day the change is made in the name of the API key that planned it, after the same checks; a key that is revoked or expired by then makes it fail. Events say what becomes of it.",
  ...needs("change"),
  request: { params: subscriptionParams, headers: idempotencyHeaders, body: jsonBody(planChangeBody) },
  responses: {
    201: {
      ...answer(plannedChangeShape, "Planned."),
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
      "Not possible, planned for this day already, or a call with the same Idempotency-Key is in progress (`in-progress`).",
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
  summary: "What became of a planned change",
  description: "One planned change in its current state.",
  ...needs("read", "change"),
  request: { params: plannedChangeParams },
  responses: {
    200: answer(plannedChangeShape, "The planned change."),
    ...errorResponses,
    404: errorResponse("There is no planned change with this ID."),
  },
});

export const cancelPlannedChangeRoute = createRoute({
  method: "delete",
  path: "/planned-changes/{id}",
  operationId: "cancelPlannedChange",
  summary: "Cancel a planned change before its day",
  description: "Also one that staff have planned. A repeated call has the same response.",
  ...needs("change"),
  request: { params: plannedChangeParams },
  responses: {
    200: answer(plannedChangeShape, "Canceled."),
    ...errorResponses,
    404: errorResponse("There is no planned change with this ID."),
    ...notAllowedNow,
  },
});

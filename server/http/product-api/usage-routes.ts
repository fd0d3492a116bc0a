/** The calls that report and read usage, with their documentation. */
import { createRoute } from "@hono/zod-openapi";
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
import { usageBody, usageQuery, usageReceipt, usageShape } from "./usage-schemas.ts";

export const reportUsageRoute = createRoute({
  method: "post",
  path: "/usage",
  operationId: "reportUsage",
  summary: "Report usage of metered dimensions",
  description:
    "Up to 1,000 events, as they happen. Marketdesk adds them up by hour, subtracts what the plan includes, and sends the rest to Microsoft. Each event has its own result, and is stored before the response. Repeating an event changes nothing.",
  ...requiresScope("usage"),
  request: { body: jsonBody(usageBody) },
  responses: {
    200: jsonResponse(usageReceipt, "A result for each event. Events can be refused although the response is 200."),
    ...errorResponses,
    ...bodyErrors,
    413: errorResponse("The body is larger than 240 kB."),
  },
});

export const readUsageRoute = createRoute({
  method: "get",
  path: "/subscriptions/{id}/usage",
  operationId: "getUsage",
  summary: "Get the usage of a subscription in a term",
  description: "By dimension: what was used, what the plan includes, and what is billed.",
  ...requiresScope("read", "usage"),
  request: { params: subscriptionParams, query: usageQuery },
  responses: { 200: jsonResponse(usageShape, "The usage."), ...errorResponses, ...notFound },
});

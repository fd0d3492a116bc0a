/** The calls that say what a customer may use, with their documentation. */
import { createRoute } from "@hono/zod-openapi";
import { entitlementAnswer, entitlementQuery } from "./entitlement-schemas.ts";
import { answer, errorResponses, needs, notModified } from "./route-parts.ts";

export const entitlementsRoute = createRoute({
  method: "get",
  path: "/entitlements",
  operationId: "getEntitlements",
  summary: "What a tenant, or a person in it, may use",
  description:
    "Answered from Marketdesk's own database, so it is fast enough for each sign-in. Returns the subscriptions whose beneficiary is the tenant. Who in the tenant gets a seat is up to the product. Send the `ETag` of the last response as `If-None-Match`: an unchanged response is 304 without a body.",
  ...needs("read"),
  request: { query: entitlementQuery },
  responses: {
    200: answer(entitlementAnswer, "The entitlements; an empty list if there are none."),
    ...notModified,
    ...errorResponses,
  },
});

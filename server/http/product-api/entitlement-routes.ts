/** The calls that say what a customer may use, with their documentation. */
import { createRoute } from "@hono/zod-openapi";
import {
  entitlementAnswer,
  entitlementQuery,
  handoffParams,
  rotateSigningKeyBody,
  tokenAnswer,
  tokenQuery,
} from "./entitlement-schemas.ts";
import {
  bodyErrors,
  errorResponse,
  errorResponses,
  jsonBody,
  jsonResponse,
  notAllowedNow,
  notModified,
  requiresScope,
} from "./route-parts.ts";

export const entitlementsRoute = createRoute({
  method: "get",
  path: "/entitlements",
  operationId: "getEntitlements",
  summary: "Get the entitlements of a tenant or a person",
  description:
    "Answered from Marketdesk's own database, so it is fast enough for each sign-in. Returns the subscriptions whose beneficiary is the tenant. Who in the tenant gets a seat is up to the product. Send the `ETag` of the last response as `If-None-Match`: an unchanged response is 304 without a body.",
  ...requiresScope("read"),
  request: { query: entitlementQuery },
  responses: {
    200: jsonResponse(entitlementAnswer, "The entitlements; an empty list if there are none."),
    ...notModified,
    ...errorResponses,
  },
});

export const tokenRoute = createRoute({
  method: "get",
  path: "/entitlements/token",
  operationId: "getEntitlementToken",
  summary: "Get signed entitlements, which can be checked without a call",
  description:
    "A JWT (ES256, `typ` `entitlements+jwt`) that the product checks with the keys at `/.well-known/jwks.json`. Claims: `iss` is the public address of Marketdesk, `aud` the given audience, `sub` the tenant, or tenant and user with a colon between them, `tid` and `oid` the tenant and the user, `access` and `entitlements` as in `/entitlements` without those that have ended, and `iat`, `exp` and `jti`.",
  ...requiresScope("read"),
  request: { query: tokenQuery },
  responses: { 200: jsonResponse(tokenAnswer, "The token and when it expires."), ...errorResponses },
});

export const rotateSigningKeyRoute = createRoute({
  method: "post",
  path: "/signing-keys/rotate",
  operationId: "rotateSigningKey",
  summary: "Replace the key that signs entitlements now",
  description:
    "Marketdesk does this automatically every 30 days. The next key is always published before it signs, and earlier keys are published until their last token has expired, so no valid token becomes unverifiable.",
  ...requiresScope("admin"),
  request: { body: jsonBody(rotateSigningKeyBody) },
  responses: {
    204: { description: "Another key signs from now on." },
    ...errorResponses,
    ...bodyErrors,
    ...notAllowedNow,
  },
});

export const useHandoffRoute = createRoute({
  method: "post",
  path: "/handoffs/{jti}/use",
  operationId: "useHandoff",
  summary: "Use a handoff once",
  description:
    "After a purchaser arrived with a handoff whose signature is valid, use its `jti` here before you sign the person in. Only the first call for a `jti` gets 204, across all instances of your product.",
  ...requiresScope("read"),
  request: { params: handoffParams },
  responses: {
    204: { description: "The handoff had not been used before." },
    ...errorResponses,
    409: errorResponse("The handoff was already used. Do not sign the person in."),
  },
});

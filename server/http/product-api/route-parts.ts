/** What the calls of the product API share: scopes, responses and problems. */
import type { z } from "@hono/zod-openapi";
import type { ApiScope, EarlierApiScope, StoredApiScope } from "../../../shared/api-scopes.ts";
import { problemShape } from "./schemas.ts";

/** For a call whose key must have one of these scopes. */
export const requiresScope = (...scopes: [ApiScope, ...ApiScope[]]) => ({
  security: scopes.map((scope) => ({ apiKey: [scope] })),
});

export function jsonResponse<Shape extends z.ZodType>(schema: Shape, description: string) {
  return { description, content: { "application/json": { schema } } };
}

export function errorResponse(description: string) {
  return { description, content: { "application/problem+json": { schema: problemShape } } };
}

export const errorResponses = {
  400: errorResponse("The request is not valid; the response says what is wrong."),
  401: errorResponse("The key is missing, unknown, revoked or expired."),
  403: errorResponse("The key does not have the scope that the call needs; the response names it."),
  429: errorResponse("Too many calls. Wait for the time in `Retry-After`."),
  500: errorResponse("Marketdesk had an internal error."),
  503: errorResponse("Marketdesk is not available. Wait for the time in `Retry-After`."),
};

export const notFound = { 404: errorResponse("There is no subscription with this ID.") };

export const notAllowedNow = { 409: errorResponse("Not possible now; the response says why.") };

export const bodyErrors = {
  413: errorResponse("The body is larger than 16 kB."),
  415: errorResponse("The body is not sent as `application/json`."),
};

export function jsonBody<Shape extends z.ZodType>(schema: Shape) {
  return { required: true, content: { "application/json": { schema } } };
}

export const notModified = {
  304: { description: "Unchanged since the response with the `ETag` that `If-None-Match` names." },
};

type Route = {
  method: string;
  operationId: string;
  security: { apiKey: ApiScope[] }[];
  getRoutingPath(): string;
};

/** The scopes of keys from before version 0.3, by the calls that they permit. */
const earlierScopes: Record<string, EarlierApiScope> = {
  listSubscriptions: "subscriptions:read",
  getSubscription: "subscriptions:read",
  confirmProvisioning: "provisioning:confirm",
  listChanges: "changes:read",
};

/** `scopes`: any one of them is enough. `needed`: the one that an error names. */
export type ScopedCall = { method: string; path: string; scopes: StoredApiScope[]; needed: ApiScope };

export function scopedCall(route: Route): ScopedCall {
  const scopes = route.security.flatMap(({ apiKey }) => apiKey);
  const [needed] = scopes;
  if (needed === undefined) throw new Error(`The call ${route.operationId} names no scope.`);
  const earlier = earlierScopes[route.operationId];
  return {
    method: route.method,
    path: route.getRoutingPath(),
    scopes: earlier ? [...scopes, earlier] : scopes,
    needed,
  };
}

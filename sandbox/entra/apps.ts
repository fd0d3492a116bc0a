/** The app registrations of the sandbox's Entra, its tenants, and its errors. */
import { randomUUID } from "node:crypto";
import { personas } from "../personas.ts";
import { personalTenantId, sandboxPublisher } from "../publisher.ts";
import type { World } from "../world.ts";

export type App = {
  clientId: string;
  name: string;
  secret: string;
  /** Only people of the publisher's tenant can sign in to a single-tenant app. */
  isMultitenant: boolean;
};

const apps: readonly App[] = [
  {
    clientId: sandboxPublisher.clientId,
    name: "Marketdesk",
    secret: sandboxPublisher.clientSecret,
    isMultitenant: false,
  },
  {
    clientId: sandboxPublisher.landingClientId,
    name: "Contoso subscriptions",
    secret: sandboxPublisher.landingClientSecret,
    isMultitenant: true,
  },
];

export function findApp(clientId: string | undefined): App | undefined {
  return apps.find((app) => app.clientId === clientId);
}

/** Registered redirect addresses: everything under `/auth/` of the app's own origin. */
export function isRegisteredRedirect(world: World, redirectUri: string): boolean {
  const registered = new URL(world.landingUrl);
  try {
    const requested = new URL(redirectUri);
    return requested.origin === registered.origin && requested.pathname.startsWith("/auth/") && requested.hash === "";
  } catch {
    return false;
  }
}

/** Names in an address that mean more than one tenant. */
export const sharedTenants = ["common", "organizations", "consumers"];

const tenantIds = new Set<string>([
  sandboxPublisher.tenantId,
  personalTenantId,
  ...personas.map(({ tenantId }) => tenantId),
]);

/** Whether the sandbox's Entra has this tenant: a tenant ID or a shared name. */
export function isKnownTenant(tenant: string): boolean {
  return sharedTenants.includes(tenant) || tenantIds.has(tenant);
}

/** An Entra error: the OAuth code, and the AADSTS number with its message. */
export type EntraError = { error: string; number: number; message: string };

export const entraErrors = {
  unknownTenant: (tenant: string) => ({
    error: "invalid_request",
    number: 90002,
    message: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  }),
  unknownApp: (clientId: string | undefined) => ({
    error: "unauthorized_client",
    number: 700016,
    message: `Application with identifier '${clientId ?? ""}' was not found in the directory.`,
  }),
  wrongSecret: (clientId: string) => ({
    error: "invalid_client",
    number: 7000215,
    message: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value for app '${clientId}'.`,
  }),
  redirectMismatch: (redirectUri: string) => ({
    error: "invalid_request",
    number: 50011,
    message: `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application. The sandbox registers every address under /auth/ of the landing page's origin.`,
  }),
  missingParameter: (name: string) => ({
    error: "invalid_request",
    number: 900144,
    message: `The request body must contain the following parameter: '${name}'.`,
  }),
  singleTenantApp: (clientId: string) => ({
    error: "invalid_request",
    number: 50194,
    message: `Application '${clientId}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.`,
  }),
  disabledAccount: () => ({ error: "invalid_grant", number: 50057, message: "The user account is disabled." }),
  badRefreshToken: () => ({
    error: "invalid_grant",
    number: 9002313,
    message: "Invalid request. Request is malformed or invalid: the refresh token is not one of this app.",
  }),
  expiredRefreshToken: () => ({
    error: "invalid_grant",
    number: 700082,
    message: "The refresh token has expired due to inactivity.",
  }),
} satisfies Record<string, (value: string) => EntraError>;

/** The JSON body of a token endpoint's error. */
export function errorBody({ error, number, message }: EntraError): Record<string, unknown> {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    error,
    error_description: `${errorText({ error, number, message })} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}

export function errorText({ number, message }: EntraError): string {
  return `AADSTS${number}: ${message}`;
}

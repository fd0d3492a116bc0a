/** The sandbox's publisher: its tenant, its two app registrations and its publisher ID in Partner Center. */

/** The marketplace's own application: the resource of access tokens, and `azp` in webhook tokens. */
export const marketplaceAppId = "20e940b3-4c77-4b0b-9a53-9e16a1b010a7";

/** Microsoft Graph: the resource of access tokens with which emails are sent. */
export const graphResource = "https://graph.microsoft.com";

/** The application permission that sending takes; the fulfillment app has it unless the settings say otherwise. */
export const mailPermission = "Mail.Send";

/** The publisher's mailboxes in Exchange Online. */
export const mailboxes: readonly string[] = ["marketdesk@sandbox.example", "subscriptions@contoso.com"];

/** The tenant of all personal Microsoft accounts. */
export const personalTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Public on purpose: these credentials work only in the sandbox. */
export const sandboxPublisher = {
  publisherId: "contoso",
  tenantId: "11111111-1111-4111-8111-111111111111",
  /** The fulfillment app: single-tenant; staff sign in to it, and webhook tokens have it as their audience. */
  clientId: "22222222-2222-4222-8222-222222222222",
  clientSecret: "sandbox-fulfillment-secret",
  /** The landing page's app: multitenant, with personal accounts. */
  landingClientId: "33333333-3333-4333-8333-333333333333",
  landingClientSecret: "sandbox-landing-secret",
  /** The service principal of the fulfillment app: `oid` and `sub` of its access tokens. */
  servicePrincipalId: "44444444-4444-4444-8444-444444444444",
} as const;

/** The service principal of the Marketplace in the publisher's tenant: `oid` and `sub` of webhook tokens. */
export const marketplacePrincipalId = "55555555-5555-4555-8555-555555555555";

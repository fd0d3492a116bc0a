/** Entra's error codes for an app that requests a token: meaning and remedy. */

type Words = { cause: string; remedy: string };

const where = "In the Entra admin center, open the app under App registrations";
const restart = "Then restart Marketdesk.";
const compareIds =
  "Compare ENTRA_CLIENT_ID and ENTRA_TENANT_ID with the app's overview page in the Entra admin center.";

const secretExpired: Words = {
  cause: "the client secret of the fulfillment app has expired",
  remedy: `${where}, add a client secret under Certificates & secrets, and set ENTRA_CLIENT_SECRET to its value. ${restart}`,
};
const secretWrong: Words = {
  cause: "the client secret is not valid",
  remedy: `Set ENTRA_CLIENT_SECRET to the secret's value; the secret's ID does not work. ${where} to add a new secret if the value is lost. ${restart}`,
};
const certificateUnknown: Words = {
  cause: "Entra does not accept the certificate",
  remedy: `${where} and upload the certificate of ENTRA_CLIENT_CERTIFICATE_FILE under Certificates & secrets. If it has expired, replace it in both places.`,
};
const appUnknown: Words = { cause: "the tenant has no app with this client ID", remedy: compareIds };
const tenantUnknown: Words = { cause: "there is no such tenant", remedy: compareIds };
const appDisabled: Words = {
  cause: "the app is disabled in Entra",
  remedy:
    "In the Entra admin center, open the app under Enterprise applications > Properties, and enable it for sign-in.",
};
const consentMissing: Words = {
  cause: "an admin's consent for the app is missing",
  remedy:
    "In the Entra admin center, open the app under Enterprise applications > Permissions, and grant admin consent.",
};

const words: Record<string, Words> = {
  AADSTS7000222: secretExpired,
  AADSTS7000215: secretWrong,
  AADSTS7000218: secretWrong,
  AADSTS700027: certificateUnknown,
  AADSTS700024: {
    cause: "the certificate's assertion is not valid at this time",
    remedy: "Synchronize this machine's clock with a time server.",
  },
  AADSTS700016: appUnknown,
  AADSTS700054: appUnknown,
  AADSTS90002: tenantUnknown,
  AADSTS900023: tenantUnknown,
  AADSTS90023: tenantUnknown,
  AADSTS500011: {
    cause: "the tenant has no service principal for the Marketplace",
    remedy: "An Entra administrator adds it once: az ad sp create --id 20e940b3-4c77-4b0b-9a53-9e16a1b010a7",
  },
  AADSTS7000229: {
    cause: "the app has no service principal in the tenant",
    remedy: "An Entra administrator adds it once, with the app's client ID: az ad sp create --id CLIENT-ID",
  },
  AADSTS7000112: appDisabled,
  AADSTS500014: appDisabled,
  AADSTS50057: appDisabled,
  AADSTS65001: consentMissing,
  AADSTS650052: consentMissing,
  AADSTS53003: {
    cause: "a Conditional Access policy blocks the app",
    remedy: "An Entra administrator excludes the app from the policy, or allows this server's address in it.",
  },
  invalid_client: secretWrong,
  unauthorized_client: appUnknown,
};

/** What an Entra error code means; null if unknown. */
export function entraCodeInWords(code: string | null): Words | null {
  return code !== null && Object.hasOwn(words, code) ? (words[code] ?? null) : null;
}

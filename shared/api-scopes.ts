/** What an API key may do, as data: the calls, the form and the documentation read this table. */

export const apiScopes = ["subscriptions:read", "changes:read", "provisioning:confirm"] as const;
export type ApiScope = (typeof apiScopes)[number];

export const apiScopeWords: Record<ApiScope, { name: string; meaning: string }> = {
  "subscriptions:read": {
    name: "Read subscriptions",
    meaning: "Every subscription with its access, term and contact",
  },
  "changes:read": { name: "Read changes", meaning: "The feed of what changed, in order" },
  "provisioning:confirm": {
    name: "Confirm provisioning",
    meaning: "Report what the product has set up; where activation waits for the product, billing starts with it",
  },
};

/** Days until a new key expires. */
export const apiKeyLifetimes = [90, 180, 365] as const;
export const defaultApiKeyLifetime = 180;

/** A key that expires within so many days shows under Needs you. */
export const apiKeyWarningDays = 30;

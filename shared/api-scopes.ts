/** The permissions of API keys: the calls, the form and the documentation read this table. */

export const apiScopes = ["subscriptions:read", "changes:read", "provisioning:confirm"] as const;
export type ApiScope = (typeof apiScopes)[number];

export const apiScopeWords: Record<ApiScope, { name: string; meaning: string }> = {
  "subscriptions:read": {
    name: "Read subscriptions",
    meaning: "All subscriptions with access, term and contact",
  },
  "changes:read": { name: "Read changes", meaning: "The feed of changes, in order" },
  "provisioning:confirm": {
    name: "Confirm provisioning",
    meaning: "Report what the product has provisioned. If activation waits for the product, this starts billing.",
  },
};

/** Days until a new key expires. */
export const apiKeyLifetimes = [90, 180, 365] as const;
export const defaultApiKeyLifetime = 180;

/** Days before a key's expiry at which it needs attention. */
export const apiKeyWarningDays = 30;

/** The permissions of API keys: the calls, the form and the documentation read this table. */

export const apiScopes = ["read", "confirm", "change", "usage", "admin"] as const;
export type ApiScope = (typeof apiScopes)[number];

/** Scopes of keys from before 0.3. Each still permits what it did then, and nothing more. */
export const earlierApiScopes = ["subscriptions:read", "changes:read", "provisioning:confirm"] as const;
export type EarlierApiScope = (typeof earlierApiScopes)[number];

/** A scope as a key may have it. */
export type StoredApiScope = ApiScope | EarlierApiScope;

/** The permissions of a key that is created without a choice. */
export const defaultApiScopes: readonly ApiScope[] = ["read", "confirm"];

export const apiScopeWords: Record<StoredApiScope, { name: string; meaning: string }> = {
  read: { name: "Read", meaning: "Subscriptions, entitlements and the feed of changes" },
  confirm: {
    name: "Confirm",
    meaning: "Report what the product has provisioned. If activation waits for the product, this starts billing.",
  },
  change: {
    name: "Change",
    meaning: "Change plans and seats, suspend, reinstate and activate, and request cancellations that staff approve",
  },
  usage: { name: "Usage", meaning: "Report usage of metered dimensions, which Microsoft bills, and read it" },
  admin: { name: "Administer", meaning: "Replace the key that signs entitlements" },
  "subscriptions:read": { name: "Read subscriptions", meaning: "All subscriptions with access, term and contact" },
  "changes:read": { name: "Read changes", meaning: "The feed of changes, in order" },
  "provisioning:confirm": { name: "Confirm provisioning", meaning: "Report what the product has provisioned" },
};

/** Days until a new key expires. */
export const apiKeyLifetimes = [90, 180, 365] as const;
export const defaultApiKeyLifetime = 180;

/** Days before a key's expiry at which it needs attention. */
export const apiKeyWarningDays = 30;

import type { StoredApiScope } from "../api-scopes.ts";

/** An API key of the product. The key itself is shown only once. */
export type ApiKeyView = {
  id: string;
  name: string;
  /** Its last four characters. */
  ending: string;
  /** Its permissions; null: all of the earlier ones, for a key created before scopes existed. */
  scopes: StoredApiScope[] | null;
  /** Null: never. */
  expiresAt: string | null;
  isExpired: boolean;
  noExpiryReason: string | null;
  createdByName: string;
  createdAt: string;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
  revoked: { at: string; byName: string; reason: string } | null;
};

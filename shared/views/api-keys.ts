import type { ApiScope } from "../api-scopes.ts";

/** A key of the publisher's product. The key itself is shown once, when it is made. */
export type ApiKeyView = {
  id: string;
  name: string;
  /** Its last four characters. */
  ending: string;
  /** What it may do; null: everything, as a key from before there were scopes. */
  scopes: ApiScope[] | null;
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

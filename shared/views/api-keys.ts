/** A key of the publisher's product. The key itself is shown once, when it is made. */
export type ApiKeyView = {
  id: string;
  name: string;
  /** Its last four characters. */
  ending: string;
  createdByName: string;
  createdAt: string;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
  revoked: { at: string; byName: string; reason: string } | null;
};

/** A key that signs entitlements, without its private part. */
export type SigningKeyView = {
  /** `kid` in tokens. */
  id: string;
  state: "signs" | "next" | "earlier";
  createdAt: string;
  /** Null for the next key. */
  signsFrom: string | null;
  /** When an earlier key is removed, because its last token has expired by then. */
  publishedUntil: string | null;
};

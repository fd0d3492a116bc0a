/** Tokens of the webhook that were verified, so that a token's signature is verified only once. */

import type { KeyObject } from "node:crypto";

const maxTokens = 1_000;

type VerifiedToken = { keyId: string; key: KeyObject; /** In milliseconds since 1970. */ expiresAt: number };

/** @param findKey the key with this id; a token is forgotten when its key is another one */
export function createVerifiedTokens(findKey: (keyId: string) => KeyObject | null) {
  /** By hash, the least recently used first. */
  const tokens = new Map<string, VerifiedToken>();

  return {
    has(id: string, time: number): boolean {
      const entry = tokens.get(id);
      if (!entry) return false;
      tokens.delete(id);
      if (time >= entry.expiresAt || findKey(entry.keyId) !== entry.key) return false;
      tokens.set(id, entry);
      return true;
    },
    add(id: string, entry: VerifiedToken): void {
      tokens.set(id, entry);
      if (tokens.size <= maxTokens) return;
      const oldest = tokens.keys().next();
      if (!oldest.done) tokens.delete(oldest.value);
    },
  };
}

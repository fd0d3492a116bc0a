/** Limits an account's responses in progress, because each uses memory until it has been read. */
import type { ServerResponse } from "node:http";

/**
 * A browser sends ten procedures in each of a few requests; forty leave room for many pages opened at the same
 * time.
 */
const maxOpenResponses = 40;

export function createResponseLimit() {
  const counts = new Map<string, number>();

  return {
    /** @returns whether there was room; it is released when the response was sent or its connection closed */
    take(account: string, response: ServerResponse): boolean {
      const count = counts.get(account) ?? 0;
      if (count >= maxOpenResponses) return false;
      counts.set(account, count + 1);
      response.once("close", () => {
        const left = (counts.get(account) ?? 1) - 1;
        if (left === 0) counts.delete(account);
        else counts.set(account, left);
      });
      return true;
    },
  };
}

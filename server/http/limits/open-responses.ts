/** How many answers an account may have under way: each holds its memory until its reader has taken it. */
import type { ServerResponse } from "node:http";

/** A browser asks for ten procedures in each of a few requests; forty leave room for many pages that open at the same time. */
const maxOpenResponses = 40;

export function createResponseLimit() {
  const counts = new Map<string, number>();

  return {
    /** @returns whether there was room; it is given back when the answer has been sent or its connection has closed */
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

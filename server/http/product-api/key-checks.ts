/** Authenticates a call by its API key, and checks the key's scope. */
import { createMiddleware } from "hono/factory";
import { earlierApiScopes, type StoredApiScope } from "../../../shared/api-scopes.ts";
import { hashOf } from "../../commands/product/api-keys.ts";
import { findApiKey } from "../../database/queries/api-keys.ts";
import { recordApiKeyUse } from "../../database/writes/api-key-use.ts";
import type { Database } from "../../database/connection/database.ts";
import { readKey } from "../../domain/api-key.ts";
import type { LimitByAddress } from "../limits/by-address.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import { createCallBudget } from "./call-budget.ts";
import { problem } from "./problems.ts";
import type { ScopedCall } from "./route-parts.ts";

export type Key = { id: string; name: string; scopes: readonly StoredApiScope[] };
export type KeyedEnv = { Variables: { key: Key } };

type Deps = {
  db: Database;
  byAddress: Pick<LimitByAddress, "take">;
  recordRefusal: RecordRefusal;
  now: () => Date;
};

/** The key is looked up for each call, so that a revoked key is refused immediately. */
export function requireKey({ db, byAddress, recordRefusal, now }: Deps) {
  const isWithinBudget = createCallBudget(now);
  return createMiddleware<KeyedEnv>(async (c, next) => {
    const given = readKey(c.req.header("authorization"));
    const key = given === null ? null : await findApiKey(db, hashOf(given));
    const isExpired = key !== null && key.expiresAt !== null && key.expiresAt <= now();
    if (key === null || isExpired) {
      if (c.req.header("authorization") !== undefined) recordRefusal("api_key");
      const seconds = await byAddress.take(c, "anonymousCall");
      if (seconds !== null) {
        c.header("Retry-After", String(seconds));
        return problem(c, "TooManyCalls", `Your network sends too many calls without a valid key. Wait ${seconds} s.`);
      }
      c.header("WWW-Authenticate", 'Bearer realm="Marketdesk product API"');
      const detail =
        given === null
          ? "Send an API key as `Authorization: Bearer md_…`. An admin creates keys in Marketdesk under Settings, API keys."
          : isExpired
            ? "This API key has expired. Ask a Marketdesk admin for a new key."
            : "This API key is unknown or was revoked. Ask a Marketdesk admin for another key.";
      return problem(c, "Unauthenticated", detail);
    }
    if (!isWithinBudget(key.id)) {
      c.header("Retry-After", "1");
      return problem(c, "TooManyCalls", "Too many calls with this key. Wait a second, then continue more slowly.");
    }
    await recordApiKeyUse(db, key, now());
    // Keys created before scopes existed have none: they keep what they could do then.
    c.set("key", { id: key.id, name: key.name, scopes: key.scopes ?? earlierApiScopes });
    return next();
  });
}

export function requireScope({ scopes, needed }: ScopedCall, recordRefusal: RecordRefusal) {
  return createMiddleware<KeyedEnv>((c, next) => {
    if (scopes.some((scope) => c.var.key.scopes.includes(scope))) return next();
    recordRefusal("api_scope");
    const detail = `This API key does not have the scope \`${needed}\`. Ask a Marketdesk admin for a key with this scope.`;
    return Promise.resolve(problem(c, "Forbidden", detail));
  });
}

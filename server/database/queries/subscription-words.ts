/** Subscriptions that a text names, for lists that belong to subscriptions. */
import { sql, type SQL } from "drizzle-orm";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { subscriptionHas } from "./search-conditions.ts";

/** Enough for any meaningful name or id. */
const maxSubscriptions = 500;

/**
 * Their ids as an array; undefined for an empty text. Includes the text itself, which may be an id that we do not
 * know.
 */
export function subscriptionsNamed(text: string | undefined): SQL | undefined {
  const named = subscriptionHas(text);
  return named && sql`array(select id from ${s} where ${named} limit ${maxSubscriptions}) || ${text ?? ""}::text`;
}

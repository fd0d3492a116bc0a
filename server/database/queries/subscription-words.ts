/** Subscriptions that a text names, for lists of what belongs to subscriptions. */
import { sql, type SQL } from "drizzle-orm";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { subscriptionHas } from "./search.ts";

/** Enough for any name or id that means something; what is more common is no search for a subscription. */
const maxSubscriptions = 500;

/** Their ids as an array; undefined for an empty text. The text itself is one of them: it may be an id that we do not know. */
export function subscriptionsNamed(text: string | undefined): SQL | undefined {
  const named = subscriptionHas(text);
  return named && sql`array(select id from ${s} where ${named} limit ${maxSubscriptions}) || ${text ?? ""}::text`;
}

/** Addresses and people of landing visits. */
import type { Purchaser } from "../../auth/purchaser-sessions.ts";

/** `tenant:object`, the id of a person. */
export function idOf({ tenantId, objectId }: Purchaser): string {
  return `${tenantId}:${objectId}`;
}

export function visitPath(key: string): string {
  return `/landing?visit=${key}`;
}

/** The path of the sign-in. @param isOther asks for the account, even if one is signed in */
export function signIn(returnTo?: string, isOther = false): string {
  const query = new URLSearchParams();
  if (returnTo !== undefined) query.set("returnTo", returnTo);
  if (isOther) query.set("account", "other");
  return `/auth/purchaser/sign-in${query.size > 0 ? `?${query}` : ""}`;
}

/** The cookies that name sessions: the browser has an id, and the database only its hash. */
import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { sessionLimits } from "../../shared/session-limits.ts";
import type { Cookies } from "./cookies.ts";

/** Staff and purchasers have separate cookies, because one person may be both. */
export type SessionKind = "staff" | "purchaser";

export type SessionCookies = ReturnType<typeof createSessionCookies>;

export function createSessionCookies(cookies: Cookies) {
  return {
    /** The id of the session's row, valid or not; null if the request names none. */
    rowId: (c: Context, kind: SessionKind) => hashOf(cookies.get(c, kind)),
    set: (c: Context, kind: SessionKind, id: string) => cookies.set(c, kind, id, sessionLimits.absoluteMs / 1000),
    remove: (c: Context, kind: SessionKind) => cookies.remove(c, kind),
  };
}

export function newId(): string {
  return randomBytes(32).toString("base64url");
}

export function sha256(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function hashOf(id: string | undefined): string | null {
  return id !== undefined && /^[\w-]{43}$/.test(id) ? sha256(id) : null;
}

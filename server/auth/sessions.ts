/** The signed-in person, by a request's cookie. */
import type { Context } from "hono";
import type { Database } from "../database/connection/database.ts";
import { deleteSession } from "../database/writes/session-store.ts";
import type { Cookies } from "./cookies.ts";
import { createPurchaserSessions } from "./purchaser-sessions.ts";
import { createSessionCookies, type SessionKind } from "./session-cookies.ts";
import { createStaffSessions } from "./staff-sessions.ts";

export function createSessions(options: { db: Database; cookies: Cookies; now: () => Date }) {
  const { db, now } = options;
  const cookies = createSessionCookies(options.cookies);
  return {
    ...createStaffSessions(db, cookies, now),
    ...createPurchaserSessions(db, cookies, now),

    async end(c: Context, kind: SessionKind): Promise<void> {
      const id = cookies.rowId(c, kind);
      if (id !== null) await deleteSession(db, id);
      cookies.remove(c, kind);
    },
  };
}

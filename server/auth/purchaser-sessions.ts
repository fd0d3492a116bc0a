/** Sessions of purchasers, each with the purchase that was last opened in it. */
import type { Context } from "hono";
import type { Database } from "../database/connection/database.ts";
import {
  deleteSession,
  findPurchaserSession,
  insertSession,
  mergeSessionData,
} from "../database/writes/session-store.ts";
import type { Visitor } from "../domain/purchase-owner.ts";
import type { Identity } from "./id-token.ts";
import { newId, type SessionCookies, sha256 } from "./session-cookies.ts";

export type Purchaser = Visitor & { name: string };

export type SignedInPurchaser = {
  purchaser: Purchaser;
  /** Sent with each form and returned with it. */
  formToken: string;
  /** The purchase that was last opened in this session. */
  subscriptionId: string | null;
};

export function createPurchaserSessions(db: Database, cookies: SessionCookies, now: () => Date) {
  return {
    async readPurchaser(c: Context): Promise<SignedInPurchaser | null> {
      const id = cookies.rowId(c, "purchaser");
      const found = id === null ? null : await findPurchaserSession(db, id, now());
      if (found === null) return null;
      const { data, ...person } = found;
      const username = typeof data["username"] === "string" ? data["username"] : null;
      return {
        purchaser: { ...person, username, isEmailVerified: data["isEmailVerified"] === true },
        formToken: String(data["formToken"]),
        subscriptionId: typeof data["subscriptionId"] === "string" ? data["subscriptionId"] : null,
      };
    },

    async startPurchaser(c: Context, identity: Identity): Promise<void> {
      const { tenantId, objectId, name, email, username, isEmailVerified } = identity;
      const id = newId();
      const previous = cookies.rowId(c, "purchaser");
      const person = { tenantId, objectId, name, email, role: null };
      await db.transaction(async (transaction) => {
        if (previous !== null) await deleteSession(transaction, previous);
        const data = { formToken: newId(), username, isEmailVerified };
        await insertSession(transaction, { id: sha256(id), kind: "purchaser", ...person, data }, now());
      });
      cookies.set(c, "purchaser", id);
    },

    /** Stores which purchase was last opened in the purchaser's session. */
    async rememberPurchase(c: Context, subscriptionId: string): Promise<void> {
      const id = cookies.rowId(c, "purchaser");
      if (id !== null) await mergeSessionData(db, id, { subscriptionId });
    },
  };
}

/**
 * The signed-in person, by a request's cookie. Staff and purchasers have separate cookies, because one person may
 * be both.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import type { Role } from "../../shared/roles.ts";
import { sessionLimits } from "../../shared/session-limits.ts";
import type { Database } from "../database/connection/database.ts";
import {
  deleteSession,
  deleteStaffSessions,
  findPurchaserSession,
  findStaffSession,
  validStaffSessions,
  insertSession,
  mergeSessionData,
} from "../database/writes/session-store.ts";
import { upsertStaff } from "../database/writes/staff-confirmations.ts";
import type { Visitor } from "../domain/purchase-owner.ts";
import type { Cookies } from "./cookies.ts";
import type { Identity } from "./id-token.ts";
import { createSignInWatch } from "./sign-in-watch.ts";

export type StaffMember = {
  /** `tenant:object`, the actor's id in the audit trail. */
  id: string;
  tenantId: string;
  objectId: string;
  name: string;
  email: string;
  role: Role;
};

export type Purchaser = Visitor & { name: string };

export type SignedInPurchaser = {
  purchaser: Purchaser;
  /** Sent with each form and returned with it. */
  formToken: string;
  /** The purchase that was last opened in this session. */
  subscriptionId: string | null;
};

export function createSessions(options: { db: Database; cookies: Cookies; now: () => Date }) {
  const { db, cookies, now } = options;
  const rowId = (c: Context, kind: "staff" | "purchaser") => hashOf(cookies.get(c, kind));
  const setCookie = (c: Context, kind: "staff" | "purchaser", id: string) =>
    cookies.set(c, kind, id, sessionLimits.absoluteMs / 1000);

  const watch = createSignInWatch((ids) => validStaffSessions(db, ids, now()));

  return {
    /** The id of the staff session that a request names, valid or not; null if it names none. */
    staffSessionId: (c: Context) => rowId(c, "staff"),

    /** Calls `onEnd` within about a second after the session has ended. The returned function stops watching. */
    watchStaff(c: Context, onEnd: () => void): () => void {
      const id = rowId(c, "staff");
      return id === null ? () => {} : watch(id, onEnd);
    },

    /**
     * The staff member who sends a request, or null: one statement. Pages that are only kept open (the stream of
     * changes) pass `isSeen` false, so that they do not extend the session.
     */
    async readStaff(
      c: Context,
      { isSeen = true } = {},
    ): Promise<{ staff: StaffMember; authenticatedAt: Date | null } | null> {
      const id = rowId(c, "staff");
      const found = id === null ? null : await findStaffSession(db, id, now(), isSeen);
      if (found === null) return null;
      const { authenticatedAt, ...person } = found;
      const staff = { ...person, id: `${person.tenantId}:${person.objectId}`, email: person.email ?? "" };
      return { staff, authenticatedAt };
    },

    /**
     * Starts a staff session with a new id, in place of this browser's previous one.
     * @param others.entraGrant for checking with Entra again, encrypted
     * @returns false if the person is blocked; then there is no session
     */
    async startStaff(
      c: Context,
      { tenantId, objectId, name, email, authenticatedAt }: Identity,
      role: Role,
      others: { entraGrant: string | null; device: string | null },
    ): Promise<boolean> {
      const id = newId();
      const previous = rowId(c, "staff");
      const isStarted = await db.transaction(async (transaction) => {
        if (previous !== null) await deleteSession(transaction, previous);
        const person = { tenantId, objectId, name, email, role };
        const { isDisabled } = await upsertStaff(transaction, person, now());
        if (isDisabled) return false;
        await insertSession(
          transaction,
          { id: sha256(id), kind: "staff", ...person, data: {}, ...others, authenticatedAt },
          now(),
        );
        return true;
      });
      if (isStarted) setCookie(c, "staff", id);
      else cookies.remove(c, "staff");
      return isStarted;
    },

    /** Ends all sessions of a person who no longer has a role in Entra. */
    async endAllOfStaff(c: Context, { tenantId, objectId }: Identity): Promise<void> {
      await deleteStaffSessions(db, tenantId, objectId);
      cookies.remove(c, "staff");
    },

    async readPurchaser(c: Context): Promise<SignedInPurchaser | null> {
      const id = rowId(c, "purchaser");
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
      const previous = rowId(c, "purchaser");
      const person = { tenantId, objectId, name, email, role: null };
      await db.transaction(async (transaction) => {
        if (previous !== null) await deleteSession(transaction, previous);
        const data = { formToken: newId(), username, isEmailVerified };
        await insertSession(transaction, { id: sha256(id), kind: "purchaser", ...person, data }, now());
      });
      setCookie(c, "purchaser", id);
    },

    /** Stores which purchase was last opened in the purchaser's session. */
    async rememberPurchase(c: Context, subscriptionId: string): Promise<void> {
      const id = rowId(c, "purchaser");
      if (id !== null) await mergeSessionData(db, id, { subscriptionId });
    },

    async end(c: Context, kind: "staff" | "purchaser"): Promise<void> {
      const id = rowId(c, kind);
      if (id !== null) await deleteSession(db, id);
      cookies.remove(c, kind);
    },
  };
}

function newId(): string {
  return randomBytes(32).toString("base64url");
}

function sha256(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function hashOf(id: string | undefined): string | null {
  return id !== undefined && /^[\w-]{43}$/.test(id) ? sha256(id) : null;
}

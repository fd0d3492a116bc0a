/** Sessions of staff, which end with their time, with the person's role, and when the person is blocked. */
import type { Context } from "hono";
import type { Role } from "../../shared/roles.ts";
import type { Database } from "../database/connection/database.ts";
import {
  deleteSession,
  deleteStaffSessions,
  findStaffSession,
  insertSession,
  validStaffSessions,
} from "../database/writes/session-store.ts";
import { upsertStaff } from "../database/writes/staff-confirmations.ts";
import type { Identity } from "./id-token.ts";
import { newId, type SessionCookies, sha256 } from "./session-cookies.ts";
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

export function createStaffSessions(db: Database, cookies: SessionCookies, now: () => Date) {
  const watch = createSignInWatch((ids) => validStaffSessions(db, ids, now()));

  return {
    /** The id of the staff session that a request names, valid or not; null if it names none. */
    staffSessionId: (c: Context) => cookies.rowId(c, "staff"),

    /** Calls `onEnd` within about a second after the session has ended. The returned function stops watching. */
    watchStaff(c: Context, onEnd: () => void): () => void {
      const id = cookies.rowId(c, "staff");
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
      const id = cookies.rowId(c, "staff");
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
      const previous = cookies.rowId(c, "staff");
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
      if (isStarted) cookies.set(c, "staff", id);
      else cookies.remove(c, "staff");
      return isStarted;
    },

    /** Ends all sessions of a person who no longer has a role in Entra. */
    async endAllOfStaff(c: Context, { tenantId, objectId }: Identity): Promise<void> {
      await deleteStaffSessions(db, tenantId, objectId);
      cookies.remove(c, "staff");
    },
  };
}

/** Staff as Entra confirms them: at sign-in, and while a session lasts. */
import { and, asc, eq, inArray, lte, ne } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { sessions, staff } from "../schema/staff.ts";
import type { StaffSession } from "./session-store.ts";
import { isValidAt, at, retryRecheck, isValidSession, nextRecheck } from "./session-conditions.ts";

/** Records a staff sign-in, with the role from Entra. `isDisabled`: blocked in Marketdesk. */
export async function upsertStaff(db: Executor, person: StaffSession, now: Date): Promise<{ isDisabled: boolean }> {
  const { name, email, role } = person;
  const [row] = await db
    .insert(staff)
    .values({ ...person, firstSeenAt: now, lastSignInAt: now, confirmedAt: now })
    .onConflictDoUpdate({
      target: [staff.tenantId, staff.objectId],
      set: { name, email, role, lastSignInAt: now, confirmedAt: now, accessLostAt: null },
    })
    .returning({ disabledAt: staff.disabledAt });
  return { isDisabled: row?.disabledAt != null };
}

export type StaffGrant = { id: string; tenantId: string; objectId: string; entraGrant: string | null };

/** Claims staff sessions that are due for a check with Entra; other instances skip them for a while. */
export async function claimDueRechecks(db: Database, now: Date, max: number): Promise<StaffGrant[]> {
  const due = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(lte(sessions.recheckAt, now), isValidAt(at(now))))
    .orderBy(asc(sessions.recheckAt))
    .limit(max)
    .for("update", { skipLocked: true });
  return db
    .update(sessions)
    .set({ recheckAt: retryRecheck(now) })
    .where(inArray(sessions.id, due))
    .returning(grantColumns);
}

export async function findStaffGrant(db: Database, id: string, now: Date): Promise<StaffGrant | null> {
  const [row] = await db
    .select(grantColumns)
    .from(sessions)
    .where(isValidSession(id, "staff", at(now)));
  return row ?? null;
}

const grantColumns = {
  id: sessions.id,
  tenantId: sessions.tenantId,
  objectId: sessions.objectId,
  entraGrant: sessions.entraGrant,
};

/** Entra has confirmed the person of a session, with this role. */
export async function confirmStaff(
  db: Database,
  id: string,
  person: StaffSession & { entraGrant: string | null },
  now: Date,
): Promise<void> {
  const { tenantId, objectId, name, email, role, entraGrant } = person;
  await db.transaction(async (transaction) => {
    const [session] = await transaction
      .update(sessions)
      .set({ entraGrant, role, confirmedAt: now, recheckAt: nextRecheck(now) })
      .where(eq(sessions.id, id))
      .returning({ id: sessions.id });
    if (session === undefined) return;
    await transaction
      .update(staff)
      .set({ name, email, role, confirmedAt: now, accessLostAt: null })
      .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  });
}

/** Ends a session that Entra no longer confirms; the person's others are checked next. */
export async function endUnconfirmed(db: Database, { id, tenantId, objectId }: StaffGrant, now: Date): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id));
  await db
    .update(sessions)
    .set({ recheckAt: now })
    .where(
      and(
        eq(sessions.kind, "staff"),
        eq(sessions.tenantId, tenantId),
        eq(sessions.objectId, objectId),
        ne(sessions.id, id),
      ),
    );
}

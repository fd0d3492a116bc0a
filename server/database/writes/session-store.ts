/**
 * Sessions of staff and purchasers. Ids are the SHA-256 of the cookie's value, so a copy of the table lets no one
 * sign in.
 */
import { and, desc, eq, isNull, lte, sql } from "drizzle-orm";
import type { Role } from "../../../shared/roles.ts";
import { sessionLimits } from "../../../shared/session-limits.ts";
import type { Database, Executor } from "../connection/database.ts";
import { sessions, staff } from "../schema/staff.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { acceptsNoChanges } from "../statements/database-errors.ts";
import { nextRecheck, isValidSession, isConfirmedAt, isValidAt, at, isSessionOf } from "./session-conditions.ts";

/** `last_seen_at` is written at most this often, so that most reads cause no write. */
const seenEveryMs = 60_000;

export type StaffSession = { tenantId: string; objectId: string; name: string; email: string | null; role: Role };

export type PurchaserSession = {
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  data: Record<string, unknown>;
};

export type NewSession = {
  id: string;
  kind: "staff" | "purchaser";
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  role: Role | null;
  data: Record<string, unknown>;
  /** The refresh token of staff, sealed. */
  entraGrant?: string | null;
  authenticatedAt?: Date | null;
  device?: string | null;
};

/** Adds a session, and deletes expired ones. */
export async function insertSession(db: Executor, session: NewSession, now: Date): Promise<void> {
  await db.delete(sessions).where(lte(sessions.expiresAt, now));
  await db.insert(sessions).values({
    ...session,
    ...(session.kind === "staff" ? { confirmedAt: now, recheckAt: nextRecheck(now) } : {}),
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + sessionLimits.absoluteMs),
  });
}

/** Prepared, because each request of the dashboard begins with it, and planning it takes longer than running it. */
const staffSession = oncePerDatabase((db) => {
  const [id, now] = [sql`${sql.placeholder("id")}`, sql`${sql.placeholder("now")}::timestamptz`];
  return db
    .select({
      tenantId: staff.tenantId,
      objectId: staff.objectId,
      name: staff.name,
      email: staff.email,
      role: staff.role,
      authenticatedAt: sessions.authenticatedAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .innerJoin(staff, and(eq(staff.tenantId, sessions.tenantId), eq(staff.objectId, sessions.objectId)))
    .where(and(isValidSession(id, "staff", now), isConfirmedAt(now), isNull(staff.disabledAt)))
    .prepare("staff_session");
});

/** Extends a session. A database that accepts no changes can still be read. */
async function recordSeen(db: Database, id: string, now: Date): Promise<void> {
  try {
    await db
      .update(sessions)
      .set({ lastSeenAt: now })
      .where(and(eq(sessions.id, id), lte(sessions.lastSeenAt, seenBefore(now))));
  } catch (error) {
    if (!acceptsNoChanges(error)) throw error;
  }
}

/**
 * The staff member of a valid session. Name and role come from the staff row, so a blocked
 * account or a changed role takes effect with the next request. `isSeen` false does not extend the session.
 */
export async function findStaffSession(
  db: Database,
  id: string,
  now: Date,
  isSeen: boolean,
): Promise<(StaffSession & { authenticatedAt: Date | null }) | null> {
  const [row] = await staffSession(db).execute({ id, now: now.toISOString() });
  if (row === undefined) return null;
  const { lastSeenAt, ...session } = row;
  if (isSeen && lastSeenAt <= seenBefore(now)) await recordSeen(db, id, now);
  return session;
}

/** The valid ones of these staff sessions. */
export async function validStaffSessions(db: Database, ids: string[], now: Date): Promise<string[]> {
  if (ids.length === 0) return [];
  const found = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(staff, and(eq(staff.tenantId, sessions.tenantId), eq(staff.objectId, sessions.objectId)))
    .where(
      and(
        sql`${sessions.id} = any(${sql.param(ids)}::text[])`,
        isValidAt(at(now)),
        isConfirmedAt(at(now)),
        eq(sessions.kind, "staff"),
        isNull(staff.disabledAt),
      ),
    );
  return found.map(({ id }) => id);
}

/** The purchaser of a valid session. */
export async function findPurchaserSession(db: Database, id: string, now: Date): Promise<PurchaserSession | null> {
  const [row] = await db
    .select({
      tenantId: sessions.tenantId,
      objectId: sessions.objectId,
      name: sessions.name,
      email: sessions.email,
      data: sessions.data,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(isValidSession(id, "purchaser", at(now)));
  if (row === undefined) return null;
  const { lastSeenAt, ...session } = row;
  if (lastSeenAt <= seenBefore(now)) await recordSeen(db, id, now);
  return session;
}

/** Merges values into a session's data; a null value removes its key. */
export async function mergeSessionData(db: Executor, id: string, data: Record<string, unknown>): Promise<void> {
  await db
    .update(sessions)
    .set({ data: sql`jsonb_strip_nulls(${sessions.data} || ${JSON.stringify(data)}::jsonb)` })
    .where(eq(sessions.id, id));
}

export async function deleteSession(db: Executor, id: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id));
}

/** Ends all staff sessions of a person. */
export async function deleteStaffSessions(db: Executor, tenantId: string, objectId: string): Promise<void> {
  await db
    .delete(sessions)
    .where(and(eq(sessions.kind, "staff"), eq(sessions.tenantId, tenantId), eq(sessions.objectId, objectId)));
}

function seenBefore(now: Date): Date {
  return new Date(now.getTime() - seenEveryMs);
}

/** A staff member's valid sessions, the last used first. */
export function listStaffSessions(db: Database, person: { tenantId: string; objectId: string }, now: Date) {
  return db
    .select({
      id: sessions.id,
      device: sessions.device,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(and(isSessionOf(person), isValidAt(at(now))))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(100);
}

/**
 * Ends one of a person's sessions, by the beginning of its id.
 * @returns whether it existed
 */
export async function endStaffSession(
  db: Executor,
  person: { tenantId: string; objectId: string },
  handle: string,
): Promise<boolean> {
  const ended = await db
    .delete(sessions)
    .where(and(isSessionOf(person), sql`left(${sessions.id}, ${handle.length}) = ${handle}`))
    .returning({ id: sessions.id });
  return ended.length > 0;
}

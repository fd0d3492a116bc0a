/**
 * Queries of `sessions` and `staff`. Ids are the SHA-256 of the cookie's value, so a copy of the table lets no one
 * sign in.
 */
import { and, asc, desc, eq, exists, gt, inArray, isNull, lte, ne, type SQL, sql } from "drizzle-orm";
import type { Role } from "../../../shared/roles.ts";
import { recheckLimits, sessionLimits } from "../../../shared/session-limits.ts";
import type { Database, Executor } from "../connection/database.ts";
import { sessions, staff } from "../schema/staff.ts";
import { oncePerDatabase } from "../statements/batch.ts";

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
  /** Of staff, sealed. */
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

const given = (name: string) => sql`${sql.placeholder(name)}`;
const givenInstant = (name: string) => sql`${sql.placeholder(name)}::timestamptz`;

/** Prepared, because each request of the dashboard begins with it, and planning it takes longer than running it. */
const staffSession = oncePerDatabase((db) => {
  const [id, now] = [given("id"), givenInstant("now")];
  const found = db.$with("found").as(
    db
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
      .where(and(isGood(id, "staff", now), isConfirmedAt(now), isNull(staff.disabledAt))),
  );
  const touched = db.$with("touched").as(
    db
      .update(sessions)
      .set({ lastSeenAt: now })
      .where(
        and(
          eq(sessions.id, id),
          sql`${given("isSeen")}::boolean`,
          exists(
            db
              .select({ one: sql`1` })
              .from(found)
              .where(lte(found.lastSeenAt, before(now, seenEveryMs))),
          ),
        ),
      ),
  );
  return db.with(found, touched).select().from(found).prepare("staff_session");
});

/**
 * The staff member of a valid session, in one statement. Name and role come from the staff row, so a blocked
 * account or a changed role takes effect with the next request. `isSeen` false does not extend the session.
 */
export async function findStaffSession(
  db: Database,
  id: string,
  now: Date,
  isSeen: boolean,
): Promise<(StaffSession & { authenticatedAt: Date | null }) | null> {
  const [row] = await staffSession(db).execute({ id, now: now.toISOString(), isSeen });
  return row ?? null;
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
    .where(isGood(id, "purchaser", at(now)));
  if (row === undefined) return null;
  const { lastSeenAt, ...session } = row;
  if (lastSeenAt <= seenBefore(now)) await db.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, id));
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
    .where(isGood(id, "staff", at(now)));
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

function nextRecheck(now: Date): Date {
  return new Date(now.getTime() + recheckLimits.everyMs);
}

function retryRecheck(now: Date): Date {
  return new Date(now.getTime() + recheckLimits.retryMs);
}

const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;
const before = (now: SQL, ms: number) => sql`${now} - ${sql.raw(`interval '${ms} milliseconds'`)}`;

/** For staff. A session of an earlier version was never confirmed, so its start counts. */
function isConfirmedAt(now: SQL) {
  return sql`coalesce(${sessions.confirmedAt}, ${sessions.createdAt}) > ${before(now, recheckLimits.unconfirmedMs)}`;
}

function isGood(id: string | SQL, kind: "staff" | "purchaser", now: SQL) {
  return and(eq(sessions.id, id), eq(sessions.kind, kind), isValidAt(now));
}

function isValidAt(now: SQL) {
  return and(gt(sessions.expiresAt, now), gt(sessions.lastSeenAt, before(now, sessionLimits.idleMs)));
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
    .where(and(isOf(person), isValidAt(at(now))))
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
    .where(and(isOf(person), sql`left(${sessions.id}, ${handle.length}) = ${handle}`))
    .returning({ id: sessions.id });
  return ended.length > 0;
}

function isOf({ tenantId, objectId }: { tenantId: string; objectId: string }) {
  return and(eq(sessions.kind, "staff"), eq(sessions.tenantId, tenantId), eq(sessions.objectId, objectId));
}

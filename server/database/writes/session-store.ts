/** Queries of `sessions` and `staff`. Ids are the SHA-256 of what the cookie holds, so a copy of the table signs nobody in. */
import { and, asc, desc, eq, exists, gt, inArray, isNull, lte, ne, sql } from "drizzle-orm";
import type { Role } from "../../../shared/roles.ts";
import type { Database, Executor } from "../connection/database.ts";
import { sessions, staff } from "../schema/staff.ts";

/** A sign-in ends after this long without a request, and after this long in any case. */
export const sessionLimits = { idleMs: 8 * 3_600_000, absoluteMs: 24 * 3_600_000 } as const;
/** Entra is asked again about staff after this long; without an answer a sign-in ends this long after the last one. */
export const recheckLimits = { everyMs: 25 * 60_000, retryMs: 60_000, unconfirmedMs: 2 * 3_600_000 } as const;
/** `last_seen_at` is written at most this often, so that reading stays free of writes. */
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

/** Adds a sign-in, and removes those whose time is up. */
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

/**
 * The staff member of a sign-in that is still good, in one statement. Name and role are those of the staff row, so a
 * disabled account or a changed role counts from the next request. `isSeen` false leaves the idle time running.
 */
export async function findStaffSession(
  db: Database,
  id: string,
  now: Date,
  isSeen: boolean,
): Promise<(StaffSession & { authenticatedAt: Date | null }) | null> {
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
          sql`${isSeen}::boolean`,
          exists(
            db
              .select({ one: sql`1` })
              .from(found)
              .where(lte(found.lastSeenAt, seenBefore(now))),
          ),
        ),
      ),
  );
  const [row] = await db.with(found, touched).select().from(found);
  return row ?? null;
}

/** Of these sign-ins of staff, those that are still good. */
export async function validStaffSessions(db: Database, ids: string[], now: Date): Promise<string[]> {
  if (ids.length === 0) return [];
  const found = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(staff, and(eq(staff.tenantId, sessions.tenantId), eq(staff.objectId, sessions.objectId)))
    .where(
      and(
        sql`${sessions.id} = any(${sql.param(ids)}::text[])`,
        isValidAt(now),
        isConfirmedAt(now),
        eq(sessions.kind, "staff"),
        isNull(staff.disabledAt),
      ),
    );
  return found.map(({ id }) => id);
}

/** The purchaser of a sign-in that is still good. */
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
    .where(isGood(id, "purchaser", now));
  if (row === undefined) return null;
  const { lastSeenAt, ...session } = row;
  if (lastSeenAt <= seenBefore(now)) await db.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, id));
  return session;
}

/** Merges values into what a sign-in remembers; null as a value removes it. */
export async function mergeSessionData(db: Executor, id: string, data: Record<string, unknown>): Promise<void> {
  await db
    .update(sessions)
    .set({ data: sql`jsonb_strip_nulls(${sessions.data} || ${JSON.stringify(data)}::jsonb)` })
    .where(eq(sessions.id, id));
}

export async function deleteSession(db: Executor, id: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id));
}

/** Ends every staff sign-in of a person. */
export async function deleteStaffSessions(db: Executor, tenantId: string, objectId: string): Promise<void> {
  await db
    .delete(sessions)
    .where(and(eq(sessions.kind, "staff"), eq(sessions.tenantId, tenantId), eq(sessions.objectId, objectId)));
}

/** Records that a member of staff signed in, with the role that Entra gave. `isDisabled`: the desk has shut them out. */
export async function upsertStaff(db: Executor, person: StaffSession, now: Date): Promise<{ isDisabled: boolean }> {
  const { name, email, role } = person;
  const [row] = await db
    .insert(staff)
    .values({ ...person, firstSeenAt: now, lastSignInAt: now })
    .onConflictDoUpdate({
      target: [staff.tenantId, staff.objectId],
      set: { name, email, role, lastSignInAt: now, accessLostAt: null },
    })
    .returning({ disabledAt: staff.disabledAt });
  return { isDisabled: row?.disabledAt != null };
}

export type StaffGrant = { id: string; tenantId: string; objectId: string; entraGrant: string | null };

/** Sign-ins of staff that Entra is to be asked about now. Nobody else gets them for a while. */
export async function claimDueRechecks(db: Database, now: Date, max: number): Promise<StaffGrant[]> {
  const due = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(lte(sessions.recheckAt, now), isValidAt(now)))
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
    .where(isGood(id, "staff", now));
  return row ?? null;
}

const grantColumns = {
  id: sessions.id,
  tenantId: sessions.tenantId,
  objectId: sessions.objectId,
  entraGrant: sessions.entraGrant,
};

/** Entra has confirmed the person behind a sign-in, with this role. */
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
      .set({ name, email, role, accessLostAt: null })
      .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  });
}

/** Ends a sign-in that Entra no longer stands behind; the person's other ones are checked next. */
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

/** Of staff. A sign-in of an earlier version was never confirmed: it counts from its beginning. */
function isConfirmedAt(now: Date) {
  const since = new Date(now.getTime() - recheckLimits.unconfirmedMs);
  return sql`coalesce(${sessions.confirmedAt}, ${sessions.createdAt}) > ${since.toISOString()}::timestamptz`;
}

function isGood(id: string, kind: "staff" | "purchaser", now: Date) {
  return and(eq(sessions.id, id), eq(sessions.kind, kind), isValidAt(now));
}

function isValidAt(now: Date) {
  return and(gt(sessions.expiresAt, now), gt(sessions.lastSeenAt, idleSince(now)));
}

function idleSince(now: Date): Date {
  return new Date(now.getTime() - sessionLimits.idleMs);
}

function seenBefore(now: Date): Date {
  return new Date(now.getTime() - seenEveryMs);
}

/** The sign-ins of a member of staff that are still good, the last used first. */
export function listStaffSessions(db: Database, person: { tenantId: string; objectId: string }, now: Date) {
  return db
    .select({
      id: sessions.id,
      device: sessions.device,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(and(isOf(person), isValidAt(now)))
    .orderBy(desc(sessions.lastSeenAt))
    .limit(100);
}

/** Ends one sign-in of a person, by the beginning of its id. @returns whether there was one */
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

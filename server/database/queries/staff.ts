/** Reads staff. */
import { and, desc, eq, getTableColumns, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { Role } from "../../../shared/roles.ts";
import type { StaffView } from "../../../shared/views/staff.ts";
import type { Database, Executor } from "../connection/database.ts";
import { staff } from "../schema/staff.ts";
import { nameCollation } from "../statements/name-order.ts";

/** Everyone who has signed in, at most 500, the latest sign-in first. */
const listLimit = 500;

/** @param askingId the caller's `tenant:object` */
export async function listStaff(db: Database, askingId: string): Promise<StaffView[]> {
  const rows = await db
    .select({ ...getTableColumns(staff), ...leftBehind })
    .from(staff)
    .orderBy(desc(staff.lastSignInAt))
    .limit(listLimit);
  return rows.map(({ disabledAt, disabledBy, disabledReason, accessLostAt, firstSeenAt, lastSignInAt, ...others }) => {
    const { disabledById: _disabledById, confirmedAt: _confirmedAt, ...row } = others;
    const { subscriptions, followUps, customers, sharedViews, ...person } = row;
    const hasNone = subscriptions + customers + sharedViews === 0;
    const canAct = disabledAt === null && accessLostAt === null && person.role !== "viewer";
    return {
      ...person,
      accessLostAt: accessLostAt?.toISOString() ?? null,
      leaves: canAct || hasNone ? null : { subscriptions, followUps, customers, sharedViews },
      firstSeenAt: firstSeenAt.toISOString(),
      lastSignInAt: lastSignInAt.toISOString(),
      disabled: disabledAt && { at: disabledAt.toISOString(), byName: disabledBy, reason: disabledReason },
      isYou: `${person.tenantId}:${person.objectId}` === askingId,
    };
  });
}

const idOfRow = sql`${staff.tenantId} || ':' || ${staff.objectId}`;
const mayNotAct = sql`(${staff.disabledAt} is not null or ${staff.accessLostAt} is not null or ${staff.role} = 'viewer')`;
const owned = sql`from subscriptions s where s.owner_id = ${idOfRow} and s.status <> 'Unsubscribed'`;
const countWhereEnded = (rows: SQL) =>
  sql<number>`case when ${mayNotAct} then (select count(*)::int ${rows}) else 0 end`;

/** What people own who may not act; not counted for others. */
const leftBehind = {
  subscriptions: countWhereEnded(owned),
  followUps: countWhereEnded(sql`${owned} and s.follow_up_on is not null`),
  customers: countWhereEnded(sql`from customers c where c.owner_id = ${idOfRow}`),
  sharedViews: countWhereEnded(sql`from saved_views v where v.owner_id = ${idOfRow} and v.is_shared`),
};

/** When the person was blocked or Entra stopped confirming them; null if they have access. */
const accessEndedAt = sql<Date | null>`coalesce(${staff.disabledAt}, ${staff.accessLostAt})`.mapWith(staff.disabledAt);

/** The person's locked row; null if they never signed in. */
export async function lockStaff(db: Executor, { tenantId, objectId }: { tenantId: string; objectId: string }) {
  const [person] = await db
    .select()
    .from(staff)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)))
    .for("update");
  return person ?? null;
}

/** When Entra last confirmed account and role; an earlier version, which may run at the same time, stores only sign-ins. */
export const staffConfirmedAt = sql<Date>`greatest(${staff.confirmedAt}, ${staff.lastSignInAt})`.mapWith(
  staff.lastSignInAt,
);

type StaffNow = { role: Role; accessEndedAt: Date | null; confirmedAt: Date };

/** @param id `tenant:object`; null if they never signed in */
export async function findStaff(db: Executor, id: string): Promise<StaffNow | null> {
  const [tenantId = "", objectId = ""] = id.split(":");
  const [row] = await db
    .select({ role: staff.role, accessEndedAt, confirmedAt: staffConfirmedAt })
    .from(staff)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  return row ?? null;
}

/** Everyone who has signed in, by name, with their id in the audit trail. */
export async function listPeople(db: Database): Promise<{ id: string; name: string }[]> {
  const rows = await db
    .select(person)
    .from(staff)
    .orderBy(sql`${staff.name} ${nameCollation}`)
    .limit(listLimit);
  return rows.map(named);
}

/** Staff who can own subscriptions, because they may act; by name. */
export async function listPossibleOwners(db: Database): Promise<{ id: string; name: string }[]> {
  const rows = await db
    .select(person)
    .from(staff)
    .where(canAct)
    .orderBy(sql`${staff.name} ${nameCollation}`)
    .limit(listLimit);
  return rows.map(named);
}

/** @param id `tenant:object`; null if no one with this id may act */
export async function findPossibleOwner(db: Executor, id: string): Promise<{ id: string; name: string } | null> {
  const [tenantId = "", objectId = ""] = id.split(":");
  const [row] = await db
    .select(person)
    .from(staff)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId), canAct));
  return row ? named(row) : null;
}

/** Whether a former admin may still act as one; people who never signed in have no row that says otherwise. */
export async function isStillAdmin(db: Executor, id: string): Promise<boolean> {
  const [tenantId = "", objectId = ""] = id.split(":");
  const [row] = await db
    .select({ role: staff.role, accessEndedAt })
    .from(staff)
    .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId)));
  return row === undefined || (row.role === "admin" && row.accessEndedAt === null);
}

const person = { tenantId: staff.tenantId, objectId: staff.objectId, name: staff.name };
const canAct = and(isNull(staff.disabledAt), isNull(staff.accessLostAt), ne(staff.role, "viewer"));
const named = ({ tenantId, objectId, name }: { tenantId: string; objectId: string; name: string }) => ({
  id: `${tenantId}:${objectId}`,
  name,
});

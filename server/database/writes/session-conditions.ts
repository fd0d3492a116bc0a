/** When a session is valid, and when Entra checks it next. */
import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import { recheckLimits, sessionLimits } from "../../../shared/session-limits.ts";
import { sessions } from "../schema/staff.ts";

export function nextRecheck(now: Date): Date {
  return new Date(now.getTime() + recheckLimits.everyMs);
}

export function retryRecheck(now: Date): Date {
  return new Date(now.getTime() + recheckLimits.retryMs);
}

export const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;

export const before = (now: SQL, ms: number) => sql`${now} - ${sql.raw(`interval '${ms} milliseconds'`)}`;

/** For staff. A session of an earlier version was never confirmed, so its start counts. */
export function isConfirmedAt(now: SQL) {
  return sql`coalesce(${sessions.confirmedAt}, ${sessions.createdAt}) > ${before(now, recheckLimits.unconfirmedMs)}`;
}

export function isValidSession(id: string | SQL, kind: "staff" | "purchaser", now: SQL) {
  return and(eq(sessions.id, id), eq(sessions.kind, kind), isValidAt(now));
}

export function isValidAt(now: SQL) {
  return and(gt(sessions.expiresAt, now), gt(sessions.lastSeenAt, before(now, sessionLimits.idleMs)));
}

export function isSessionOf({ tenantId, objectId }: { tenantId: string; objectId: string }) {
  return and(eq(sessions.kind, "staff"), eq(sessions.tenantId, tenantId), eq(sessions.objectId, objectId));
}

/** Reads changes of protective policies. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { PolicyChangeView } from "../../../shared/views/policy-changes.ts";
import type { Database, Executor } from "../connection/database.ts";
import { policyChanges as c } from "../schema/policy-changes.ts";

/** Waiting changes, the next to be applied first, then the latest decided ones. */
export async function listPolicyChanges(db: Database, staffId: string): Promise<PolicyChangeView[]> {
  const rows = await db
    .select()
    .from(c)
    .orderBy(sql`${c.state} <> 'waiting'`, sql`case when ${c.state} = 'waiting' then ${c.appliesAt} end`, desc(c.id))
    .limit(100);
  return rows.map((row) => ({
    id: row.id,
    policy: row.policy,
    summary: row.summary,
    reason: row.reason,
    state: row.state,
    requestedByName: row.requestedByName,
    requestedAt: row.requestedAt.toISOString(),
    appliesAt: row.appliesAt.toISOString(),
    isMine: row.requestedById === staffId,
    decided:
      row.decidedAt === null
        ? null
        : { at: row.decidedAt.toISOString(), byName: row.decidedByName ?? "", reason: row.decisionReason },
  }));
}

/** Whether a weakening requested by the person waits for another admin. */
export async function hasWaitingPolicyChange(db: Executor, staffId: string): Promise<boolean> {
  return (await db.$count(c, and(eq(c.state, "waiting"), eq(c.requestedById, staffId)))) > 0;
}

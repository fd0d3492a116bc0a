/** What our tables say about an operation whose effect Microsoft's record does not show. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { happenedAt } from "../../domain/operation.ts";
import type { Operation } from "../writes/operation-claims.ts";

/**
 * Whether the effect is no longer expected: a later operation may have undone it, our copy has shown it since, or
 * staff replay an operation that was settled before.
 * @param undoneBy the actions that can undo it
 * @param trace matches an audit entry that shows the effect
 */
export async function isSuperseded(
  db: Database,
  operation: Operation,
  undoneBy: readonly string[],
  trace: { after?: Record<string, unknown>; kind?: string } | null,
): Promise<boolean> {
  const at = happenedAt(operation).toISOString();
  // The same as `happenedAt`.
  const laterAt = sql`coalesce(o.occurred_at, o.sent_at, o.created_at)`;
  const matchesEffect =
    trace === null
      ? sql`false`
      : trace.kind === undefined
        ? sql`a.after @> ${JSON.stringify(trace.after)}::jsonb`
        : sql`a.kind = ${trace.kind}`;
  const { rows } = await db.execute<{ superseded: boolean }>(sql`
    select exists (
      select from operations o where o.subscription_id = ${operation.subscriptionId} and o.id <> ${operation.id}
        and o.action = any(${sql.param(undoneBy)}::text[])
        and (${laterAt} > ${at}::timestamptz or (${laterAt} = ${at}::timestamptz
          and (o.action <> ${operation.action} or o.id > ${operation.id})))
        and case when o.stage = 'settled' then o.outcome = 'succeeded'
          when o.source = 'Partner' then o.stage = 'accepted'
          else o.decision = 'accept' or o.action not in ('ChangePlan', 'ChangeQuantity') end)
    or exists (
      select from activity a where a.subscription_id = ${operation.subscriptionId} and a.at >= ${at}::timestamptz
        and starts_with(a.kind, 'subscription.') and ${matchesEffect})
    or exists (
      select from activity a where a.operation_id = ${operation.id} and a.kind = 'operation.succeeded') as superseded`);
  return rows[0]?.superseded ?? false;
}

/** The raw body of an operation's first delivery; null if never delivered, or deleted. */
export async function firstBodyOf(db: Database, operationId: string): Promise<Buffer | null> {
  const { rows } = await db.execute<{ body: Buffer }>(
    sql`select body from webhook_deliveries where operation_id = ${operationId} order by id limit 1`,
  );
  return rows[0]?.body ?? null;
}

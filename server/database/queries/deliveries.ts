/** Reads the webhook's deliveries. */
import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { DeliveryFilters } from "../../../shared/filters.ts";
import { withoutMarks } from "../../../shared/foreign-text.ts";
import type { DeliveryRow, DeliveryView } from "../../../shared/views/history.ts";
import type { Page } from "../../../shared/views/page.ts";
import { headersToStore } from "../../domain/delivery-headers.ts";
import type { Database } from "../connection/database.ts";
import { olderThan, pageOf, sizeOfPage, within } from "../statements/keyset.ts";
import { operations } from "../schema/operations.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { subscriptions } from "../schema/subscriptions.ts";
import { subscriptionsNamed } from "./subscription-words.ts";

const deliveryColumns = {
  id: d.id,
  receivedAt: d.receivedAt,
  outcome: d.outcome,
  action: d.action,
  subscriptionId: d.subscriptionId,
  subscriptionName: subscriptions.name,
  marketplaceId: d.marketplaceId,
  operationId: d.operationId,
  operationStage: operations.stage,
  operationOutcome: operations.outcome,
  bytes: sql<number>`length(${d.body})`,
};

/** Matches an operation's id or its subscription's text. */
function named(text: string | undefined): SQL | undefined {
  const ofThese = subscriptionsNamed(text);
  if (!ofThese) return undefined;
  const ofOperation = sql`array(select id from ${operations} where marketplace_id = ${text})`;
  return sql`(${d.subscriptionId} = any(${ofThese}) or ${d.operationId} = any(${ofOperation}))`;
}

/** These deliveries with their current state. */
export async function deliveriesById(db: Database, ids: string[]): Promise<DeliveryRow[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(inArray(d.id, ids));
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/**
 * The webhook's deliveries, newest first.
 * @throws AppError `Invalid`
 */
export async function listDeliveries(
  db: Database,
  filters: DeliveryFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<DeliveryRow>> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(
      and(
        filters.outcome && eq(d.outcome, filters.outcome),
        filters.action ? eq(d.action, filters.action) : undefined,
        filters.subscription ? eq(d.subscriptionId, filters.subscription) : undefined,
        within(filters, sql`${d.id}`, sql`${d.receivedAt}`),
        named(filters.q),
        olderThan(filters.cursor, sql`${d.id}`),
      ),
    )
    .orderBy(desc(d.id))
    .limit(size + 1);
  return pageOf(
    rows,
    (row): DeliveryRow => ({ ...row, receivedAt: row.receivedAt.toISOString() }),
    (row) => ({ value: null, id: row.id }),
    size,
  );
}

/** An operation's deliveries in order of arrival, at most 100. */
export async function deliveriesOf(db: Database, operationId: string): Promise<DeliveryRow[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(eq(d.operationId, operationId))
    .orderBy(d.id)
    .limit(100);
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/** One delivery with its raw body; null if there is none. */
export async function findDelivery(db: Database, id: string): Promise<DeliveryView | null> {
  const [row] = await db
    .select({ ...deliveryColumns, body: d.body, bodySha256: d.bodySha256, headers: d.headers })
    .from(d)
    .leftJoin(subscriptions, eq(subscriptions.id, d.subscriptionId))
    .leftJoin(operations, eq(operations.id, d.operationId))
    .where(eq(d.id, id));
  if (!row) return null;
  const { receivedAt, body, headers, ...facts } = row;
  return {
    ...facts,
    receivedAt: receivedAt.toISOString(),
    body: withoutMarks(body.toString("utf8")),
    headers: headersToStore(headers),
  };
}

/** Reads planned changes: of one subscription, and the calendar of all. */
import { and, asc, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { isDay } from "../../../shared/day.ts";
import type { PlannedChangeFilters } from "../../../shared/planned-changes.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { PlannedChangeRow, PlannedChangeView } from "../../../shared/views/planned-changes.ts";
import { marksOf, planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { customers } from "../schema/customers.ts";
import { plannedChanges as p } from "../schema/planned-changes.ts";
import { reasonCodes } from "../schema/reason-codes.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { customerKey, isOfCustomer } from "../statements/customer-key.ts";
import { customerName } from "../statements/customer-name.ts";
import { decodeCursor, ForeignCursor, olderThan, pageOf, sizeOfPage } from "../statements/keyset.ts";

const mergedCustomers = alias(customers, "merged_customers");

function view(row: typeof p.$inferSelect, offerId: string, codeName: string | null): PlannedChangeView {
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    action: row.action,
    state: row.state,
    planId: row.planId,
    planName: row.planId && planMark(row.planId, offerId),
    quantity: row.quantity,
    on: row.dueOn,
    isAtTermEnd: row.termEndsOn !== null,
    until: row.untilOn,
    reason: row.reason,
    reasonCode: codeName,
    plannedByName: row.plannedByName,
    plannedAt: row.plannedAt.toISOString(),
    problem: row.problem && marksOf(offerId, row.problem),
    operationId: row.operationId,
    endedAt: row.endedAt?.toISOString() ?? null,
    endedByName: row.endedByName,
  };
}

/** The most that a subscription's page shows. */
const maxOfOne = 50;

const plannedOfSubscription = oncePerDatabase((db) =>
  db
    .select({ row: p, offerId: s.offerId, codeName: reasonCodes.name })
    .from(p)
    .innerJoin(s, eq(s.id, p.subscriptionId))
    .leftJoin(reasonCodes, eq(reasonCodes.id, p.reasonCode))
    .where(and(eq(p.subscriptionId, sql.placeholder("subscriptionId")), inArray(p.state, ["waiting", "failed"])))
    .orderBy(asc(p.dueOn), asc(p.id))
    .limit(maxOfOne)
    .prepare("planned_of_subscription"),
);

/** The planned changes of a subscription that wait or failed, in the order of the calendar. */
export async function plannedOf(db: Database, subscriptionId: string): Promise<PlannedChangeView[]> {
  const rows = await plannedOfSubscription(db).execute({ subscriptionId });
  return rows.map(({ row, offerId, codeName }) => view(row, offerId, codeName));
}

/** One page, of a customer or of all: what is ahead in the order of the calendar; the others newest first. @throws AppError `Invalid` */
export async function listPlanned(
  db: Database,
  { list = "ahead", customer, cursor }: PlannedChangeFilters,
): Promise<Page<PlannedChangeRow>> {
  const size = sizeOfPage(cursor);
  const isAhead = list === "ahead";
  const rows = await db
    .select({
      row: p,
      offerId: s.offerId,
      codeName: reasonCodes.name,
      name: s.name,
      customer: sql<string | null>`coalesce(${mergedCustomers.name}, ${customers.name}, ${customerName})`,
      customerId: customerKey,
      ownerName: s.ownerName,
    })
    .from(p)
    .innerJoin(s, eq(s.id, p.subscriptionId))
    .leftJoin(reasonCodes, eq(reasonCodes.id, p.reasonCode))
    .leftJoin(customers, eq(customers.id, customerKey))
    .leftJoin(mergedCustomers, eq(mergedCustomers.id, customers.mergedInto))
    .where(and(isListed[list], ofCustomer(customer), isAhead ? laterThan(cursor) : olderThan(cursor, sql`${p.id}`)))
    .orderBy(...(isAhead ? [asc(p.dueOn), asc(p.id)] : [desc(p.id)]))
    .limit(size + 1);
  return pageOf(
    rows,
    ({ row, offerId, codeName, name, customer, customerId, ownerName }) => ({
      ...view(row, offerId, codeName),
      subscriptionName: name,
      customer,
      customerId,
      ownerName,
    }),
    ({ row }) => ({ value: isAhead ? row.dueOn : null, id: row.id }),
    size,
  );
}

/** Each the condition of an index. */
const isListed: Record<NonNullable<PlannedChangeFilters["list"]>, SQL> = {
  ahead: sql`${p.state} = 'waiting'`,
  failed: sql`${p.state} = 'failed'`,
  ended: sql`${p.state} not in ('waiting', 'failed')`,
};

/** As an array, so that its subscriptions are looked up instead of those of all planned changes. */
function ofCustomer(id: string | undefined): SQL | undefined {
  if (id === undefined) return undefined;
  return sql`${p.subscriptionId} = any(array(select ${s.id} from ${s} where ${isOfCustomer(id)}))`;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function laterThan(cursor: string | undefined): SQL | undefined {
  if (cursor === undefined) return undefined;
  const { value, id } = decodeCursor(cursor);
  if (value === null || !isDay(value) || !uuidPattern.test(id)) throw new ForeignCursor();
  return sql`(${p.dueOn}, ${p.id}) > (${value}::date, ${id}::uuid)`;
}

/** Planned changes as the product sees them. */
import { asc, desc, eq, sql } from "drizzle-orm";
import type { PlannedAction, PlannedChangeState } from "../../../shared/planned-changes.ts";
import type {
  ProductPlannedAction,
  ProductPlannedChange,
  ProductPlannedState,
} from "../../../shared/product-operations.ts";
import { marksOf } from "../../domain/name-marks.ts";
import type { Executor } from "../connection/database.ts";
import { plannedChanges as p } from "../schema/planned-changes.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { fillNames } from "./names.ts";

/** The most that one subscription's list has: what is ahead first. */
const maxListed = 100;

const actions: Record<PlannedAction, ProductPlannedAction> = {
  changePlan: "ChangePlan",
  changeQuantity: "ChangeQuantity",
  suspend: "Hold",
  reinstate: "LiftHold",
};

const states: Record<PlannedChangeState, ProductPlannedState> = {
  waiting: "waiting",
  requested: "in_progress",
  completed: "completed",
  failed: "failed",
  undone: "canceled",
  superseded: "dropped",
  dismissed: "failed",
};

type Found = { row: typeof p.$inferSelect; offerId: string | null };

function answer({ row, offerId }: Found): ProductPlannedChange {
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    action: actions[row.action],
    state: states[row.state],
    planId: row.planId,
    quantity: row.quantity,
    on: row.dueOn,
    isAtTermEnd: row.termEndsOn !== null,
    until: row.untilOn,
    problem: row.problem && marksOf(offerId, row.problem),
    operationId: row.operationId,
    plannedByName: row.plannedByName,
    plannedAt: row.plannedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

const from = (db: Executor) =>
  db.select({ row: p, offerId: s.offerId }).from(p).leftJoin(s, eq(s.id, p.subscriptionId));

/** Null when there is none. */
export async function findProductPlannedChange(db: Executor, id: string): Promise<ProductPlannedChange | null> {
  const [found] = await from(db).where(eq(p.id, id));
  return found ? fillNames(db, answer(found)) : null;
}

/** Waiting changes in the order of the calendar, then the others, the newest first. */
export async function listProductPlannedChanges(db: Executor, subscriptionId: string): Promise<ProductPlannedChange[]> {
  const isAhead = sql`${p.state} = 'waiting'`;
  const rows = await from(db)
    .where(eq(p.subscriptionId, subscriptionId))
    .orderBy(desc(isAhead), asc(sql`case when ${isAhead} then ${p.dueOn} end`), desc(p.id))
    .limit(maxListed);
  return fillNames(db, rows.map(answer));
}

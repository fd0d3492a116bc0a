/** Rows of planned changes: created, and ended with their entry in the audit trail. */
import { and, eq, gt, inArray } from "drizzle-orm";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import type { PlannedAction, PlannedChangeState, PlannerKind } from "../../../shared/planned-changes.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { plannedChanges } from "../../database/schema/planned-changes.ts";
import { newId } from "../../database/statements/new-id.ts";
import { type Actor, actorColumns } from "../../domain/actor.ts";
import { describePlanned } from "../../domain/planned-change.ts";
import { AppError } from "../../errors.ts";

export type PlannedChange = typeof plannedChanges.$inferSelect;

/** Staff or the product, because the change is carried out in their name. */
export function plannerOf(actor: Actor): Planner {
  if (actor.kind === "staff" || actor.kind === "product") return actor;
  throw new AppError("Forbidden", "Only staff and your product can plan changes.");
}

type Wanted = {
  /** Default: a new one. */
  id?: string;
  subscriptionId: string;
  action: PlannedAction;
  planId?: string;
  quantity?: number;
  seenPlanId?: string;
  seenQuantity?: number | null;
  dueOn: Day;
  termEndsOn?: Day | null;
  untilOn?: Day | null;
  reason: string;
  reasonCode: string | null;
};

/** Who plans it, as the change's actor on its day. */
type Planner = { kind: PlannerKind; id: string; name: string };

/**
 * Stores a planned change of a locked subscription.
 * @returns its id; null if a change of this kind is already planned for the day
 */
export async function insertPlanned(
  tx: Executor,
  actor: Actor,
  planner: Planner,
  now: Date,
  wanted: Wanted,
): Promise<string | null> {
  const described = { action: wanted.action, planId: wanted.planId ?? null, quantity: wanted.quantity ?? null };
  const row = {
    id: newId(now),
    state: "waiting" as const,
    plannedByKind: planner.kind,
    plannedById: planner.id,
    plannedByName: planner.name,
    plannedAt: now,
    ...wanted,
    ...described,
    summary: describePlanned(described),
  };
  const inserted = await tx
    .insert(plannedChanges)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: plannedChanges.id });
  if (inserted.length === 0) return null;
  const { planId, quantity, dueOn, untilOn, reason, reasonCode } = row;
  await record(tx, actor, now, [
    {
      // The timeline finds the entry by it.
      id: row.id,
      subscriptionId: row.subscriptionId,
      kind: "planned_change.planned",
      summary: `Planned: ${row.summary}`,
      after: {
        plannedChangeId: row.id,
        plannedFor: dueOn,
        ...(planId === null ? {} : { planId }),
        ...(quantity === null ? {} : { quantity }),
        ...(untilOn ? { until: untilOn } : {}),
      },
      reason,
      reasonCode,
    },
  ]);
  await announcePlanned(tx, row.subscriptionId);
  return row.id;
}

/** Lets later changes of the same kind, which were planned before this one was done, start from its result. */
export async function rebaseLaterChanges(tx: Executor, done: PlannedChange): Promise<void> {
  const { subscriptionId, action, planId, quantity, seenPlanId, seenQuantity } = done;
  const later = and(
    eq(plannedChanges.subscriptionId, subscriptionId),
    eq(plannedChanges.state, "waiting"),
    eq(plannedChanges.action, action),
  );
  if (action === "changePlan" && seenPlanId !== null) {
    await tx
      .update(plannedChanges)
      .set({ seenPlanId: planId })
      .where(and(later, eq(plannedChanges.seenPlanId, seenPlanId)));
  }
  if (action === "changeQuantity" && seenQuantity !== null) {
    await tx
      .update(plannedChanges)
      .set({ seenQuantity: quantity })
      .where(and(later, eq(plannedChanges.seenQuantity, seenQuantity)));
  }
}

type End = {
  state: Exclude<PlannedChangeState, "waiting">;
  problem?: string | null;
  operationId?: string | null;
};

const words: Record<End["state"], { kind: ActivityKind; verb: string }> = {
  requested: { kind: "planned_change.carried_out", verb: "Planned change carried out" },
  completed: { kind: "planned_change.carried_out", verb: "Planned change carried out" },
  failed: { kind: "planned_change.failed", verb: "Planned change could not be carried out" },
  undone: { kind: "planned_change.undone", verb: "Planned change undone" },
  superseded: { kind: "planned_change.superseded", verb: "Planned change dropped" },
  dismissed: { kind: "planned_change.dismissed", verb: "Failed planned change dismissed" },
};

/** Ends a locked planned change, or records that it was requested from Microsoft. */
export async function endPlanned(tx: Executor, actor: Actor, now: Date, planned: PlannedChange, end: End) {
  const { state, problem = null, operationId = planned.operationId } = end;
  const hasEnded = state !== "requested";
  await tx
    .update(plannedChanges)
    .set({
      state,
      problem: state === "dismissed" ? planned.problem : problem,
      operationId,
      endedAt: hasEnded ? now : null,
      endedByName: hasEnded ? actorColumns(actor).actorName : null,
    })
    .where(eq(plannedChanges.id, planned.id));
  // Its operation already has an entry on the timeline.
  const isRecorded = planned.state === "requested" && state !== "failed";
  if (!isRecorded) {
    const { kind, verb } = words[state];
    await record(tx, actor, now, [
      {
        subscriptionId: planned.subscriptionId,
        operationId,
        kind,
        summary: `${verb}: ${planned.summary}`,
        after: { plannedChangeId: planned.id, plannedFor: planned.dueOn, plannedBy: planned.plannedByName },
        reason: state === "dismissed" ? null : problem,
      },
    ]);
  }
  await announcePlanned(tx, planned.subscriptionId);
}

/**
 * Ends changes that are planned for later days, because staff have just made them. Changes that are due today stay: they are
 * being carried out, or find that nothing is left to do. The subscription is locked.
 */
export async function supersedePlanned(
  tx: Executor,
  actor: Actor,
  now: Date,
  subscriptionId: string,
  actions: PlannedAction[],
  problem: string,
): Promise<void> {
  const rows = await tx
    .select()
    .from(plannedChanges)
    .where(
      and(
        eq(plannedChanges.subscriptionId, subscriptionId),
        eq(plannedChanges.state, "waiting"),
        gt(plannedChanges.dueOn, utcDayOf(now)),
        inArray(plannedChanges.action, actions),
      ),
    )
    .for("update");
  for (const row of rows) await endPlanned(tx, actor, now, row, { state: "superseded", problem });
}

/** Updates the subscription's page, the list and the needs. */
export async function announcePlanned(tx: Executor, subscriptionId: string): Promise<void> {
  await announce(tx, [{ topic: "subscription", subscriptionId }]);
}

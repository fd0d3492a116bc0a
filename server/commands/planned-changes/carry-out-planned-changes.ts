/**
 * Carries out planned changes whose day has come, with the functions that staff's changes go through. Each commits
 * together with its planned change, so that it happens once with several instances and after a crash.
 */
import { type JobContext, marketdesk, batchSize, withoutStoppingOthers, factsOf } from "./planned-run.ts";
import { readPlanner, unconfirmedReason, currentReason } from "./planner.ts";
import { endSettledChanges } from "./end-settled-planned-changes.ts";
import { followTerms } from "./follow-terms.ts";
import { and, asc, eq, isNull, lte, or } from "drizzle-orm";
import { utcDayOf } from "../../../shared/day.ts";
import type { Context } from "../../context.ts";
import type { Database, Executor } from "../../database/connection/database.ts";
import { plannedChanges } from "../../database/schema/planned-changes.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import {
  isDue,
  isOverdue,
  alreadyDoneReason,
  endComesFirstReason,
  outdatedReason,
} from "../../domain/planned-change.ts";
import { AppError, upstreamCauseOf } from "../../errors.ts";
import { AppTokenError, MarketplaceError } from "../../marketplace/errors.ts";
import type { BulkAction } from "../../../shared/bulk.ts";
import { prepareBulkAction, runBulkAction } from "../bulk/do-bulk-action.ts";
import { lockSubscription, openActionsOf, type SubscriptionRecord } from "../subscriptions/request-change.ts";
import { announcePlanned, endPlanned, insertPlanned, type PlannedChange } from "./planned-rows.ts";

/** Less than the minute after which the next run starts. */
const maxMs = 45_000;
/** The wait before another attempt, unless Microsoft states its own. */
const retryMs = 60_000;

/** @returns how many planned changes this carried out or ended */
export async function carryOutPlannedChanges(ctx: JobContext, signal?: AbortSignal): Promise<number> {
  await endSettledChanges(ctx);
  await followTerms(ctx);
  const endsAt = performance.now() + maxMs;
  let done = 0;
  for (const { id } of await listDue(ctx)) {
    if (signal?.aborted || performance.now() > endsAt) break;
    if (await withoutStoppingOthers(ctx, id, () => carryOut(ctx, id))) done += 1;
  }
  return done;
}

/** Those whose day has come, and those whose subscription has ended, which are dropped. */
function listDue({ db, now }: JobContext): Promise<{ id: string }[]> {
  const at = now();
  const canBeTried = or(isNull(plannedChanges.retryAt), lte(plannedChanges.retryAt, at));
  return db
    .select({ id: plannedChanges.id })
    .from(plannedChanges)
    .innerJoin(subscriptions, eq(subscriptions.id, plannedChanges.subscriptionId))
    .where(
      and(
        eq(plannedChanges.state, "waiting"),
        or(and(lte(plannedChanges.dueOn, utcDayOf(at)), canBeTried), eq(subscriptions.status, "Unsubscribed")),
      ),
    )
    .orderBy(asc(plannedChanges.dueOn), asc(plannedChanges.id))
    .limit(batchSize);
}

/** @returns whether it has ended or was requested; false while it waits or another instance works on it */
async function carryOut(ctx: JobContext, id: string): Promise<boolean> {
  const [found] = await ctx.db
    .select({ planned: plannedChanges, subscription: subscriptions })
    .from(plannedChanges)
    .innerJoin(subscriptions, eq(subscriptions.id, plannedChanges.subscriptionId))
    .where(eq(plannedChanges.id, id));
  if (!found || found.planned.state !== "waiting") return false;
  const { planned } = found;
  const action = actionOf(planned);
  const prepared = await prepare(ctx, found, action);
  return ctx.db.transaction(async (tx) => {
    const subscription = await lockSubscription(tx, planned.subscriptionId);
    const [row] = await tx
      .select()
      .from(plannedChanges)
      .where(and(eq(plannedChanges.id, id), eq(plannedChanges.state, "waiting")))
      .for("update", { skipLocked: true });
    if (!row) return false;
    const now = ctx.now();
    const obsolete = obsoleteReason(row, subscription);
    if (obsolete !== null) {
      const state = losesReinstatement(row, subscription) ? "failed" : "superseded";
      await endPlanned(tx, marketdesk, now, row, {
        state,
        problem: state === "failed" ? reinstatementIsLost : obsolete,
      });
      return true;
    }
    if (prepared === null || !isDue(row, factsOf(subscription), now)) return wait(tx, now, row, null);
    const open = await openActionsOf(tx, subscription.id);
    const isBusy =
      open.includes(operationNames[row.action] ?? "") ||
      open.includes("Unsubscribe") ||
      (await hasEarlierRequested(tx, row));
    if (isBusy && !isOverdue(row, now)) return wait(tx, now, row, "Another change is in progress.");
    const outdated = outdatedReason(row, subscription) ?? endComesFirstReason(row, utcDayOf(now));
    if (outdated !== null) {
      await endPlanned(tx, marketdesk, now, row, { state: "failed", problem: outdated });
      return true;
    }
    const unconfirmed = await unconfirmedReason(tx, row, now);
    if (unconfirmed !== null && !isOverdue(row, now)) return wait(tx, now, row, unconfirmed);
    try {
      if (prepared.value === null) throw prepared.error;
      if (unconfirmed !== null) throw new AppError("Forbidden", unconfirmed);
      const actor = await readPlanner(tx, row, now);
      const given = { ...action, ...(await currentReason(tx, row)) } as BulkAction;
      // The command's own transaction becomes a savepoint in this one, so an error undoes only the command.
      const inside: Context = { ...ctx, actor, db: tx as unknown as Database };
      const { operationId } = await runBulkAction(inside, given, row.subscriptionId, prepared.value);
      await endPlanned(
        tx,
        marketdesk,
        now,
        row,
        operationId ? { state: "requested", operationId } : { state: "completed" },
      );
      await planReinstatement(tx, now, row);
      return true;
    } catch (error) {
      const problem = problemOf(ctx, row, error);
      if (isTemporary(error) && !isOverdue(row, now)) return wait(tx, now, row, problem, error);
      await endPlanned(tx, marketdesk, now, row, { state: "failed", problem });
      return true;
    }
  });
}

/** Asks Microsoft what the change needs, before the lock. Null if the change is not due or no longer needed: no call is made. */
async function prepare(
  ctx: JobContext,
  { planned, subscription }: { planned: PlannedChange; subscription: SubscriptionRecord },
  action: BulkAction,
) {
  if (obsoleteReason(planned, subscription) !== null || !isDue(planned, factsOf(subscription), ctx.now())) return null;
  return prepareBulkAction({ ...ctx, actor: marketdesk }, action, planned.subscriptionId).then(
    (value) => ({ value, error: null }),
    (error: unknown) => ({ value: null, error }),
  );
}

/** Whether an earlier change of this kind is not recorded as ended. This change builds on it, so it waits, even if the operation has ended. */
async function hasEarlierRequested(tx: Executor, { subscriptionId, action }: PlannedChange): Promise<boolean> {
  const earlier = and(
    eq(plannedChanges.subscriptionId, subscriptionId),
    eq(plannedChanges.action, action),
    eq(plannedChanges.state, "requested"),
  );
  return (await tx.$count(plannedChanges, earlier)) > 0;
}

function actionOf({ action, planId, quantity, reason, reasonCode }: PlannedChange): BulkAction {
  const why = { reason, reasonCode };
  switch (action) {
    case "changePlan":
      return { kind: action, planId: planId ?? "", ...why };
    case "changeQuantity":
      return { kind: action, quantity: quantity ?? 0, ...why };
    case "suspend":
    case "reinstate":
      return { kind: action, ...why };
  }
}

const operationNames: Partial<Record<PlannedChange["action"], string>> = {
  changePlan: "ChangePlan",
  changeQuantity: "ChangeQuantity",
};

function obsoleteReason(planned: PlannedChange, subscription: SubscriptionRecord): string | null {
  if (subscription.status === "Unsubscribed") return "The subscription has ended.";
  return alreadyDoneReason(planned, factsOf(subscription));
}

const reinstatementIsLost =
  "Access was already suspended, so the planned end of the suspension does not apply. Plan the reinstatement if access is to return.";

/** Whether access was already suspended, perhaps for another reason: then only a person can say when it returns. */
function losesReinstatement({ action, untilOn }: PlannedChange, { status }: SubscriptionRecord): boolean {
  return action === "suspend" && untilOn !== null && status !== "Unsubscribed";
}

/** Tries again later. */
async function wait(tx: Executor, now: Date, row: PlannedChange, problem: string | null, error?: unknown) {
  const cause = upstreamCauseOf(error);
  const delayMs = (cause instanceof MarketplaceError ? cause.retryAfterMs : null) ?? retryMs;
  await tx
    .update(plannedChanges)
    .set({ retryAt: new Date(now.getTime() + delayMs), problem })
    .where(eq(plannedChanges.id, row.id));
  if (problem !== row.problem) await announcePlanned(tx, row.subscriptionId);
  return false;
}

/** Plans the reinstatement at the end of a suspension that has just begun. */
async function planReinstatement(tx: Executor, now: Date, row: PlannedChange): Promise<void> {
  if (row.untilOn === null) return;
  const { subscriptionId, untilOn: dueOn, reason } = row;
  const planner = { kind: row.plannedByKind, id: row.plannedById, name: row.plannedByName };
  await insertPlanned(tx, marketdesk, planner, now, {
    subscriptionId,
    action: "reinstate",
    dueOn,
    reason,
    reasonCode: null,
  });
}

/** Whether another attempt can succeed: Microsoft did not respond or was busy, or an internal error occurred. */
function isTemporary(error: unknown): boolean {
  const cause = upstreamCauseOf(error);
  if (!(cause instanceof MarketplaceError)) return !(cause instanceof AppError);
  return !cause.isRefusal || cause.isLocked;
}

function problemOf(ctx: JobContext, row: PlannedChange, error: unknown): string {
  if (error instanceof AppError || error instanceof MarketplaceError) return error.message;
  if (error instanceof AppTokenError)
    return "Microsoft Entra did not issue an access token. Check the connection in Settings.";
  ctx.log.error({ err: error, plannedChange: row.id }, "a planned change failed");
  return "Marketdesk had an internal error, and nothing was changed.";
}

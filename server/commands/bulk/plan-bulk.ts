/**
 * Plans a bulk action as a dry run: what it would do to each subscription, or why it cannot; stored to be reviewed
 * and started.
 */
import type { Day } from "../../../shared/day.ts";
import { and, inArray, ne } from "drizzle-orm";
import type { BulkAction, BulkTarget } from "../../../shared/bulk.ts";
import { maxBulkRows } from "../../../shared/bulk-limits.ts";
import type { Role } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { bulkRows, bulkRuns } from "../../database/schema/bulk-runs.ts";
import { operations } from "../../database/schema/operations.ts";
import { plans } from "../../database/schema/plans.ts";
import { subscriptions as s } from "../../database/schema/subscriptions.ts";
import { readCancelPolicy, requestersOf } from "../../database/queries/cancellations.ts";
import { matching, resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { type BulkSubject, bulkTitle, verdictOf, bulkBlockedReason } from "../../domain/bulk.ts";
import { AppError } from "../../errors.ts";
import { sendBlockedReason } from "../customer-mails/write-to-customer.ts";
import { readReason } from "../settings/reason-codes.ts";
import { type Owner, resolveOwner } from "../subscriptions/assign-owner.ts";
import { currentLimits } from "../subscriptions/plan-limits.ts";
import { refuseEarlierDay } from "../subscriptions/set-follow-up.ts";
import { newId } from "../../database/statements/new-id.ts";

export type Staff = Extract<Actor, { kind: "staff" }>;

/** A person waits for the dry run, so further plans rely on limits that are at most a day old. */
const maxPlansAsked = 8;

/** Subscriptions that are read together. */
const batchSize = 1_000;

/**
 * @param today the reader's, for follow-ups that are due
 * @throws AppError `Forbidden`; `Invalid` for nothing to do, too many subscriptions, or an unknown owner or reason
 * code
 */
export async function planBulk(
  ctx: Context,
  { action: asked, target }: { action: BulkAction; target: BulkTarget },
  today: Day,
): Promise<{ id: string }> {
  const staff = staffOf(ctx);
  const forbiddenReason = bulkBlockedReason(asked.kind, staff.role);
  if (forbiddenReason !== null) throw new AppError("Forbidden", forbiddenReason);
  refuseUseless(ctx, asked);
  if (asked.kind === "write") await refuseWithoutMailServer(ctx);
  const owner = asked.kind === "assignOwner" ? await resolveOwner(ctx.db, staff, asked.owner) : null;
  const action = "reason" in asked ? { ...asked, ...(await readReason(ctx.db, asked.kind, asked)) } : asked;
  const ids = await subscriptionsOf(ctx, staff, target, today);
  if (action.kind === "changePlan" || action.kind === "changeQuantity") await refreshPlansOf(ctx, ids);
  const cancelNeedsApproval = action.kind === "cancel" && (await readCancelPolicy(ctx.db)).needsSecondPerson;
  const id = newId(ctx.now());
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const filters = "filters" in target ? target.filters : null;
    const whose = { ownerId: staff.id, ownerName: staff.name };
    await tx
      .insert(bulkRuns)
      .values({ id, action, filters, state: "planned", ...whose, total: ids.length, createdAt: now });
    const batch = { id, action, role: staff.role, owner, cancelNeedsApproval, now };
    for (let from = 0; from < ids.length; from += batchSize)
      await planBatch(tx, { ...batch, ids: ids.slice(from, from + batchSize) });
    const summary = `Dry run: ${bulkTitle(action)}, ${countOf(ids.length)}`;
    const actor = { ...staff, bulkRunId: id };
    await record(tx, actor, now, [{ kind: "bulk.planned", summary, after: { ...action }, ...reasonIn(action) }]);
    await announce(tx, [{ topic: "bulk", subscriptionId: null }]);
  });
  return { id };
}

export function staffOf({ actor }: Context): Staff {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can run bulk actions.");
  return actor;
}

/** `1 subscription`, `1,204 subscriptions`. */
export function countOf(count: number): string {
  return `${count.toLocaleString("en")} subscription${count === 1 ? "" : "s"}`;
}

export function reasonIn(action: BulkAction): { reason: string | null; reasonCode: string | null } {
  return "reason" in action
    ? { reason: action.reason, reasonCode: action.reasonCode ?? null }
    : { reason: null, reasonCode: null };
}

function refuseUseless(ctx: Context, action: BulkAction): void {
  if (action.kind === "changeTags" && action.add.length + action.remove.length === 0) {
    const message = "Enter a tag to add or to remove.";
    throw new AppError("Invalid", message, { fields: { add: [message] } });
  }
  if (action.kind === "setFollowUp") refuseEarlierDay(ctx.now(), action.on);
}

async function refuseWithoutMailServer({ db }: Context): Promise<void> {
  const blockedReason = await sendBlockedReason(db);
  if (blockedReason !== null) throw new AppError("NotAllowedNow", blockedReason);
}

async function subscriptionsOf(ctx: Context, staff: Staff, target: BulkTarget, today: Day): Promise<string[]> {
  const found = await ctx.db
    .select({ id: s.id })
    .from(s)
    .where("ids" in target ? inArray(s.id, target.ids) : matching(resolveOwnerMe(staff.id, target.filters, today)))
    .orderBy(s.id)
    .limit(maxBulkRows + 1);
  if (found.length === 0)
    throw new AppError("Invalid", "This selection no longer contains any subscriptions. Select again.");
  if (found.length > maxBulkRows) {
    const limit = maxBulkRows.toLocaleString("en");
    throw new AppError(
      "Invalid",
      `These filters match more than ${limit} subscriptions, the maximum for a bulk action. Narrow the filters and run the action in parts.`,
    );
  }
  return found.map(({ id }) => id);
}

/**
 * Refreshes the plans' limits, through one subscription of each plan. What Microsoft does not return stays as it
 * is.
 */
async function refreshPlansOf(ctx: Context, ids: string[]): Promise<void> {
  const met = await ctx.db
    .selectDistinctOn([s.offerId, s.planId], { id: s.id })
    .from(s)
    .where(and(inArray(s.id, ids), ne(s.status, "Unsubscribed")))
    .orderBy(s.offerId, s.planId, s.id)
    .limit(maxPlansAsked);
  await Promise.all(met.map(({ id }) => currentLimits(ctx, id)));
}

type Batch = {
  id: string;
  action: BulkAction;
  role: Role;
  owner: Owner | null;
  cancelNeedsApproval: boolean;
  now: Date;
  ids: string[];
};

async function planBatch(
  tx: Executor,
  { id: runId, action, role, owner, cancelNeedsApproval, now, ids }: Batch,
): Promise<void> {
  const targets = await tx
    .select({
      id: s.id,
      offerId: s.offerId,
      planId: s.planId,
      quantity: s.quantity,
      status: s.status,
      holdAt: s.holdAt,
      allowedCustomerOperations: s.allowedCustomerOperations,
      purchaserTenantId: s.purchaserTenantId,
      beneficiaryTenantId: s.beneficiaryTenantId,
      tags: s.tags,
      ownerId: s.ownerId,
      ownerName: s.ownerName,
      followUpOn: s.followUpOn,
      termEndsOn: s.termEndsOn,
      isFreeTrial: s.isFreeTrial,
      autoRenews: s.autoRenews,
      contactEmail: s.contactEmail,
      purchaserEmail: s.purchaserEmail,
      beneficiaryEmail: s.beneficiaryEmail,
    })
    .from(s)
    .where(inArray(s.id, ids));
  const open = await tx
    .select({ subscriptionId: operations.subscriptionId, action: operations.action })
    .from(operations)
    .where(and(inArray(operations.subscriptionId, ids), ne(operations.stage, "settled")));
  const requesters = action.kind === "cancel" ? await requestersOf(tx, ids, now) : null;
  const offers = [...new Set(targets.map(({ offerId }) => offerId))];
  const known = await tx.select().from(plans).where(inArray(plans.offerId, offers));
  const openOf = Map.groupBy(open, ({ subscriptionId }) => subscriptionId);
  const planOf = new Map(known.map((plan) => [`${plan.offerId} ${plan.planId}`, plan]));
  const rows = targets.map(({ id, offerId, holdAt, ...facts }) => {
    const subject: BulkSubject = {
      ...facts,
      offerId,
      isOnHold: holdAt !== null,
      cancelRequestedBy: requesters?.get(id),
      cancelNeedsApproval,
      openActions: (openOf.get(id) ?? []).map((one) => one.action),
      limits: planOf.get(`${offerId} ${facts.planId}`),
      target: action.kind === "changePlan" ? planOf.get(`${offerId} ${action.planId}`) : undefined,
    };
    return { runId, subscriptionId: id, ...verdictOf(action, subject, role, owner) };
  });
  if (rows.length > 0) await tx.insert(bulkRows).values(rows);
}

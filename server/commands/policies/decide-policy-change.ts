/** Approves, declines and withdraws waiting changes of protective policies, and applies those that are due. */
import { and, eq, lte } from "drizzle-orm";
import { z } from "zod";
import { setActivationPolicyInput, setCancelPolicyInput, setRetentionInput } from "../../../shared/inputs/policies.ts";
import { setRuleInput } from "../../../shared/inputs/change-rules.ts";
import { staffAccessInput } from "../../../shared/inputs/staff.ts";
import { policyChangeWaitHours, type ProtectedPolicy } from "../../../shared/policy-changes.ts";
import type { Context } from "../../context.ts";
import { type Actor, actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { findStaff, isStillAdmin } from "../../database/queries/staff.ts";
import { policyChanges } from "../../database/schema/policy-changes.ts";
import { fromStoredPolicyInput } from "../../database/schema/stored-activation-mode.ts";
import { dueWithoutSecondAdmin } from "../../domain/staff-confirmation.ts";
import { AppError } from "../../errors.ts";
import { planUnblock } from "../settings/disable-staff.ts";
import { planActivationPolicy } from "../settings/set-activation-policy.ts";
import { planCancelPolicy } from "../settings/set-cancel-policy.ts";
import { planChangeRule } from "../settings/set-change-rule.ts";
import { planRetention } from "../settings/set-retention.ts";
import { type Decision, endPolicyChange, type PolicyChange } from "./end-policy-change.ts";
import { lockPolicy } from "./lock-policy.ts";
import type { PlannedChange, Planner } from "./protected-change.ts";
import { requireAdmin } from "../require-admin.ts";

type Replan = (tx: Executor, ctx: Context, stored: unknown) => Promise<PlannedChange>;

function replan<Input>(schema: z.ZodType<Input>, plan: Planner<Input>): Replan {
  return async (tx, ctx, stored) => {
    const input = schema.safeParse(stored);
    if (input.success) return plan(tx, ctx, input.data);
    // A previous version stored the input, and this version has other fields.
    throw new AppError(
      "NotAllowedNow",
      "This change was requested before Marketdesk was upgraded and no longer fits. Request it again.",
    );
  };
}

const planners: Record<ProtectedPolicy, Replan> = {
  cancellation: replan(setCancelPolicyInput, planCancelPolicy),
  retention: replan(setRetentionInput, planRetention),
  activation: replan(z.preprocess(fromStoredPolicyInput, setActivationPolicyInput), planActivationPolicy),
  change_rule: replan(setRuleInput, planChangeRule),
  staff_block: replan(staffAccessInput, planUnblock),
};

const marketdesk: Actor = { kind: "system", name: "Marketdesk" };

/**
 * The second admin approves, which applies the change.
 * @throws AppError `Forbidden` for the requester, `NotFound`, `Conflict`
 */
export async function approvePolicyChange(ctx: Context, { id }: { id: string }): Promise<void> {
  await withWaiting(ctx, id, async (tx, change) => {
    if (change.requestedById === actorColumns(ctx.actor).actorId) {
      throw new AppError("Forbidden", "You requested this change, so another admin has to approve it.");
    }
    const obstacle = await apply(tx, ctx, change);
    // Nothing was applied, so there is nothing to undo, and the change cannot be applied later.
    if (obstacle !== null) return { state: "superseded", verb: "Could not be applied", reason: obstacle };
    return { state: "approved", verb: "Approved" };
  });
}

/** @throws AppError `Forbidden` for who requested it, `NotFound` */
export async function declinePolicyChange(ctx: Context, { id, reason }: { id: string; reason: string }): Promise<void> {
  await withWaiting(ctx, id, (_, change) => {
    if (change.requestedById === actorColumns(ctx.actor).actorId) {
      throw new AppError("Forbidden", "You requested this change. Withdraw it instead.");
    }
    return Promise.resolve({ state: "declined", verb: "Declined", reason });
  });
}

/** @throws AppError `Forbidden` unless the requester, `NotFound` */
export async function withdrawPolicyChange(ctx: Context, { id }: { id: string }): Promise<void> {
  await withWaiting(ctx, id, (_, change) => {
    if (change.requestedById !== actorColumns(ctx.actor).actorId) {
      throw new AppError("Forbidden", `Only ${change.requestedByName} can withdraw this change. You can decline it.`);
    }
    return Promise.resolve({ state: "withdrawn", verb: "Withdrawn" });
  });
}

/**
 * Applies changes that no one decided in time, if Entra has confirmed recently that the requester is still an admin. A change
 * that fails is logged and tried again at the next call.
 * @returns how many changes this decided
 */
export async function applyDuePolicyChanges(deps: Omit<Context, "actor">): Promise<number> {
  const ctx: Context = { ...deps, actor: marketdesk };
  const due = await ctx.db
    .select({ id: policyChanges.id })
    .from(policyChanges)
    .where(and(eq(policyChanges.state, "waiting"), lte(policyChanges.appliesAt, ctx.now())))
    .orderBy(policyChanges.appliesAt);
  let decided = 0;
  for (const { id } of due) {
    try {
      const isDecided = await withWaiting(ctx, id, async (tx, change) => {
        const requester = await findStaff(tx, change.requestedById);
        const { appliesAt, requestedByName: name } = change;
        // A requester who is known to have lost the role is refused now; otherwise the change waits until they sign in.
        const mayBeAdmin = await isStillAdmin(tx, change.requestedById);
        const next = dueWithoutSecondAdmin({ appliesAt, confirmedAt: requester?.confirmedAt ?? null }, ctx.now());
        if (mayBeAdmin && next === "wait") return null;
        if (mayBeAdmin && next === "end")
          return { state: "superseded", verb: "Could not be applied", reason: notSeen(name) };
        const obstacle = await apply(tx, ctx, change);
        if (obstacle !== null) return { state: "superseded", verb: "Could not be applied", reason: obstacle };
        return { state: "elapsed", verb: `Applied after ${policyChangeWaitHours} hours without a second admin` };
      });
      if (isDecided) decided += 1;
    } catch (error) {
      // Decided in the meantime by a person or another instance.
      if (error instanceof AppError && error.code === "NotFound") continue;
      ctx.log.error({ err: error, policyChange: id }, "a due policy change could not be applied; it is tried again");
    }
  }
  return decided;
}

const notSeen = (name: string) =>
  `${name} has not signed in for a week since the change was due, so Entra could not confirm that they are still an admin.`;

/**
 * Applies a change in the requester's name.
 * @returns why it cannot be applied; null if it was
 */
async function apply(tx: Executor, ctx: Context, change: PolicyChange): Promise<string | null> {
  const { requestedById, requestedByName } = change;
  if (!(await isStillAdmin(tx, requestedById))) return `${requestedByName} is no longer an admin.`;
  const actor: Actor = { kind: "staff", id: requestedById, name: requestedByName, role: "admin" };
  const asRequester = { ...ctx, actor };
  try {
    const planned = await planners[change.policy](tx, asRequester, change.input);
    await planned.apply(asRequester);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/**
 * @param decide null: the change continues to wait
 * @returns whether it is decided
 */
async function withWaiting(
  ctx: Context,
  id: string,
  decide: (tx: Executor, change: PolicyChange) => Promise<Decision | null>,
): Promise<boolean> {
  requireAdmin(ctx.actor, "Only an admin can decide on a policy change.");
  const isWaiting = and(eq(policyChanges.id, id), eq(policyChanges.state, "waiting"));
  return ctx.db.transaction(async (tx) => {
    const [found] = await tx.select({ policy: policyChanges.policy }).from(policyChanges).where(isWaiting);
    if (found) await lockPolicy(tx, found.policy);
    const [change] = await tx.select().from(policyChanges).where(isWaiting).for("update");
    if (!change)
      throw new AppError("NotFound", "This policy change is no longer waiting. It may already have been decided.");
    const decision = await decide(tx, change);
    if (decision !== null) await endPolicyChange(tx, ctx, change, decision);
    return decision !== null;
  });
}

/**
 * Changes of protective policies. A stronger policy applies immediately; a weaker one waits for a second admin or a
 * day. Otherwise an admin could switch a policy off, act, and switch it on again.
 */
import { and, eq } from "drizzle-orm";
import { type ProtectedPolicy, policyChangeWaitHours } from "../../../shared/policy-changes.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { newId } from "../../database/statements/new-id.ts";
import { announce, record } from "../../database/record/record.ts";
import { policyChanges } from "../../database/schema/policy-changes.ts";
import { AppError } from "../../errors.ts";
import { lockPolicy } from "./lock-policy.ts";

/** A change of a policy and its effect, computed under the policy's lock. */
export type PlannedChange = {
  /** Which part of the policy it is about; empty if there is only one. */
  scope: string;
  /** What the policy says afterward: a sentence without its full stop. */
  summary: string;
  /** The policy protects less than before. */
  isWeaker: boolean;
  /** The current version; 0 if there is none, or if the policy has no versions. */
  version: number;
  /**
   * Applies the change in the actor's name.
   * @returns the new version
   */
  apply(ctx: Context): Promise<number>;
};

/**
 * Checks an input and computes its effect.
 * @throws AppError as the command says
 */
export type Planner<Input> = (tx: Executor, ctx: Context, input: Input) => Promise<PlannedChange>;

const hourMs = 3_600_000;

/**
 * @param stored the input as a waiting change keeps it, if it is stored under other names
 * @throws AppError as the planner does; `Invalid` for a weaker policy without a reason; `Conflict` if another
 * weakening of the same part is waiting
 */
export function changePolicy<Input extends Record<string, unknown>>(
  ctx: Context,
  policy: ProtectedPolicy,
  plan: Planner<Input>,
  input: Input,
  stored: Record<string, unknown> = input,
): Promise<PolicyOutcome> {
  return ctx.db.transaction(async (tx) => {
    await lockPolicy(tx, policy);
    const planned = await plan(tx, ctx, input);
    if (!planned.isWeaker || ctx.actor.kind !== "staff") {
      await supersede(tx, ctx, policy, planned.scope);
      return { ok: true, version: await planned.apply(ctx), waitsUntil: null };
    }
    return { ok: true, version: planned.version, waitsUntil: await wait(tx, ctx, policy, planned, stored) };
  });
}

async function wait(
  tx: Executor,
  ctx: Context,
  policy: ProtectedPolicy,
  { scope, summary }: PlannedChange,
  input: Record<string, unknown>,
): Promise<string> {
  const reason = typeof input["reason"] === "string" ? input["reason"].trim() : "";
  if (reason.length < 3) {
    const message = "This change weakens the policy, so it needs a reason of at least 3 characters.";
    throw new AppError("Invalid", message, { fields: { reason: [message] } });
  }
  const now = ctx.now();
  const appliesAt = new Date(now.getTime() + policyChangeWaitHours * hourMs);
  const { actorId, actorName } = actorColumns(ctx.actor);
  const inserted = await tx
    .insert(policyChanges)
    .values({
      id: newId(now),
      policy,
      scope,
      input,
      summary,
      reason,
      state: "waiting",
      requestedById: actorId ?? "",
      requestedByName: actorName,
      requestedAt: now,
      appliesAt,
    })
    .onConflictDoNothing()
    .returning({ id: policyChanges.id });
  if (inserted.length === 0) {
    throw new AppError(
      "Conflict",
      "Another change of this policy is already waiting for a second admin. Withdraw it first, or approve it.",
    );
  }
  await record(tx, ctx.actor, now, [
    { kind: "policy_change.requested", summary: `Requested, waiting for a second admin: ${summary}`, reason },
  ]);
  await announce(tx, [{ topic: "policy_change", subscriptionId: null }]);
  return appliesAt.toISOString();
}

/** Another change of the policy makes a waiting one obsolete, because it was made for the previous policy. */
async function supersede(tx: Executor, ctx: Context, policy: ProtectedPolicy, scope: string): Promise<void> {
  const now = ctx.now();
  const { actorId, actorName } = actorColumns(ctx.actor);
  const waiting = and(
    eq(policyChanges.policy, policy),
    eq(policyChanges.scope, scope),
    eq(policyChanges.state, "waiting"),
  );
  const gone = await tx
    .update(policyChanges)
    .set({ state: "superseded", decidedAt: now, decidedById: actorId, decidedByName: actorName })
    .where(waiting)
    .returning({ summary: policyChanges.summary });
  for (const { summary } of gone) {
    await record(tx, ctx.actor, now, [
      { kind: "policy_change.superseded", summary: `Superseded by another change of the policy: ${summary}` },
    ]);
  }
  if (gone.length > 0) await announce(tx, [{ topic: "policy_change", subscriptionId: null }]);
}

/**
 * Changes of protective policies. What strengthens one is applied immediately. What weakens one waits for a second admin, or
 * for a day: else the person whom a policy binds could switch it off, act, and switch it on again.
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

/** What a change of a policy comes to, found under the policy's lock. */
export type PlannedChange = {
  /** Which of the policy's objects it is about; empty where there is only one. */
  scope: string;
  /** What the policy says afterward, in a sentence without its full stop. */
  summary: string;
  /** The policy protects less than before. */
  isWeaker: boolean;
  /** The version that holds so far; 0: none, or the policy has no versions. */
  version: number;
  /** Carries it out in the name of the actor. @returns the version that holds then */
  apply(ctx: Context): Promise<number>;
};

/** Checks an input and finds what it comes to. @throws AppError as the command says */
export type Planner<Input> = (tx: Executor, ctx: Context, input: Input) => Promise<PlannedChange>;

const hourMs = 3_600_000;

/**
 * @throws AppError as the planner does; `Invalid` for a weakening without a reason; `Conflict` when another weakening of the
 *   same is waiting already
 */
export function changePolicy<Input extends Record<string, unknown>>(
  ctx: Context,
  policy: ProtectedPolicy,
  plan: Planner<Input>,
  input: Input,
): Promise<PolicyOutcome> {
  return ctx.db.transaction(async (tx) => {
    const planned = await plan(tx, ctx, input);
    if (!planned.isWeaker || ctx.actor.kind !== "staff") {
      await supersede(tx, ctx, policy, planned.scope);
      return { ok: true, version: await planned.apply(ctx), waitsUntil: null };
    }
    return { ok: true, version: planned.version, waitsUntil: await wait(tx, ctx, policy, planned, input) };
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

/** A policy that is changed otherwise makes a waiting change of it pointless: it was made for what the policy said before. */
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
      { kind: "policy_change.superseded", summary: `No longer waiting, the policy was changed otherwise: ${summary}` },
    ]);
  }
  if (gone.length > 0) await announce(tx, [{ topic: "policy_change", subscriptionId: null }]);
}

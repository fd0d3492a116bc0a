/** Sets when purchases are activated: a new version of the policy of an offer, a plan, or all offers. */
import { sql } from "drizzle-orm";
import { type ActivationMode, activationModeWords } from "../../../shared/activation-policies.ts";
import type { SetActivationPolicyInput } from "../../../shared/inputs/policies.ts";
import { activeVersion, withVersion } from "../../../shared/scope.ts";
import type { PolicyOutcome } from "../../../shared/views/policy-changes.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { scopeInWords } from "../../domain/name-marks.ts";
import { latestPolicies, latestPolicyOf, policyView } from "../../database/queries/activation-policies.ts";
import { productContact } from "../../database/queries/api-keys.ts";
import { announce, record } from "../../database/record/record.ts";
import { activationPolicies } from "../../database/schema/activation-policies.ts";
import { toStoredPolicyInput } from "../../database/schema/stored-activation-mode.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { changePolicy, type Planner } from "../policies/protected-change.ts";
import { requireAdmin } from "../require-admin.ts";

/** How much is required between a purchaser's confirmation and billing. */
const protection: Record<ActivationMode, number> = { immediately: 0, product: 1, staff: 2 };

/**
 * Stores the next version, for purchases confirmed after the commit; waiting ones are unaffected. Fewer
 * requirements before billing are a weakening.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else set the policy in the meantime,
 * `NotAllowedNow` if nothing changes or no product has an API key; others as `changePolicy`
 */
export function setActivationPolicy(ctx: Context, input: SetActivationPolicyInput): Promise<PolicyOutcome> {
  return changePolicy(ctx, "activation", planActivationPolicy, input, toStoredPolicyInput(input));
}

export const planActivationPolicy: Planner<SetActivationPolicyInput> = async (tx, { actor }, input) => {
  requireAdmin(actor, "Only an admin can set activation policies.");
  const { seenVersion, reason, ...wanted } = input;
  // Serialized, so that versions have no gaps.
  await tx.execute(sql`lock table ${activationPolicies} in share row exclusive mode`);
  const former = await latestPolicyOf(tx, wanted);
  if ((former?.version ?? 0) !== seenVersion) {
    throw new AppError(
      "Conflict",
      `${former?.actorName ?? "A colleague"} has changed this policy; it is now version ${former?.version ?? 0}. Review it, then make your change again.`,
    );
  }
  if (former === null ? wanted.mode === null : former.mode === wanted.mode) {
    throw new AppError("NotAllowedNow", "The policy already has these values. Nothing was changed.");
  }
  if (wanted.mode === "product" && !(await productContact(tx)).hasKey) {
    throw new AppError(
      "NotAllowedNow",
      "There is no active API key, so no product could confirm that it is ready. Create a key on the API keys page first.",
    );
  }
  const policies = (await latestPolicies(tx, wanted.offerId ?? undefined)).map(policyView);
  const modeWith = (versions: typeof policies) => activeVersion(versions, wanted)?.mode ?? "immediately";
  const candidate = { ...policyDraft, ...wanted, followsWider: wanted.mode === null };
  return {
    scope: JSON.stringify([wanted.offerId, wanted.planId]),
    version: seenVersion,
    summary: `Activation policy for ${scopeInWords(wanted)}: ${inWords(wanted.mode)}`,
    isWeaker: protection[modeWith(withVersion(policies, candidate))] < protection[modeWith(policies)],
    async apply(ctx) {
      const at = ctx.now();
      const [last] = await tx
        .select({ version: sql<number>`coalesce(max(${activationPolicies.version}), 0)` })
        .from(activationPolicies);
      const version = (last?.version ?? 0) + 1;
      await tx.insert(activationPolicies).values({
        id: newId(at),
        version,
        ...wanted,
        followsWider: wanted.mode === null,
        reason,
        ...actorColumns(ctx.actor),
        createdAt: at,
      });
      await record(tx, ctx.actor, at, [
        {
          kind: "policy.changed",
          summary: `Activation policy for ${scopeInWords(wanted)}, version ${version}: ${inWords(wanted.mode)}`,
          before: former && { version: former.version, activation: inWords(former.mode) },
          after: { version, activation: inWords(wanted.mode) },
          reason,
        },
      ]);
      await announce(tx, [{ topic: "policy", subscriptionId: null }]);
      return version;
    },
  };
};

/** The parts of a version that is not set yet. */
const policyDraft = {
  id: "",
  version: Number.MAX_SAFE_INTEGER,
  reason: "",
  at: "",
  actor: { kind: "staff", name: "" },
} as const;

function inWords(mode: ActivationMode | null): string {
  return mode === null ? "inherited from the wider policy" : activationModeWords[mode];
}

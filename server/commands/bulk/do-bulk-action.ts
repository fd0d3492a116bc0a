/** The commands for single subscriptions, as a bulk action calls them. */
import type { BulkAction } from "../../../shared/bulk.ts";
import type { Context } from "../../context.ts";
import type { MarketplacePlan } from "../../marketplace/types.ts";
import { activateSubscription } from "../subscriptions/activate-subscription.ts";
import type { Applied } from "../operations/apply-truth.ts";
import { assignOwner } from "../subscriptions/assign-owner.ts";
import { availablePlans } from "../subscriptions/available-plans.ts";
import { cancelSubscription } from "../subscriptions/cancel-subscription.ts";
import { requestPlan } from "../subscriptions/change-plan.ts";
import { requestQuantity } from "../subscriptions/change-quantity.ts";
import { currentLimits, type PlanLimits } from "../subscriptions/plan-limits.ts";
import { writeTemplate } from "../customer-mails/write-template.ts";
import { changeTags } from "../subscriptions/change-tags.ts";
import { reinstateSubscription, suspendSubscription } from "../subscriptions/hold-subscription.ts";
import { compareSubscription } from "../reconcile/compare-subscription.ts";
import { setFollowUp } from "../subscriptions/set-follow-up.ts";

type Prepared =
  | { plans: MarketplacePlan[] }
  | { limits: PlanLimits | undefined }
  | { applied: Applied | null }
  | Record<string, never>;

/**
 * Reads from Microsoft what the action needs, outside of any transaction.
 * @throws MarketplaceError, AppError as the commands do
 */
export async function prepareBulkAction(ctx: Context, action: BulkAction, subscriptionId: string): Promise<Prepared> {
  if (action.kind === "changePlan") return { plans: await availablePlans(ctx, subscriptionId) };
  if (action.kind === "changeQuantity") return { limits: await currentLimits(ctx, subscriptionId) };
  if (action.kind === "refresh") return { applied: await compareSubscription(ctx, { subscriptionId, run: null }) };
  return {};
}

/**
 * Carries the action out in the caller's transaction.
 * @returns what was done, as a sentence
 * @throws AppError as the commands do
 */
export async function runBulkAction(
  ctx: Context,
  action: BulkAction,
  subscriptionId: string,
  prepared: Prepared,
): Promise<{ result: string; operationId?: string }> {
  const asked = async (change: Promise<{ operationId: string }>) => ({
    result: "Requested from Microsoft.",
    operationId: (await change).operationId,
  });
  const why = "reason" in action ? { reason: action.reason, reasonCode: action.reasonCode } : { reason: "" };
  switch (action.kind) {
    case "refresh":
      return { result: inWords("applied" in prepared ? prepared.applied : null) };
    case "assignOwner":
      await assignOwner(ctx, { subscriptionId, owner: action.owner });
      return { result: action.owner === null ? "Unassigned." : "Owner assigned." };
    case "changeTags":
      await changeTags(ctx, { subscriptionId, add: action.add, remove: action.remove });
      return { result: "Tags changed." };
    case "setFollowUp":
      await setFollowUp(ctx, { subscriptionId, on: action.on });
      return { result: action.on === null ? "Follow-up removed." : "Follow-up set." };
    case "write":
      return {
        result: `Email to ${(await writeTemplate(ctx, { subscriptionId, template: action.template })).to} is being sent.`,
      };
    case "suspend":
      await suspendSubscription(ctx, { subscriptionId, ...why });
      return { result: "Access suspended." };
    case "reinstate":
      await reinstateSubscription(ctx, { subscriptionId, ...why });
      return { result: "Access reinstated." };
    case "activate":
      return asked(activateSubscription(ctx, { subscriptionId, ...why }));
    case "changePlan": {
      return asked(
        requestPlan(ctx, { subscriptionId, planId: action.planId, ...why }, "plans" in prepared ? prepared.plans : []),
      );
    }
    case "changeQuantity":
      return asked(
        requestQuantity(
          ctx,
          { subscriptionId, quantity: action.quantity, ...why },
          "limits" in prepared ? prepared.limits : undefined,
        ),
      );
    case "cancel": {
      // The bulk action as a whole has been confirmed.
      const confirmation = subscriptionId;
      const canceling = await cancelSubscription(ctx, { subscriptionId, ...why, confirmation });
      return "operationId" in canceling
        ? { result: "Requested from Microsoft.", operationId: canceling.operationId }
        : { result: "Requested; a colleague has to approve it." };
    }
  }
}

function inWords(applied: Applied | null): string {
  if (applied === null || (applied.changed.length === 0 && !applied.isNew)) return "In sync with Microsoft.";
  return `Repaired: ${applied.changed.join(", ")}.`;
}

/**
 * Starts our change at Microsoft exactly once: after an unknown result, its trace is looked up before it is sent
 * again.
 */
import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { operations } from "../../database/schema/operations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { isSameId } from "../../domain/same-id.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { AcceptedChange, MarketplaceSubscription } from "../../marketplace/types.ts";
import { advance, end, RetryLater, save, type Operation, type Run } from "./operation-run.ts";
import { sendUsageBeforeChange } from "../usage/send-usage.ts";
import { refreshSubscription } from "../subscriptions/refresh-subscription.ts";

/** Microsoft lists a new operation with a delay; a change without a trace is sent again only after it. */
const traceAppearsWithinMs = 10_000;
/**
 * Counted from before the mark: a run that stood still after it sends nothing, because another one may have sent the change since.
 * Shorter than the time until that one sends.
 */
const sendWithinMs = 8_000;

export async function sendChange(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  const { subscription, earlier } = await readTurn(ctx, operation);
  if (subscription.status === "Unsubscribed") return endWithSubscription(ctx, run, subscription);
  if (earlier !== null) {
    throw new RetryLater(`Waiting for ${earlier} to complete; Microsoft accepts one change at a time.`);
  }
  if (operation.sentAt !== null && (await wasSent(ctx, run, operation.sentAt))) return;
  if (operation.action === "ChangePlan" || operation.action === "Unsubscribe") {
    await sendUsageBeforeChange(ctx, operation.subscriptionId, operation.action);
  }
  const endsAt = performance.now() + sendWithinMs;
  await markSent(ctx, run, ctx.now());
  let change: AcceptedChange;
  try {
    change = await callMicrosoft(ctx, run.operation, endsAt - performance.now());
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    if (error.mayHaveHappened) throw error;
    await markSent(ctx, run, null);
    if (!error.isRefusal || error.isLocked) throw error;
    return handleRefusal(ctx, run, error);
  }
  await markAccepted(ctx, run, change.operationId);
  if (change.retryAfterMs !== null) throw new RetryLater("", change.retryAfterMs);
}

type CurrentState = Pick<MarketplaceSubscription, "status" | "planId" | "quantity">;

/**
 * Our copy of the subscription, and the action of a change of ours that goes first: one that may be in progress at Microsoft,
 * otherwise the one requested earlier. Ids alone do not show the order, because instances with different clocks create them.
 */
async function readTurn(
  ctx: Context,
  { id, subscriptionId, sentAt }: Operation,
): Promise<{ subscription: CurrentState; earlier: string | null }> {
  const { status, planId, quantity } = subscriptions;
  const [row] = await ctx.db
    .select({ subscription: { status, planId, quantity }, earlier: operations.action })
    .from(subscriptions)
    .leftJoin(
      operations,
      and(
        eq(operations.subscriptionId, subscriptions.id),
        inArray(operations.stage, ["requested", "accepted"]),
        sql`(${operations.stage} = 'requested' and ${operations.sentAt} is null, ${operations.id})
          < (${sentAt === null}, ${id})`,
      ),
    )
    .where(eq(subscriptions.id, subscriptionId))
    .limit(1);
  if (!row) throw new Error(`operation ${id} changes a subscription that is not stored`);
  return row;
}

/** The subscription has ended, so nothing can change: our copy decides, and Microsoft is not asked. */
function endWithSubscription(ctx: Context, run: Run, subscription: CurrentState): Promise<void> {
  return isAtTarget(run.operation, subscription)
    ? end(ctx, run, "succeeded", null)
    : end(ctx, run, "failed", "The subscription has ended, so this change was not made.");
}

function callMicrosoft(
  ctx: Context,
  { subscriptionId, action, planId, quantity, id }: Operation,
  deadlineMs: number,
): Promise<AcceptedChange> {
  const options = { correlationId: id, deadlineMs };
  switch (action) {
    case "Activate":
      return ctx.marketplace.activate(subscriptionId, planId ?? "", quantity, options);
    case "ChangePlan":
      return ctx.marketplace.changePlan(subscriptionId, planId ?? "", options);
    case "ChangeQuantity":
      return ctx.marketplace.changeQuantity(subscriptionId, quantity ?? 0, options);
    case "Unsubscribe":
      return ctx.marketplace.cancel(subscriptionId, options);
    default:
      throw new Error(`Marketdesk does not start ${action}`);
  }
}

/**
 * Only one run may send the change.
 * @throws LostRace
 */
async function markSent(ctx: Context, run: Run, sentAt: Date | null): Promise<void> {
  run.patch.sentAt = sentAt;
  await save(ctx, run, { isAnnounced: false });
}

/** After a crash or a lost connection: whether Microsoft shows a trace of the change; if so, the operation moves on. */
async function wasSent(ctx: Context, run: Run, sentAt: Date): Promise<boolean> {
  const { operation } = run;
  if (operation.marketplaceId !== null) {
    await markAccepted(ctx, run, operation.marketplaceId);
    return true;
  }
  const open = await ctx.marketplace.listOperations(operation.subscriptionId, { correlationId: operation.id });
  const own = open.find(
    (candidate) =>
      candidate.action === operation.action &&
      candidate.source !== "Azure" &&
      (operation.action !== "ChangePlan" || candidate.planId === operation.planId) &&
      (operation.action !== "ChangeQuantity" || candidate.quantity === operation.quantity),
  );
  if (
    own ||
    isAtTarget(
      operation,
      await ctx.marketplace.getSubscription(operation.subscriptionId, { correlationId: operation.id }),
    )
  ) {
    await markAccepted(ctx, run, own?.id ?? null);
    return true;
  }
  if (ctx.now().getTime() - sentAt.getTime() < traceAppearsWithinMs) {
    throw new RetryLater(
      "Microsoft may have received the change. Marketdesk is looking for it before sending it again.",
    );
  }
  return false;
}

function isAtTarget(operation: Operation, truth: CurrentState): boolean {
  switch (operation.action) {
    case "Activate":
      return truth.status === "Subscribed";
    case "ChangePlan":
      return isSameId(truth.planId, operation.planId);
    case "ChangeQuantity":
      return truth.quantity === operation.quantity;
    default:
      return truth.status === "Unsubscribed";
  }
}

/**
 * Microsoft has accepted the change. Its id may already belong to another row, if the notification was not recognized as ours;
 * then the outcome is read from the subscription.
 */
async function markAccepted(ctx: Context, run: Run, marketplaceId: string | null): Promise<void> {
  const { operation } = run;
  const elsewhere =
    marketplaceId === null
      ? []
      : await ctx.db
          .select({ id: operations.id })
          .from(operations)
          .where(and(eq(operations.marketplaceId, marketplaceId), ne(operations.id, operation.id)));
  advance(ctx, run, "accepted", {
    sentAt: operation.sentAt ?? ctx.now(),
    ...(elsewhere.length === 0 && marketplaceId !== null && { marketplaceId }),
  });
  await save(ctx, run);
}

/** After a refusal, Microsoft's current state decides: the change may already be in effect, or be impossible. */
async function handleRefusal(ctx: Context, run: Run, error: MarketplaceError): Promise<void> {
  const { operation } = run;
  const { truth } = await refreshSubscription(ctx, {
    subscriptionId: operation.subscriptionId,
    firstSeenBy: "webhook",
    operationId: operation.id,
  });
  if (isAtTarget(operation, truth)) return markAccepted(ctx, run, null);
  await end(ctx, run, "failed", error.message);
}

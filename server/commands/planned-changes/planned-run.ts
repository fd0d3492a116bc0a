/** What the steps of the minutely run of planned changes share. */
import type { Context } from "../../context.ts";
import type { Actor } from "../../domain/actor.ts";
import type { SubscriptionRecord } from "../subscriptions/request-change.ts";

export type JobContext = Omit<Context, "actor">;

export const marketdesk: Actor = { kind: "system", name: "Marketdesk" };
/** For one run, in the order of the calendar; the next run is a minute later. */
export const batchSize = 500;

/** Runs the work on one change. If it fails, that change stays planned and the others continue. */
export async function withoutStoppingOthers(
  ctx: JobContext,
  id: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    ctx.log.error({ err: error, plannedChange: id }, "a planned change could not be carried out");
    return false;
  }
}

export function factsOf(subscription: SubscriptionRecord) {
  return { ...subscription, isOnHold: subscription.holdAt !== null };
}

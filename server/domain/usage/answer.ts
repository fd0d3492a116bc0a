/** What Microsoft's answer to an item means for its slot. */
import { usageWindowMs } from "../../../shared/usage.ts";
import { hourOf } from "./hours.ts";
import { type Quantity, quantityOf } from "./quantity.ts";

export type SentUsage = { quantity: Quantity; hour: Date };

export type ItemAnswer = {
  status: string;
  usageEventId: string | null;
  quantity: string | null;
  at: Date | null;
  message: string | null;
};

export type UsageStep =
  | { next: "accepted"; quantity: Quantity; usageEventId: string | null }
  | { next: "reject"; problem: string; detail: string | null }
  | { next: "retry"; detail: string | null };

/** The problem of a duplicate with another quantity. */
export const differentDuplicate = "DifferentDuplicate";

/** Final refusals. All other statuses, also unknown ones, are retried until Microsoft's 24 hours have passed. */
const final = new Set([
  "Expired",
  "ResourceNotFound",
  "ResourceNotAuthorized",
  "ResourceNotActive",
  "InvalidDimension",
  "InvalidQuantity",
  "BadArgument",
]);

/** Whether a suspension explains the refusal. Alone, an event of a suspended subscription is a bad argument; in a batch, it is not active. */
export function isRefusalOfSuspended(answer: ItemAnswer | null): boolean {
  return answer !== null && ["ResourceNotActive", "BadArgument"].includes(answer.status);
}

/**
 * A duplicate with the same quantity in the same hour is our own event, whose answer was lost: no one else sends
 * usage. Any other duplicate is left to staff, because it does not show whose usage was billed.
 * @param mayBeSuspended whether Microsoft may have suspended the subscription, so that its refusal is not final
 */
export function stepAfter(sent: SentUsage, answer: ItemAnswer | null, mayBeSuspended = false): UsageStep {
  if (answer === null) return { next: "retry", detail: "Microsoft's answer does not mention this usage." };
  const { status, message, usageEventId } = answer;
  if (status === "Accepted")
    return {
      next: "accepted",
      quantity: answer.quantity === null ? sent.quantity : quantityOf(answer.quantity),
      usageEventId,
    };
  if (status === "Duplicate") {
    const isOwn =
      answer.quantity !== null &&
      sent.quantity.eq(quantityOf(answer.quantity)) &&
      (answer.at === null || hourOf(answer.at).getTime() === sent.hour.getTime());
    return isOwn
      ? { next: "accepted", quantity: sent.quantity, usageEventId }
      : { next: "reject", problem: differentDuplicate, detail: message };
  }
  if (mayBeSuspended && isRefusalOfSuspended(answer)) return { next: "retry", detail: message };
  if (final.has(status)) return { next: "reject", problem: status, detail: message };
  return { next: "retry", detail: message };
}

const firstRetryMs = 5_000;
const maxRetryMs = 10 * 60_000;

/**
 * Pauses double up to ten minutes, and become shorter again as the end of the 24 hours comes close.
 * @param jitter from 0 to 1, different for each slot, so that a slot that makes its batch fail is soon sent without the others
 */
export function retryTime(
  now: Date,
  { attempts, effectiveAt }: { attempts: number; effectiveAt: Date },
  jitter: number,
): Date {
  const pause = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20));
  const leftMs = effectiveAt.getTime() + usageWindowMs - now.getTime();
  return new Date(now.getTime() + Math.min(pause, Math.max(firstRetryMs, leftMs / 4)) * (0.5 + jitter / 2));
}

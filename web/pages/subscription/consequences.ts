/** The consequences of an action, shown before it is confirmed: effects, billing and notifications. */
import type { Day } from "../../../shared/day.ts";
import type { PriceView } from "../../../shared/views/subscriptions.ts";
import { formatPrice, monthlyAmount, monthlyOf, monthlyStep } from "../../text/plan-prices.ts";
import {
  countOf,
  dayMs,
  formatAppointment,
  formatDate,
  formatDay,
  formatDuration,
  formatNumber,
} from "../../text/format.ts";
import type { When } from "./when.ts";

/** Sentences under three headings; empty lists are omitted. */
export type Consequences = { happens: string[]; billing: string[]; notified: string[] };

/** The facts that the consequences depend on. */
export type PurchasedPlan = {
  status: string;
  planName: string;
  quantity: number | null;
  plan: { price: PriceView | null } | null;
  isFreeTrial: boolean;
  isReseller: boolean | null;
  termUnit: string | null;
  termEndsOn: Day | null;
  purchasedAt: string | null;
  hold: { byName: string; reason: string } | null;
};

const hourMs = 3_600_000;
/** Microsoft refunds a cancellation completely within this time after the purchase. */
const refundWindowMs = 72 * hourMs;

const customerNotified = "The customer: Microsoft emails the purchaser and the billing owner.";
const productNotified = "Your product is notified once the change is complete.";

/** `32 → 47 seats (+15)`; `5 → 1 seat (−4)`. */
export function seatsStep(from: number | null, to: number): string {
  if (from === null || from === to) return countOf(to, "seat");
  const difference = to - from;
  const sign = difference > 0 ? "+" : "−";
  return `${formatNumber(from)} → ${countOf(to, "seat")} (${sign}${formatNumber(Math.abs(difference))})`;
}

/** A remark that qualifies the amount. */
function ownPriceNote({ isReseller, isFreeTrial }: PurchasedPlan): string {
  if (isReseller) return " at list prices; the customer pays the reseller’s";
  return isFreeTrial ? " after the free trial" : "";
}

const noBillingInTrial = "Nothing is billed while the free trial runs.";

/**
 * Microsoft documents how plan changes are billed, but not seat changes: learn.microsoft.com, SaaS subscription life cycle
 * management.
 */
function planChangeBilling({ isFreeTrial }: PurchasedPlan, when: When["when"]): string {
  if (isFreeTrial) return noBillingInTrial;
  switch (when) {
    case "now":
      return "The change takes effect immediately. Microsoft prorates the bill for the current plan’s term.";
    case "day":
      return "The change takes effect on the chosen day. Microsoft prorates the bill for the term that is running then.";
    case "termEnd":
      return afterTerm;
  }
}

const afterTerm = "The current term is billed as it is. The change applies to the term that follows.";

function seatChangeBilling({ isFreeTrial, termEndsOn }: PurchasedPlan, when: When["when"]): string {
  if (isFreeTrial) return noBillingInTrial;
  switch (when) {
    case "now": {
      const until = termEndsOn === null ? "" : `, which ends on ${formatDay(termEndsOn)},`;
      return `Microsoft prorates the current term${until} and bills the customer.`;
    }
    case "day":
      return "Microsoft prorates the term that is running on the chosen day and bills the customer.";
    case "termEnd":
      return afterTerm;
  }
}

export function activationConsequences(purchase: PurchasedPlan): Consequences {
  const seats = purchase.quantity === null ? "" : ` with ${countOf(purchase.quantity, "seat")}`;
  const price = purchase.plan?.price ? ` Price: ${formatPrice(purchase.plan.price)}.` : "";
  return {
    happens: [`Microsoft activates ${purchase.planName}${seats}, and the customer gets full access.`],
    billing: [
      purchase.isFreeTrial
        ? "The free trial starts. Billing starts when the trial ends."
        : `Billing starts with the activation.${price}`,
    ],
    notified: [customerNotified, productNotified],
  };
}

/** `15 more seats`, `1 fewer seat`. */
function seatsDifference(extra: number): string {
  const word = extra > 0 ? "more" : "fewer";
  return countOf(Math.abs(extra), `${word} seat`);
}

/** @param to the field's value; NaN while it is not a number */
export function seatChangeConsequences(purchase: PurchasedPlan, to: number, when: When["when"] = "now"): Consequences {
  const isValidChange = Number.isInteger(to) && to > 0 && to !== purchase.quantity;
  const extra = isValidChange ? to - (purchase.quantity ?? 0) : 0;
  const price = purchase.plan?.price;
  const monthly = monthlyOf(price ?? null, purchase.quantity);
  const step = isValidChange ? monthlyStep(monthly, monthlyOf(price ?? null, to)) : null;
  const amount = step ?? monthlyAmount(monthly);
  return {
    happens: [
      isValidChange
        ? `Microsoft changes the number of seats: ${seatsStep(purchase.quantity, to)}.`
        : "Microsoft changes the number of seats.",
    ],
    billing: [
      // As many lines as with a number, so that the rest of the form hardly moves.
      ...(price ? [`${extra === 0 ? "" : `${seatsDifference(extra)} at `}${formatPrice(price)}.`] : []),
      ...(amount ? [`${amount}${ownPriceNote(purchase)}.`] : []),
      seatChangeBilling(purchase, when),
    ],
    notified: [customerNotified, productNotified],
  };
}

export function planChangeConsequences(
  purchase: PurchasedPlan,
  to: { name: string; price: PriceView | null } | null,
  when: When["when"] = "now",
): Consequences {
  const now = purchase.plan?.price ? ` (${formatPrice(purchase.plan.price)})` : "";
  const then = to?.price ? ` (${formatPrice(to.price)})` : "";
  return {
    happens: [
      `Microsoft moves the subscription from ${purchase.planName}${now} to ${to ? `${to.name}${then}` : "the selected plan"}.`,
    ],
    billing: [...planAmount(purchase, to), planChangeBilling(purchase, when)],
    notified: [customerNotified, productNotified],
  };
}

/** As many lines before a plan is chosen, so that the rest of the form hardly moves. */
function planAmount(purchase: PurchasedPlan, to: { name: string; price: PriceView | null } | null): string[] {
  const monthly = monthlyOf(purchase.plan?.price ?? null, purchase.quantity);
  if (!monthly) return [];
  const chosen = to ? monthlyOf(to.price, purchase.quantity) : monthly;
  const amount = (to && monthlyStep(monthly, chosen)) ?? monthlyAmount(chosen);
  return [amount ? `${amount}${ownPriceNote(purchase)}.` : `The monthly amount of ${to?.name} is not known.`];
}

export function suspensionConsequences(isPlanned = false): Consequences {
  return {
    happens: [
      `Access stops ${isPlanned ? "on the chosen day" : "immediately"} until you reinstate it. This is an access hold in Marketdesk only; publishers cannot suspend subscriptions at Microsoft.`,
    ],
    billing: ["Microsoft keeps billing the customer."],
    notified: ["Your product is notified that access is suspended.", "The customer is not notified; please tell them."],
  };
}

export function reinstatementConsequences({ hold, status }: PurchasedPlan, isPlanned = false): Consequences {
  const isUnpaid = status === "Suspended";
  return {
    happens: [
      hold
        ? `The access hold that ${hold.byName} set is removed: “${hold.reason}”.`
        : "If Microsoft has asked to reinstate the subscription, the request is accepted.",
      isUnpaid
        ? "Microsoft has also suspended the subscription because a payment failed. Access returns when the customer has paid."
        : isPlanned
          ? "Full access returns on the day."
          : "Full access returns immediately.",
    ],
    billing: ["No change."],
    notified: ["Your product is notified of the change.", "The customer is not notified; please tell them."],
  };
}

/** Whether a term is a year or longer: `P1Y`, `P2Y`, `P36M`. */
function yearsOf(termUnit: string | null): number {
  const found = /^P(\d+)([MY])$/.exec(termUnit ?? "");
  return found ? Number(found[1]) / (found[2] === "Y" ? 1 : 12) : 0;
}

export type Refund = {
  text: string;
  /** A short form for a label. */
  short: string;
  /** Why Microsoft may refuse; null if no reason is known. */
  warning: string | null;
};

/** The effect of a cancellation on the customer's bill, and whether Microsoft may refuse it. */
export function refundAfterCancellation(purchase: PurchasedPlan, now: number): Refund {
  if (purchase.status === "PendingFulfillmentStart") {
    const text = "Nothing has been billed, because billing starts with the activation.";
    return { text, short: "Not billed", warning: null };
  }
  if (purchase.isFreeTrial) {
    return { text: "Nothing is billed during the free trial.", short: "Not billed", warning: null };
  }
  if (purchase.purchasedAt === null) {
    const text =
      "The purchase date is unknown. Within 72 hours of the purchase Microsoft refunds everything; after that the customer pays for the current term.";
    return { text, short: "Full refund within 72 hours of purchase", warning: longTermWarning(purchase) };
  }
  const at = Date.parse(purchase.purchasedAt);
  const until = at + refundWindowMs;
  if (now < until) {
    const short = `Full refund until ${formatAppointment(until)}`;
    return { text: `Bought ${ageOf(now - at)} ago. ${short}.`, short, warning: null };
  }
  const term = purchase.termEndsOn === null ? "" : `, which ends on ${formatDay(purchase.termEndsOn)}`;
  return {
    short: `Refund window closed on ${formatDate(until)}`,
    text: `No refund: the 72-hour window closed on ${formatDate(until)}. The customer pays for the current term${term}.`,
    warning: longTermWarning(purchase),
  };
}

function ageOf(ms: number): string {
  if (ms < hourMs) return formatDuration(ms).replace(/ \d+ s$/, "");
  return ms < 2 * dayMs ? `${Math.floor(ms / hourMs)} h` : countOf(Math.floor(ms / dayMs), "day");
}

function longTermWarning({ termUnit }: PurchasedPlan): string | null {
  const years = yearsOf(termUnit);
  if (years > 1) {
    return "Multi-year terms with outstanding installments can only be canceled by Microsoft support after 72 hours. Microsoft will probably refuse; you would see its message here, and nothing would change.";
  }
  if (years === 1) {
    return "Annual terms often cannot be canceled after 72 hours. Microsoft may refuse; you would see its message here, and nothing would change.";
  }
  return null;
}

export function cancellationConsequences(
  purchase: PurchasedPlan,
  now: number,
  secondPerson: boolean,
): Consequences & { warning: string | null } {
  const { text, warning } = refundAfterCancellation(purchase, now);
  return {
    happens: [
      ...(secondPerson ? ["A colleague has to approve the cancellation on this page first."] : []),
      "The subscription and its access end immediately. This cannot be undone; the customer would have to buy again.",
    ],
    billing: [text, "Metered usage so far is still billed."],
    notified: [customerNotified, productNotified],
    warning,
  };
}

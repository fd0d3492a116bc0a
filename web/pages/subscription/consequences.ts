/** What an action does, told before it is confirmed: at Microsoft, to the bill, and who hears of it. */
import type { Day } from "../../../shared/day.ts";
import {
  countOf,
  dayMs,
  formatAppointment,
  formatDate,
  formatDay,
  formatDuration,
  formatNumber,
} from "../../text/format.ts";

/** Sentences under three headings; an empty list is left out. */
export type Consequences = { happens: string[]; billing: string[]; notified: string[] };

/** What of a subscription the consequences depend on. */
export type PurchasedPlan = {
  status: string;
  planName: string;
  quantity: number | null;
  plan: { price: string | null } | null;
  isFreeTrial: boolean;
  termUnit: string | null;
  termEndsOn: Day | null;
  purchasedAt: string | null;
  hold: object | null;
};

const hourMs = 3_600_000;
/** Within so long of the purchase a cancellation costs the customer nothing. */
const refundWindowMs = 72 * hourMs;

const customerNotified = "The customer: Microsoft sends a mail to the purchaser and the billing owner.";
const productNotified = "Your product: it hears of the change once Microsoft has made it.";

/** `32 → 47 seats (+15)`; `5 → 1 seat (−4)`. */
export function seatsStep(from: number | null, to: number): string {
  if (from === null || from === to) return countOf(to, "seat");
  const difference = to - from;
  const sign = difference > 0 ? "+" : "−";
  return `${formatNumber(from)} → ${countOf(to, "seat")} (${sign}${formatNumber(Math.abs(difference))})`;
}

const noBillingInTrial = "Nothing is billed while the free trial runs.";

/** Microsoft documents how a change of plan is billed, and of seats does not: learn.microsoft.com, SaaS subscription life cycle management. */
function planChangeBilling({ isFreeTrial }: PurchasedPlan): string {
  return isFreeTrial
    ? noBillingInTrial
    : "It takes effect at once. Microsoft prorates the bill by the present plan’s term.";
}

function seatChangeBilling({ isFreeTrial, termEndsOn }: PurchasedPlan): string {
  if (isFreeTrial) return noBillingInTrial;
  const until = termEndsOn === null ? "" : `, which ends on ${formatDay(termEndsOn)}`;
  return `What it comes to in the present term${until}, Microsoft works out and puts on the customer’s bill.`;
}

export function activationConsequences(purchase: PurchasedPlan): Consequences {
  const seats = purchase.quantity === null ? "" : ` with ${countOf(purchase.quantity, "seat")}`;
  const price = purchase.plan?.price ? ` The price: ${purchase.plan.price}.` : "";
  return {
    happens: [
      `Microsoft is told that ${purchase.planName}${seats} is ready; it makes it active, and access becomes full.`,
    ],
    billing: [
      purchase.isFreeTrial
        ? "The free trial begins; billing begins when it ends."
        : `Microsoft begins to bill the customer with the activation.${price}`,
    ],
    notified: [customerNotified, productNotified],
  };
}

/** @param to what the field says; NaN while it says no number */
export function seatChangeConsequences(purchase: PurchasedPlan, to: number): Consequences {
  const isStep = Number.isInteger(to) && to > 0 && to !== purchase.quantity;
  const extra = isStep ? to - (purchase.quantity ?? 0) : 0;
  const price = purchase.plan?.price;
  return {
    happens: [
      isStep
        ? `Microsoft changes ${seatsStep(purchase.quantity, to)}.`
        : "Microsoft changes the seats to the number that you enter.",
    ],
    billing: [
      ...(extra !== 0 && price
        ? [
            `${countOf(Math.abs(extra), extra > 0 ? "more seat" : "fewer seat", extra > 0 ? "more seats" : "fewer seats")} at ${price}.`,
          ]
        : []),
      seatChangeBilling(purchase),
    ],
    notified: [customerNotified, productNotified],
  };
}

export function planChangeConsequences(
  purchase: PurchasedPlan,
  to: { name: string; price: string | null } | null,
): Consequences {
  const now = purchase.plan?.price ? ` (${purchase.plan.price})` : "";
  const then = to?.price ? ` (${to.price})` : "";
  return {
    happens: [
      to
        ? `Microsoft moves the subscription from ${purchase.planName}${now} to ${to.name}${then}.`
        : "Microsoft moves the subscription to the plan that you choose.",
    ],
    billing: [planChangeBilling(purchase)],
    notified: [customerNotified, productNotified],
  };
}

export function suspensionConsequences(): Consequences {
  return {
    happens: [
      "Access stops at once, until staff reinstate it here. It is our own hold: Microsoft is not told, because a publisher cannot suspend there.",
    ],
    billing: ["Microsoft keeps billing the customer."],
    notified: ["Your product: it hears that access is suspended.", "Not the customer: tell them yourself."],
  };
}

export function reinstatementConsequences({ hold, status }: PurchasedPlan): Consequences {
  const isUnpaid = status === "Suspended";
  return {
    happens: [
      hold ? "Our own hold is lifted." : "Microsoft is told that we agree, where it has asked to reinstate.",
      isUnpaid
        ? "Microsoft has suspended it too, because a payment failed: access comes back when the customer has paid."
        : "Access is full again at once.",
    ],
    billing: ["Nothing changes."],
    notified: ["Your product: it hears of the access.", "Not the customer: tell them yourself."],
  };
}

/** Whether a term is a year or longer: `P1Y`, `P2Y`, `P36M`. */
function yearsOf(termUnit: string | null): number {
  const found = /^P(\d+)([MY])$/.exec(termUnit ?? "");
  return found ? Number(found[1]) / (found[2] === "Y" ? 1 : 12) : 0;
}

export type Refund = {
  text: string;
  /** The same in a few words. */
  short: string;
  /** What Microsoft is likely to say to it; null where nothing speaks against it. */
  warning: string | null;
};

/** What a cancellation now costs the customer, and whether Microsoft takes it. */
export function refundAfterCancellation(purchase: PurchasedPlan, now: number): Refund {
  if (purchase.status === "PendingFulfillmentStart") {
    const text = "Nothing has been billed: billing begins with the activation.";
    return { text, short: "nothing is billed", warning: null };
  }
  if (purchase.isFreeTrial) {
    return { text: "Nothing is billed: the free trial is still running.", short: "nothing is billed", warning: null };
  }
  if (purchase.purchasedAt === null) {
    const text =
      "Microsoft has not told when it was bought. Within 72 hours of the purchase it refunds all of it; later the customer pays for the term that has begun.";
    return { text, short: "full refund within 72 h of the purchase", warning: longTermWarning(purchase) };
  }
  const at = Date.parse(purchase.purchasedAt);
  const until = at + refundWindowMs;
  if (now < until) {
    const short = `full refund until ${formatAppointment(until)}`;
    return { text: `Bought ${ageOf(now - at)} ago: ${short}.`, short, warning: null };
  }
  const term = purchase.termEndsOn === null ? "" : `, which ends on ${formatDay(purchase.termEndsOn)}`;
  return {
    short: `no refund since ${formatDate(until)}`,
    text: `No refund: the 72 hours for it ended on ${formatDate(until)}. The customer pays for the term that has begun${term}.`,
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
    return "A term of several years with instalments outstanding cannot be cancelled after 72 hours: only Microsoft's support can. If you try, Microsoft is likely to refuse; its own words then show here, and nothing changes.";
  }
  if (years === 1) {
    return "A yearly term can often not be cancelled after 72 hours. Microsoft may refuse; its own words then show here, and nothing changes.";
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
      ...(secondPerson ? ["First it waits for a second person, who approves or declines it on this page."] : []),
      "The subscription ends at Microsoft at once, and access with it. Nothing brings it back; the customer has to buy anew.",
    ],
    billing: [text, "Usage that was already metered is billed in any case."],
    notified: [customerNotified, productNotified],
    warning,
  };
}

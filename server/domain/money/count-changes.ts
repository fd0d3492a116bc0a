/** Turns changes of subscriptions and prices into money and movements, in their order. */
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import { type MoneyState, type PriceBasis, recurringStates, type SalesChannel } from "../../../shared/money.ts";
import { moneyState, salesChannel } from "./money-state.ts";
import { type CustomerMoney, type Movement, movementsBetween, type RecurringMoney } from "./movements.ts";
import { difference, monthlyAmount, signOf, sumOf, type TermPrice } from "./recurring-amount.ts";

/** A subscription after a change; null: it was deleted. */
export type ChangedFacts = {
  offerId: string;
  planId: string;
  termUnit: string | null;
  quantity: number | null;
  status: SubscriptionStatus;
  isFreeTrial: boolean;
  autoRenews: boolean | null;
  isTest: boolean;
  isReseller: boolean | null;
  termEndsOn: Day | null;
  customerKey: string;
};

export type MoneyChange = { seq: number; subscriptionId: string; at: Date; facts: ChangedFacts | null };

/** The price that Microsoft gave last, of one plan and term. */
export type KnownPrice = TermPrice & { planId: string; isPrivate: boolean };

/** The money of a subscription as counted last. */
export type CountedMoney = {
  customerKey: string;
  offerId: string;
  planId: string;
  channel: SalesChannel;
  state: MoneyState;
  basis: PriceBasis;
  price: TermPrice | null;
  termUnit: string | null;
  currency: string | null;
  /** Decimal in text; null if unknown. */
  monthly: string | null;
  /** What counts as MRR. */
  recurring: string;
  hasPaid: boolean;
  endsOn: Day | null;
};

export type CustomerTotals = Map<string, { monthly: Map<string, string>; hasPaid: boolean }>;

type Given = {
  /** In their order. */
  changes: MoneyChange[];
  prices: ReadonlyMap<string, KnownPrice>;
  money: ReadonlyMap<string, CountedMoney>;
  /** All customers of these subscriptions, before and after; updated in place. */
  customers: CustomerTotals;
};

type Counted = {
  /** The new money of each subscription; null: deleted. */
  money: Map<string, CountedMoney | null>;
  movements: (Movement & { subscriptionId: string; at: Date })[];
  /** Changes that wait for a price. */
  waiting: number[];
};

export function countChanges({ changes, prices, money, customers }: Given): Counted {
  const counted: Counted = { money: new Map(), movements: [], waiting: [] };
  const groups = new Map(
    [...Map.groupBy(changes, (change) => change.subscriptionId)].map(([subscriptionId, own]) => {
      const current = money.get(subscriptionId) ?? null;
      return [subscriptionId, { own, known: knownPrices(prices.get(subscriptionId), current), current }];
    }),
  );
  const isReady = ({ subscriptionId, facts }: MoneyChange) =>
    facts === null || isCountable(facts, groups.get(subscriptionId)?.known ?? []);
  const ready = new Set(changes.filter(isReady));
  // In the order of all subscriptions: the kind of a movement follows from the customer's other ones at that time.
  for (const change of ready) {
    const { subscriptionId, facts, at } = change;
    const group = groups.get(subscriptionId);
    if (!group) continue;
    const next = facts && moneyOf(facts, group.known, group.current?.hasPaid ?? false);
    const movements = moveCustomer(customers, group.current, next);
    counted.movements.push(...movements.map((movement) => ({ ...movement, subscriptionId, at })));
    group.current = next;
    counted.money.set(subscriptionId, next);
  }
  for (const [subscriptionId, { own, known, current }] of groups) {
    // A change without a price is counted once the price is known, unless a later one can be counted.
    const waiting = own.slice(own.findLastIndex((change) => ready.has(change)) + 1);
    counted.waiting.push(...waiting.map(({ seq }) => seq));
    const latest = own.at(-1)?.facts;
    if (current === null && latest) counted.money.set(subscriptionId, moneyOf(latest, known, false));
    // Until the new plan's price is known, the old amount counts as MRR but is not the subscription's price.
    else if (current && waiting.length > 0) counted.money.set(subscriptionId, { ...current, monthly: null });
  }
  return counted;
}

/** The last price, and the one counted before: if Microsoft stops giving a price, that remains. */
function knownPrices(price: KnownPrice | undefined, before: CountedMoney | null): KnownPrice[] {
  const former = before?.price && { ...before.price, planId: before.planId, isPrivate: before.basis === "private" };
  return [price, former].filter((one) => one !== undefined && one !== null);
}

/** The price of another plan or term does not apply. */
function priceFor({ planId, termUnit }: ChangedFacts, known: KnownPrice[]): KnownPrice | null {
  return known.find((price) => price.planId === planId && price.termUnit === termUnit) ?? null;
}

function monthlyOf(facts: ChangedFacts, price: KnownPrice | null): string | null {
  return price && monthlyAmount(price, facts.quantity);
}

function isCountable(facts: ChangedFacts, known: KnownPrice[]): boolean {
  return !recurringStates.includes(moneyState(facts)) || monthlyOf(facts, priceFor(facts, known)) !== null;
}

function moneyOf(facts: ChangedFacts, known: KnownPrice[], hadPaid: boolean): CountedMoney {
  const state = moneyState(facts);
  const price = priceFor(facts, known);
  const monthly = monthlyOf(facts, price);
  const recurring = recurringStates.includes(state) ? (monthly ?? "0") : "0";
  const { customerKey, offerId, planId, termUnit, isReseller, termEndsOn } = facts;
  return {
    customerKey,
    offerId,
    planId,
    termUnit,
    channel: salesChannel(isReseller),
    state,
    basis: price === null ? "unknown" : price.isPrivate ? "private" : "list",
    price: price && { amount: price.amount, currency: price.currency, isPerSeat: price.isPerSeat, termUnit },
    currency: price?.currency ?? null,
    monthly,
    recurring,
    hasPaid: hadPaid || signOf(recurring) > 0,
    endsOn: state === "trial" || state === "ending" ? termEndsOn : null,
  };
}

/** The movements of one change, and the totals of the customers after it. */
function moveCustomer(customers: CustomerTotals, before: CountedMoney | null, after: CountedMoney | null): Movement[] {
  const from = recurringMoney(before);
  const to = recurringMoney(after);
  const key = after?.customerKey ?? before?.customerKey ?? "";
  const none: CustomerMoney = { monthly: new Map(), hasPaid: false };
  const movements = movementsBetween(from, to, customers.get(key) ?? none);
  if (before && from) add(customers, before.customerKey, from.currency, difference("0", from.monthly));
  if (after && to) add(customers, after.customerKey, to.currency, to.monthly);
  return movements;
}

function add(customers: CustomerTotals, key: string, currency: string, amount: string) {
  const customer = customers.get(key) ?? { monthly: new Map<string, string>(), hasPaid: false };
  customer.monthly.set(currency, sumOf([customer.monthly.get(currency) ?? "0", amount]));
  customer.hasPaid ||= signOf(amount) > 0;
  customers.set(key, customer);
}

function recurringMoney(money: CountedMoney | null): RecurringMoney | null {
  if (money === null || money.currency === null || signOf(money.recurring) === 0) return null;
  const { offerId, planId, channel, currency, recurring: monthly } = money;
  return { offerId, planId, channel, currency, monthly };
}

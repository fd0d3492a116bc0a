/** Filters of the lists. URLs and procedures use the same schemas, so each view can be linked. */
import { z } from "zod";
import { activityTopics } from "./activity-kinds.ts";
import { boundedCustomerSorts, boundedSubscriptionSorts } from "./bounded-sorts.ts";
import {
  accessKinds,
  lifecycleActions,
  operationOutcomes,
  operationStages,
  subscriptionStatuses,
} from "./lifecycle.ts";
import { dayInput, instantInput, monthInput } from "./moments.ts";
import { movementKinds, moneyStates, salesChannels } from "./money.ts";
import { spansAhead, spansBack } from "./relative-days.ts";
import { maxSearchLength, searchTooLong } from "./search-limits.ts";
import { actorKinds, activitySources } from "./actors.ts";
import { differenceKinds } from "./reconcile.ts";

/** Rows of a list's first page, kept small for speed, and of the following ones. */
export const pageSize = 50;

export const furtherPageSize = 100;

/** Long enough for a name of 100 letters of any script. */
const cursor = z.string().max(1000).optional();

const search = z.string().trim().max(maxSearchLength, searchTooLong).optional();

const text = z.string().trim().min(1).max(200).optional();

const instant = instantInput().optional();

const day = dayInput.optional();

export const seatsFilter = z
  .int("Enter a whole number of seats.")
  .min(0, "Seats cannot be negative.")
  .max(1_000_000, "Enter at most 1,000,000 seats.")
  .optional();

/** A time span: from this instant, and before that one. ISO 8601 with zone. */
const span = { from: instant, to: instant };

/** Days for which a subscription counts as recently out of sync. */
export const driftDays = 30;

/** Values of the filter `owner` besides staff ids: the caller, and unassigned. */
export const ownerMe = "me";

export const ownerNone = "none";

/** Facts that Microsoft may omit. */
export const unknownFacts = ["purchased", "termEnd", "renewal", "channel"] as const;

export type UnknownFact = (typeof unknownFacts)[number];

export const subscriptionSorts = [
  "updated",
  "name",
  "purchased",
  "termEnd",
  "quantity",
  "money",
  ...boundedSubscriptionSorts,
] as const;

/** An amount of money in its currency. */
export const amountFilter = z
  .number("Enter an amount.")
  .min(0, "The amount cannot be negative.")
  .max(1_000_000_000_000, "Enter a smaller amount.")
  .optional();

export const subscriptionFilters = z.strictObject({
  /** Searches names, email addresses, domains, companies and all ids. */
  q: search,
  status: z.enum(subscriptionStatuses).optional(),
  offer: text,
  plan: text,
  /** `true`: only subscriptions that the publisher has suspended. */
  hold: z.boolean().optional(),
  access: z.enum(accessKinds).optional(),
  /** The term ends on or after this day, and on or before that day. */
  endsFrom: day,
  endsTo: day,
  /** The same, relative to the reader's today. */
  endsIn: z.enum(spansAhead).optional(),
  purchasedIn: z.enum(spansBack).optional(),
  /** Not activated, and canceled by Microsoft in these days unless it is. */
  lapsesIn: z.enum(spansAhead).optional(),
  changedIn: z.enum(spansBack).optional(),
  /** Purchased, activated and ended, in a span of days. */
  purchasedFrom: day,
  purchasedTo: day,
  activatedFrom: day,
  activatedTo: day,
  endedFrom: day,
  endedTo: day,
  /** Whether it is known to have been active at any time. */
  activated: z.boolean().optional(),
  /** Purchased, and not ended, at the end of this day. */
  liveOn: day,
  trial: z.boolean().optional(),
  /** Whether it auto-renews; no match if Microsoft does not say. */
  renews: z.boolean().optional(),
  /** Whether a reseller bought it for a customer. */
  reseller: z.boolean().optional(),
  tag: text,
  owner: text,
  /** The minimum and maximum number of seats; no match without seats. */
  seatsFrom: seatsFilter,
  seatsTo: seatsFilter,
  /** The tenant of the beneficiary or the purchaser. */
  tenant: text,
  /** The id of the customer. */
  customer: text,
  /** Whether it was recently out of sync with Microsoft. */
  drift: z.boolean().optional(),
  /** `due`: the follow-up is today or earlier. */
  followUp: z.enum(["set", "due"]).optional(),
  /** `differs`: the product is out of sync. */
  product: z.enum(["differs"]).optional(),
  /** `true`: only test purchases; `false`: no test purchases. */
  test: z.boolean().optional(),
  /** Facts that Microsoft has not reported. */
  unknown: z.enum(unknownFacts).optional(),
  /** The currency of its price, as ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** The monthly amount of its price and seats. */
  monthlyFrom: amountFilter,
  monthlyTo: amountFilter,
  /** `counted`: part of the MRR. */
  money: z.enum([...moneyStates, "counted"]).optional(),
  /** How it moved the MRR in `movedIn`, or at any time. */
  movement: z.enum(movementKinds).optional(),
  movedIn: monthInput.optional(),
  sort: z.enum(subscriptionSorts).optional(),
  order: z.enum(["asc", "desc"]).optional(),
  cursor,
});

export type SubscriptionFilters = z.infer<typeof subscriptionFilters>;

export const customerSorts = [
  "name",
  "subscriptions",
  "seats",
  "purchased",
  "termEnd",
  ...boundedCustomerSorts,
] as const;

export const customerFilters = z.strictObject({
  /** Searches names, companies, domains, email addresses and tenants. */
  q: search,
  owner: text,
  tag: text,
  /** Has or had a subscription of this offer. */
  offer: text,
  /** Whether a subscription is Subscribed or Suspended. */
  active: z.boolean().optional(),
  /** `true`: made only test purchases; `false`: others. */
  test: z.boolean().optional(),
  sort: z.enum(customerSorts).optional(),
  order: z.enum(["asc", "desc"]).optional(),
  cursor,
});

export type CustomerFilters = z.infer<typeof customerFilters>;

/** Rows that can be read by id in one request. */
export const maxRows = 200;

export const rowsInput = z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(maxRows) });

/** Any text pasted into the search field. */
export const findInput = z.strictObject({
  q: z.string().trim().min(3, "Type at least 3 characters.").max(maxSearchLength, searchTooLong),
});

export const operationFilters = z.strictObject({
  /** `open`: not settled. Default: all, open ones first. */
  state: z.enum(["open", "settled"]).optional(),
  action: z.enum(lifecycleActions).optional(),
  source: z.enum(["Azure", "Partner"]).optional(),
  stage: z.enum(operationStages).optional(),
  outcome: z.enum(operationOutcomes).optional(),
  /** The id of the requesting staff member, or `me`. */
  person: text,
  /** Searches its subscription, and the operation's ids. */
  q: search,
  ...span,
  subscription: text,
  cursor,
});

export type OperationFilters = z.infer<typeof operationFilters>;

export const deliveryOutcomes = ["accepted", "duplicate", "unprocessable"] as const;

export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

export const deliveryFilters = z.strictObject({
  outcome: z.enum(deliveryOutcomes).optional(),
  action: text,
  /** Searches its subscription, and its operation's ids. */
  q: search,
  ...span,
  subscription: text,
  cursor,
});

export type DeliveryFilters = z.infer<typeof deliveryFilters>;

export const activityFilters = z.strictObject({
  actor: z.enum(actorKinds).optional(),
  /** The id of a reason code. */
  reasonCode: text,
  /** A staff id, or `me`. */
  person: text,
  source: z.enum(activitySources).optional(),
  topic: z.enum(activityTopics).optional(),
  ...span,
  /** The changes of one bulk action. */
  run: z.uuid().optional(),
  /** What happened, as `noun.verb`. */
  kind: text,
  q: search,
  subscription: text,
  cursor,
});

export type ActivityFilters = z.infer<typeof activityFilters>;

/** `changes`: of the subscription itself. `desk`: what staff add to it, except notes. */
export const timelineKinds = ["changes", "operations", "notes", "desk"] as const;

export type TimelineKind = (typeof timelineKinds)[number];

/** For the timeline of one subscription. */
export const timelineFilters = z.strictObject({
  who: z.enum(actorKinds).optional(),
  what: z.enum(timelineKinds).optional(),
  cursor,
});

export type TimelineFilters = z.infer<typeof timelineFilters>;

export const differenceFilters = z.strictObject({
  kind: z.enum(differenceKinds).optional(),
  subscription: text,
  cursor,
});

export type DifferenceFilters = z.infer<typeof differenceFilters>;

export const needFilters = z.strictObject({
  /** `true`: snoozed needs instead of the others. */
  snoozed: z.boolean().optional(),
  /** `true`: only needs of subscriptions that the caller owns. */
  mine: z.boolean().optional(),
});

export type NeedFilters = z.infer<typeof needFilters>;

/** Days shown in the overview. */
export const overviewDays = ["30", "90", "365"] as const;

/** ISO 4217. */
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();

export const overviewFilters = z.strictObject({
  days: z.enum(overviewDays).optional(),
  offer: text,
});

export const overviewPageFilters = overviewFilters.extend({ currency });

export const revenueFilters = z.strictObject({
  offer: text,
  plan: text,
  channel: z.enum(salesChannels).optional(),
  currency,
});

export const billedUsageFilters = revenueFilters.omit({ channel: true });

export type BilledUsageFilters = z.infer<typeof billedUsageFilters>;

export type RevenueFilters = z.infer<typeof revenueFilters>;

export type OverviewFilters = z.infer<typeof overviewPageFilters>;

/** Filters of the lists. The URL and the procedures use the same schemas: what can be linked can be asked. */
import { z } from "zod";
import { dayInput } from "./day.ts";
import {
  accessKinds,
  lifecycleActions,
  operationOutcomes,
  operationStages,
  subscriptionStatuses,
} from "./lifecycle.ts";
import { instantInput } from "./moments.ts";

/** Rows of the first page of a list, which is to be there at once, and of those that endless scrolling asks for. */
export const pageSize = 50;
export const furtherPageSize = 100;

export const maxSearchLength = 1_000;
export const searchTooLong = "Search for at most 1,000 characters. Paste only the e-mail address, the id or the name.";

const cursor = z.string().max(400).optional();
const search = z.string().trim().max(maxSearchLength, searchTooLong).optional();
const text = z.string().trim().min(1).max(200).optional();
const instant = instantInput().optional();

const day = dayInput.optional();

export const seatsFilter = z
  .int("Enter a whole number of seats.")
  .min(0, "Seats cannot be negative.")
  .max(1_000_000, "Enter at most 1,000,000 seats.")
  .optional();

/** A span of time: from this instant on, and before that one. ISO 8601 with zone. */
const span = { from: instant, to: instant };

/** For how long a difference from Microsoft counts as one of late. */
export const driftDays = 30;

/** Values of the filter `owner` beside the ids of staff: who asks, and nobody. */
export const ownerMe = "me";
export const ownerNone = "none";

/** Facts that Microsoft may leave out. */
export const unknownFacts = ["purchased", "termEnd", "renewal", "channel"] as const;
export type UnknownFact = (typeof unknownFacts)[number];

export const subscriptionSorts = ["updated", "name", "purchased", "termEnd", "quantity"] as const;

export const subscriptionFilters = z.strictObject({
  /** Text to find in names, e-mails, domains, companies and every id. */
  q: search,
  status: z.enum(subscriptionStatuses).optional(),
  offer: text,
  plan: text,
  /** `true`: only those that the publisher holds. */
  hold: z.boolean().optional(),
  access: z.enum(accessKinds).optional(),
  /** The term ends on this day or after it, and on this day or before it. */
  endsFrom: day,
  endsTo: day,
  /** Purchased, seen to become active, and seen to end in a span of days. */
  purchasedFrom: day,
  purchasedTo: day,
  activatedFrom: day,
  activatedTo: day,
  endedFrom: day,
  endedTo: day,
  /** Whether it is known to have become active at any time. */
  activated: z.boolean().optional(),
  /** Had been purchased and had not ended at the end of this day. */
  liveOn: day,
  trial: z.boolean().optional(),
  /** Whether it renews by itself; neither where Microsoft has not told. */
  renews: z.boolean().optional(),
  /** Whether a reseller bought it for its customer. */
  reseller: z.boolean().optional(),
  tag: text,
  owner: text,
  /** The least and the most seats; what has no seats is in no such span. */
  seatsFrom: seatsFilter,
  seatsTo: seatsFilter,
  /** The tenant of the beneficiary or of the purchaser. */
  tenant: text,
  /** Whether it was found to differ from Microsoft of late. */
  drift: z.boolean().optional(),
  /** `due`: the day of the follow-up has come. */
  followUp: z.enum(["set", "due"]).optional(),
  /** `differs`: the publisher's product has something else. */
  product: z.enum(["differs"]).optional(),
  /** `true`: only test purchases; `false`: none of them. */
  test: z.boolean().optional(),
  /** What Microsoft has not reported, and no other filter finds. */
  unknown: z.enum(unknownFacts).optional(),
  sort: z.enum(subscriptionSorts).optional(),
  order: z.enum(["asc", "desc"]).optional(),
  cursor,
});
export type SubscriptionFilters = z.infer<typeof subscriptionFilters>;

/** Lines of a list that can be asked for by their ids at once. */
export const maxRows = 200;
export const rowsInput = z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(maxRows) });

/** Whatever staff paste into the search field. */
export const findInput = z.strictObject({
  q: z.string().trim().min(3, "Type at least 3 characters.").max(maxSearchLength, searchTooLong),
});

export const operationFilters = z.strictObject({
  /** `open`: not yet settled. Default: all, open ones first. */
  state: z.enum(["open", "settled"]).optional(),
  action: z.enum(lifecycleActions).optional(),
  source: z.enum(["Azure", "Partner"]).optional(),
  stage: z.enum(operationStages).optional(),
  outcome: z.enum(operationOutcomes).optional(),
  /** The id of the member of staff who asked for it, or `me`. */
  person: text,
  /** Text to find in its subscription, or an id of the operation. */
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
  /** Text to find in its subscription, or an id of its operation. */
  q: search,
  ...span,
  subscription: text,
  cursor,
});
export type DeliveryFilters = z.infer<typeof deliveryFilters>;

export const actorKinds = ["staff", "purchaser", "marketplace", "product", "system"] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Where a change came from. `api`: the publisher's own product. `job`: work that nobody asked for at that moment. */
export const activitySources = ["desk", "bulk", "landing", "webhook", "api", "job"] as const;
export type ActivitySource = (typeof activitySources)[number];

/** Where an actor's changes come from, unless the record says otherwise. */
export const sourceOfKind: Record<ActorKind, ActivitySource> = {
  staff: "desk",
  purchaser: "landing",
  marketplace: "webhook",
  product: "api",
  system: "job",
};

/** What the record can be asked for; each is some of its kinds. */
export const activityTopics = [
  "plan",
  "seats",
  "status",
  "access",
  "renewal",
  "care",
  "operation",
  "setting",
  "export",
  "bulk",
  "product",
  "upkeep",
] as const;
export type ActivityTopic = (typeof activityTopics)[number];

export const activityFilters = z.strictObject({
  actor: z.enum(actorKinds).optional(),
  /** The id of a reason code. */
  reasonCode: text,
  /** The id of a member of staff, or `me`. */
  person: text,
  source: z.enum(activitySources).optional(),
  topic: z.enum(activityTopics).optional(),
  ...span,
  /** What one bulk run did. */
  run: z.uuid().optional(),
  /** What happened, as `noun.verb`. */
  kind: text,
  q: search,
  subscription: text,
  cursor,
});
export type ActivityFilters = z.infer<typeof activityFilters>;

/** `changes`: of the subscription itself. `desk`: what staff keep with it, notes aside. */
export const timelineKinds = ["changes", "operations", "notes", "desk"] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** Of the timeline of one subscription. */
export const timelineFilters = z.strictObject({
  who: z.enum(actorKinds).optional(),
  what: z.enum(timelineKinds).optional(),
  cursor,
});
export type TimelineFilters = z.infer<typeof timelineFilters>;

/** What a comparison with Microsoft does, in this order. */
export const reconcilePhases = ["listing", "missing", "waiting"] as const;
export type ReconcilePhase = (typeof reconcilePhases)[number];

/**
 * `unknown`: Microsoft has it, we did not. `drift`: facts differ. `missing`: we have it, Microsoft does not.
 * `pending_too_long`: nobody activated it. `unrecognised`: Microsoft says something that we do not understand.
 */
export const differenceKinds = ["unknown", "drift", "missing", "pending_too_long", "unrecognised"] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** `raised`: nothing could be repaired, staff have to look. */
export const differenceResolutions = ["added", "repaired", "raised", "failed"] as const;
export type DifferenceResolution = (typeof differenceResolutions)[number];

export const differenceFilters = z.strictObject({
  kind: z.enum(differenceKinds).optional(),
  subscription: text,
  cursor,
});
export type DifferenceFilters = z.infer<typeof differenceFilters>;

export const needFilters = z.strictObject({
  /** `true`: those that are snoozed, in the place of those that are not. */
  snoozed: z.boolean().optional(),
  /** `true`: only what the person looks after. */
  mine: z.boolean().optional(),
});
export type NeedFilters = z.infer<typeof needFilters>;

/** Work that runs by itself. `counts`: the totals are compared with the rows. `figures`: the days of the overview. `retention`: what is too old goes. */
export const upkeepKinds = ["counts", "figures", "retention"] as const;
export type UpkeepKind = (typeof upkeepKinds)[number];

/** Days that the overview looks back. */
export const overviewDays = ["30", "90", "365"] as const;
export const overviewFilters = z.strictObject({
  days: z.enum(overviewDays).optional(),
  offer: text,
});
export type OverviewFilters = z.infer<typeof overviewFilters>;

/** Takes reported usage in: each event is checked on its own, and all that are accepted are stored in one statement. */
import { inArray } from "drizzle-orm";
import { usageWindowMs } from "../../../shared/usage.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { usageEvents } from "../../database/schema/usage.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import { meteredSubscriptions, type UsageSubject } from "../../database/queries/usage-subscriptions.ts";
import { newId } from "../../database/statements/new-id.ts";
import {
  retryDeadlocks,
  storeUsage,
  storeUsageIn,
  type UsageEventRow,
  type UsageOrigin,
} from "../../database/writes/usage-intake.ts";
import { actorColumns } from "../../domain/actor.ts";
import { admit, type MeteredSubscription } from "../../domain/usage/admission.ts";
import { hourOf, sealTime } from "../../domain/usage/hours.ts";
import { inDigits, type Quantity, quantityOf } from "../../domain/usage/quantity.ts";

export type ReportedUsage = {
  /** The product's own id of the event. */
  eventId: string;
  subject: UsageSubject;
  dimension: string;
  quantity: Quantity;
  occurredAt: Date;
};

/** The outcome of an event. `detail` is a sentence for the product. */
export type UsageOutcome =
  | { status: "stored"; hour: Date }
  | { status: "repeated" }
  | { status: "lost"; detail: string }
  | { status: "conflict" | "refused"; detail: string };

const conflict: UsageOutcome = {
  status: "conflict",
  detail: "This ID was already used for other usage. Give each event an ID of its own; what was stored is unchanged.",
};
const lost: UsageOutcome = {
  status: "lost",
  detail: `Microsoft accepts usage for ${usageWindowMs / 3_600_000} hours. The event is recorded as lost and is not billed.`,
};

type Options = {
  /** The outcomes that the events would have; nothing is stored. */
  isDryRun?: boolean;
  /** Writes in the transaction that stores the events; without it, each statement is its own transaction. */
  note?: (tx: Executor, stored: ReadonlySet<string>) => Promise<void>;
};

type CheckedEvent = { event: ReportedUsage; row: UsageEventRow };

/** @returns an outcome for each event, in their order, after the commit */
export async function receiveUsage(
  ctx: Pick<Context, "db" | "now" | "actor">,
  reported: readonly ReportedUsage[],
  { source, reason }: Pick<UsageOrigin, "source" | "reason">,
  options: Options = {},
): Promise<UsageOutcome[]> {
  const now = ctx.now();
  const [find, { graceMinutes }] = await Promise.all([
    meteredSubscriptions(
      ctx.db,
      reported.map(({ subject }) => subject),
      now,
    ),
    currentUsageSettings(ctx.db),
  ]);
  const outcomes = new Map<ReportedUsage, UsageOutcome>();
  const first = new Map<string, ReportedUsage>();
  const repeats: ReportedUsage[] = [];
  const rows: CheckedEvent[] = [];
  for (const event of reported) {
    const earlier = first.get(event.eventId);
    if (earlier) {
      repeats.push(event);
      continue;
    }
    first.set(event.eventId, event);
    const checked = checkEvent(event, find(event.subject), now, graceMinutes * 60_000);
    if ("row" in checked) rows.push({ event, row: checked.row });
    else outcomes.set(event, checked);
  }
  const origin = { source, reason, ...actorColumns(ctx.actor) };
  const added = options.isDryRun ? await idsToStore(ctx, rows) : await store(ctx, rows, origin, options);
  for (const { event, row } of rows) {
    if (added.has(event.eventId)) outcomes.set(event, row.isLost ? lost : { status: "stored", hour: row.hour });
  }
  // An event that was stored before is a repeat, also if it would be refused today.
  const unclear = reported.filter((event) => first.get(event.eventId) === event && !added.has(event.eventId));
  const known = await storedEvents(ctx, unclear);
  for (const event of unclear) {
    const stored = known.get(event.eventId);
    if (stored) outcomes.set(event, isSame(event, stored, find) ? { status: "repeated" } : conflict);
  }
  for (const event of repeats) {
    const earlier = first.get(event.eventId);
    const outcome = earlier && outcomes.get(earlier);
    if (!earlier || !outcome) continue;
    if (!isSameReport(event, earlier)) outcomes.set(event, conflict);
    else outcomes.set(event, outcome.status === "stored" ? { status: "repeated" } : outcome);
  }
  return reported.map((event) => outcomes.get(event) ?? conflict);
}

async function idsToStore(ctx: Pick<Context, "db">, rows: CheckedEvent[]): Promise<Set<string>> {
  const known = await storedEvents(
    ctx,
    rows.map(({ event }) => event),
  );
  return new Set(rows.map(({ event }) => event.eventId).filter((id) => !known.has(id)));
}

async function store(
  ctx: Pick<Context, "db" | "now">,
  rows: CheckedEvent[],
  origin: UsageOrigin,
  { note }: Options,
): Promise<Set<string>> {
  const now = ctx.now();
  const added = new Set<string>();
  if (note === undefined) {
    for (const batch of splitByPlan(rows)) for (const id of await storeUsage(ctx.db, batch, origin, now)) added.add(id);
    return added;
  }
  return retryDeadlocks(() =>
    ctx.db.transaction(async (tx) => {
      added.clear();
      for (const batch of splitByPlan(rows)) for (const id of await storeUsageIn(tx, batch, origin, now)) added.add(id);
      await note(tx, added);
      return added;
    }),
  );
}

function checkEvent(
  event: ReportedUsage,
  found: MeteredSubscription[],
  now: Date,
  graceMs: number,
): UsageOutcome | { row: UsageEventRow } {
  const [subscription] = found;
  if (!subscription) return { status: "refused", detail: unknownSubject(event.subject) };
  if (found.length > 1) {
    const detail = `The tenant has ${found.length} subscriptions of this offer. Name the subscription with \`subscriptionId\`.`;
    return { status: "refused", detail };
  }
  const { dimension, occurredAt, eventId } = event;
  const admission = admit({ dimension, occurredAt }, subscription, now);
  if ("refused" in admission) return { status: "refused", detail: admission.refused };
  const hour = hourOf(occurredAt);
  return {
    row: {
      id: newId(now),
      eventId,
      subscriptionId: subscription.id,
      planId: admission.planId,
      dimension,
      quantity: inDigits(event.quantity),
      occurredAt,
      hour,
      sealAt: sealTime(hour, now, graceMs),
      isLost: admission.isLost,
      isTrial: admission.isTrial,
    },
  };
}

function unknownSubject(subject: UsageSubject): string {
  return "subscriptionId" in subject
    ? "There is no subscription with this ID. Use Microsoft's subscription ID."
    : "The tenant has no subscription of this offer that has not ended.";
}

/** Of two plans in one hour, which are rare, the second one is stored by its own statement. */
function splitByPlan(rows: CheckedEvent[]): UsageEventRow[][] {
  const planOf = new Map<string, string>();
  const [now, later]: [CheckedEvent[], CheckedEvent[]] = [[], []];
  for (const one of rows) {
    const { subscriptionId, dimension, hour, planId } = one.row;
    const slot = JSON.stringify([subscriptionId, dimension, hour]);
    const plan = planOf.get(slot) ?? planId;
    planOf.set(slot, plan);
    (plan === planId ? now : later).push(one);
  }
  const batch = now.map(({ row }) => row);
  return later.length === 0 ? (batch.length === 0 ? [] : [batch]) : [batch, ...splitByPlan(later)];
}

type Stored = Pick<
  typeof usageEvents.$inferSelect,
  "eventId" | "subscriptionId" | "dimension" | "quantity" | "occurredAt"
>;

async function storedEvents({ db }: Pick<Context, "db">, events: ReportedUsage[]): Promise<Map<string, Stored>> {
  if (events.length === 0) return new Map();
  const { eventId, subscriptionId, dimension, quantity, occurredAt } = usageEvents;
  const found = await db
    .select({ eventId, subscriptionId, dimension, quantity, occurredAt })
    .from(usageEvents)
    .where(
      inArray(
        usageEvents.eventId,
        events.map((event) => event.eventId),
      ),
    );
  return new Map(found.map((row) => [row.eventId, row]));
}

function isSame(event: ReportedUsage, stored: Stored, find: (subject: UsageSubject) => MeteredSubscription[]): boolean {
  const { subject } = event;
  const ids = "subscriptionId" in subject ? [subject.subscriptionId] : find(subject).map(({ id }) => id);
  return (
    // A tenant's subscription may have ended since then.
    (ids.includes(stored.subscriptionId) || ("tenant" in subject && ids.length === 0)) &&
    event.dimension === stored.dimension &&
    event.quantity.eq(quantityOf(stored.quantity)) &&
    event.occurredAt.getTime() === stored.occurredAt.getTime()
  );
}

function isSameReport(one: ReportedUsage, other: ReportedUsage): boolean {
  return (
    JSON.stringify(one.subject) === JSON.stringify(other.subject) &&
    one.dimension === other.dimension &&
    one.quantity.eq(other.quantity) &&
    one.occurredAt.getTime() === other.occurredAt.getTime()
  );
}

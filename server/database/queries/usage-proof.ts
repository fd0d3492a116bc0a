/** How the billed quantity of an hour was computed. */
import { and, asc, desc, eq, like, sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import { utcDayOf } from "../../../shared/day.ts";
import type { CarriedUsage, UsageProof } from "../../../shared/views/usage.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import type { Database } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { usageAccounts, usageEvents, usageSlots, usageSubmissions } from "../schema/usage.ts";
import { usageDays, usageDigestDays, usageDigests } from "../schema/usage-comparisons.ts";
import { findUsage } from "./usage-slots.ts";

const maxEvents = 1_000;

const digits = (value: string) => inDigits(quantityOf(value));
const digitsOrNull = (value: string | null) => (value === null ? null : digits(value));
const instantOrNull = (value: Date | null) => value?.toISOString() ?? null;

/** Null if there is no such hour. */
export async function usageProof(db: Database, id: string): Promise<UsageProof | null> {
  const [row, [slot]] = await Promise.all([
    findUsage(db, id),
    db.select().from(usageSlots).where(eq(usageSlots.id, id)),
  ]);
  if (!row || !slot) return null;
  const [account, events, carriedFrom, carriedTo, calls, day, digest, entries] = await Promise.all([
    accountOf(db, slot),
    eventsOf(db, slot),
    carriesOf(db, id, "from"),
    carriesOf(db, id, "to"),
    callsOf(db, id),
    dayOf(db, slot),
    digestFor(db, slot),
    entriesOf(db, slot),
  ]);
  return {
    hour: {
      ...row,
      term: account && { startsOn: account.termStartsOn, endsOn: account.termEndsOn },
      isTrial: slot.isTrial,
      sealedAt: instantOrNull(slot.sealedAt),
      endedAt: instantOrNull(slot.endedAt),
      attempts: slot.attempts,
      usageEventId: slot.usageEventId,
      moved: digits(slot.moved),
    },
    account: account && {
      used: digits(account.used),
      billed: digits(account.billed),
      included: digitsOrNull(account.included),
    },
    events: events.slice(0, maxEvents),
    isMore: events.length > maxEvents,
    carriedFrom,
    carriedTo,
    calls,
    day,
    digest,
    entries,
  };
}

type Slot = typeof usageSlots.$inferSelect;

async function accountOf(db: Database, slot: Slot) {
  if (slot.termStartsOn === null) return null;
  const [account] = await db
    .select()
    .from(usageAccounts)
    .where(
      and(
        eq(usageAccounts.subscriptionId, slot.subscriptionId),
        eq(usageAccounts.dimension, slot.dimension),
        eq(usageAccounts.planId, slot.planId),
        eq(usageAccounts.termStartsOn, slot.termStartsOn),
        eq(usageAccounts.isTrial, slot.isTrial),
      ),
    );
  return account ?? null;
}

async function eventsOf(db: Database, slot: Slot): Promise<UsageProof["events"]> {
  const rows = await db
    .select()
    .from(usageEvents)
    .where(
      and(
        eq(usageEvents.subscriptionId, slot.subscriptionId),
        eq(usageEvents.dimension, slot.dimension),
        eq(usageEvents.hour, slot.hour),
      ),
    )
    .orderBy(asc(usageEvents.id))
    .limit(maxEvents + 1);
  return rows.map(({ eventId, quantity, occurredAt, receivedAt, isLost, source, actorName, reason }) => ({
    eventId,
    quantity: digits(quantity),
    occurredAt: occurredAt.toISOString(),
    receivedAt: receivedAt.toISOString(),
    isLost,
    source,
    by: actorName,
    reason,
  }));
}

async function carriesOf(db: Database, id: string, direction: "from" | "to"): Promise<CarriedUsage[]> {
  const [own, other] = direction === "from" ? ["to_slot_id", "from_slot_id"] : ["from_slot_id", "to_slot_id"];
  const { rows } = await db.execute<{ id: string; hour: string; quantity: string; at: string }>(sql`
    select s.id, s.hour, c.quantity::text as quantity, c.at from usage_carries c
    join usage_slots s on s.id = c.${sql.identifier(other)} where c.${sql.identifier(own)} = ${id}::uuid order by c.id`);
  return rows.map((row) => ({
    hourId: row.id,
    hour: new Date(row.hour).toISOString(),
    quantity: digits(row.quantity),
    at: new Date(row.at).toISOString(),
  }));
}

async function callsOf(db: Database, id: string): Promise<UsageProof["calls"]> {
  const rows = await db
    .select()
    .from(usageSubmissions)
    .where(eq(usageSubmissions.slotId, id))
    .orderBy(asc(usageSubmissions.id));
  return rows.map(({ id: _, slotId: __, ...call }) => ({
    ...call,
    sentAt: call.sentAt.toISOString(),
    answeredAt: instantOrNull(call.answeredAt),
    quantity: digits(call.quantity),
    earlierQuantity: digitsOrNull(call.earlierQuantity),
  }));
}

async function dayOf(db: Database, slot: Slot): Promise<UsageProof["day"]> {
  const day: Day = utcDayOf(slot.hour);
  const [row] = await db
    .select()
    .from(usageDays)
    .where(
      and(
        eq(usageDays.day, day),
        eq(usageDays.subscriptionId, slot.subscriptionId),
        eq(usageDays.dimension, slot.dimension),
      ),
    );
  if (!row) return null;
  return {
    day,
    ledger: digits(row.ledger),
    submitted: digitsOrNull(row.submitted),
    processed: digitsOrNull(row.processed),
    reconStatus: row.reconStatus,
    cause: row.cause,
    comparedAt: row.comparedAt.toISOString(),
  };
}

async function digestFor(db: Database, slot: Slot): Promise<UsageProof["digest"]> {
  const hour = { dimension: slot.dimension, hour: slot.hour.toISOString() };
  const [row] = await db
    .select({ entryId: usageDigests.entryId, takenAt: usageDigestDays.takenAt, leaves: usageDigests.leaves })
    .from(usageDigests)
    .innerJoin(usageDigestDays, eq(usageDigestDays.id, usageDigests.entryId))
    .where(
      and(
        eq(usageDigests.day, utcDayOf(slot.hour)),
        eq(usageDigests.subscriptionId, slot.subscriptionId),
        sql`${usageDigests.leaves} @> ${JSON.stringify([hour])}::jsonb`,
      ),
    )
    .orderBy(desc(usageDigests.entryId))
    .limit(1);
  if (!row) return null;
  const leaf = row.leaves?.find((one) => one.dimension === hour.dimension && one.hour === hour.hour);
  return { entryId: row.entryId, takenAt: row.takenAt.toISOString(), isOpen: leaf?.isOpen ?? true };
}

async function entriesOf(db: Database, slot: Slot): Promise<UsageProof["entries"]> {
  const rows = await db
    .select()
    .from(activity)
    .where(
      and(
        eq(activity.subscriptionId, slot.subscriptionId),
        like(activity.kind, "usage.%"),
        sql`${activity.after}->>'dimension' = ${slot.dimension}`,
        sql`${activity.after}->>'hour' = ${slot.hour.toISOString()}`,
      ),
    )
    .orderBy(asc(activity.id));
  return rows.map(({ id, at, kind, summary, actorName, reason }) => ({
    id,
    at: at.toISOString(),
    kind,
    summary,
    by: actorName,
    reason,
  }));
}

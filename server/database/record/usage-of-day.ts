/** Reads the usage of a day with its proofs, a subscription at a time and in byte order. In a transaction, because of cursors. */
import { createHash, type Hash } from "node:crypto";
import { addDays, type Day, startInUtc } from "../../../shared/day.ts";
import { addEvent, type ProvenCall, type ProvenCarry, type ProvenEvent, type ProvenHour } from "./usage-digest.ts";

/** Runs a statement without parameters. */
export type RunQuery = <Row>(text: string) => Promise<Row[]>;

const slotsPerBatch = 500;
const eventsPerBatch = 5_000;

export const isoText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

type SlotRow = Omit<ProvenHour, "events" | "carriedFrom" | "carriedTo" | "calls"> & { id: string };
type OfSlot<Row> = Row & { id: string };

/**
 * Hours whose usage came in time, or was carried from others. Usage that came too late is no part of a bill, and is reported
 * for weeks.
 * @param only a condition on `s`, the slots
 */
export async function* usageOfDay(query: RunQuery, day: Day, only = "true"): AsyncGenerator<ProvenHour[]> {
  await query(`declare usage_of_day no scroll cursor for
    select s.id, s.subscription_id as "subscriptionId", s.dimension, ${isoText("s.hour")} as hour, s.plan_id as "planId",
      s.is_trial as "isTrial", s.term_starts_on::text as "termStartsOn", a.term_ends_on::text as "termEndsOn", s.quantity::text as quantity,
      s.billable::text as billable, ${isoText("s.effective_at")} as "effectiveAt", ${isoText("s.sealed_at")} as "sealedAt",
      ${isoText("s.ended_at")} as "endedAt", s.state, s.problem, s.accepted::text as accepted, s.usage_event_id as "usageEventId"
    from usage_slots s left join usage_accounts a on a.subscription_id = s.subscription_id and a.plan_id = s.plan_id
      and a.dimension = s.dimension and a.term_starts_on = s.term_starts_on and a.is_trial = s.is_trial
    where ${isOfDay(day)} and (${only})
    order by s.subscription_id collate "C", s.dimension collate "C", s.hour`);
  let hours: ProvenHour[] = [];
  for (;;) {
    const slots = await query<SlotRow>(`fetch ${slotsPerBatch} from usage_of_day`);
    for (const hour of await withProofs(query, day, slots)) {
      if (hours[0] && hours[0].subscriptionId !== hour.subscriptionId) {
        yield hours;
        hours = [];
      }
      hours.push(hour);
    }
    if (slots.length < slotsPerBatch) break;
  }
  await query("close usage_of_day");
  if (hours.length > 0) yield hours;
}

const isOfDay = (day: Day) => `s.hour >= ${instant(day)} and s.hour < ${instant(addDays(day, 1))}`;
const instant = (day: Day) => `'${startInUtc(day).toISOString()}'::timestamptz`;

async function withProofs(query: RunQuery, day: Day, slots: SlotRow[]): Promise<ProvenHour[]> {
  if (slots.length === 0) return [];
  const ids = `'{${slots.map(({ id }) => id).join()}}'::uuid[]`;
  const events = await eventsOf(query, day, ids);
  const from = group(await query<OfSlot<ProvenCarry>>(carriesOf("to_slot_id", "from_slot_id", ids)));
  const to = group(await query<OfSlot<ProvenCarry>>(carriesOf("from_slot_id", "to_slot_id", ids)));
  const calls = group(
    await query<OfSlot<ProvenCall>>(`
      select slot_id as id, call_id as "callId", ${isoText("sent_at")} as "sentAt", quantity::text as quantity, ${isoText("answered_at")} as "answeredAt",
        http_status as "httpStatus", request_id as "requestId", status, usage_event_id as "usageEventId", earlier_quantity::text as "earlierQuantity"
      from usage_submissions u where slot_id = any(${ids}) order by u.id`),
  );
  return slots.flatMap(({ id, ...slot }) => {
    const hash = events.get(id);
    const carriedFrom = from.get(id) ?? [];
    if (hash === undefined && carriedFrom.length === 0) return [];
    const digest = (hash ?? createHash("sha256")).digest("hex");
    return [{ ...slot, events: digest, carriedFrom, carriedTo: to.get(id) ?? [], calls: calls.get(id) ?? [] }];
  });
}

function carriesOf(own: string, other: string, ids: string): string {
  return `select ${own} as id, ${other} as "slotId", quantity::text as quantity, ${isoText("at")} as at from usage_carries c
    where ${own} = any(${ids}) order by c.id`;
}

/** An hour can have any number of events, so they are read in steps. The day keeps PostgreSQL from reading a whole index. */
async function eventsOf(query: RunQuery, day: Day, ids: string): Promise<Map<string, Hash>> {
  await query(`declare usage_events_of_day no scroll cursor for
    select s.id, e.event_id as "eventId", e.plan_id as "planId", e.quantity::text as quantity, ${isoText("e.occurred_at")} as "occurredAt",
      ${isoText("e.received_at")} as "receivedAt", e.source
    from usage_slots s join usage_events e on e.subscription_id = s.subscription_id and e.dimension = s.dimension and e.hour = s.hour
    where ${isOfDay(day)} and s.id = any(${ids}) and not e.is_lost order by e.id`);
  const hashes = new Map<string, Hash>();
  for (;;) {
    const events = await query<OfSlot<ProvenEvent>>(`fetch ${eventsPerBatch} from usage_events_of_day`);
    for (const { id, ...event } of events) {
      const hash = hashes.get(id) ?? createHash("sha256");
      hashes.set(id, hash);
      addEvent(hash, event);
    }
    if (events.length < eventsPerBatch) break;
  }
  await query("close usage_events_of_day");
  return hashes;
}

function group<Row>(rows: OfSlot<Row>[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const { id, ...row } of rows) groups.set(id, [...(groups.get(id) ?? []), row as Row]);
  return groups;
}

/** Proves usage from outside: compares each day with the digests that the audit trail has of it, and names what differs. */
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { RecordProblem } from "../schema/record-chain.ts";
import { type DigestEntry, digestOf, type Leaf, leafOf, type ProvenHour, UsageRoot } from "./usage-digest.ts";
import { type RunQuery, isoText, usageOfDay } from "./usage-of-day.ts";

/** Retention keeps usage for at least this long; an audit entry cannot shorten it. */
const minRetentionDays = 90;
const digestsPerBatch = 500;

type Note = (problem: RecordProblem) => void;
type Recorded = DigestEntry & { id: string };
type DigestRow = { entryId: string; subscriptionId: string; digest: string; endsOn: Day; leaves: Leaf[] | null };

/** @returns how many days and hours were compared */
export async function proveUsage(query: RunQuery, note: Note): Promise<{ days: number; hours: number }> {
  const entries = await query<{ id: string; kind: string; at: string; after: DigestEntry & { before: Day } }>(`
    select id, kind, ${isoText("at")} as at, after from activity where kind in ('usage.digest_taken', 'usage.deleted') order by id`);
  let deletedBefore: Day = "0000-01-01" as Day;
  const byDay = new Map<Day, Recorded[]>();
  for (const { id, kind, at, after } of entries) {
    if (kind === "usage.digest_taken") byDay.set(after.day, [...(byDay.get(after.day) ?? []), { ...after, id }]);
    else if (after.before > deletedBefore && after.before <= addDays(utcDayOf(new Date(at)), -minRetentionDays))
      deletedBefore = after.before;
  }
  const days = [...byDay].toSorted(([one], [other]) => (one < other ? -1 : 1));
  let hours = 0;
  for (const [day, recorded] of days) hours += await proveDay(query, note, { day, recorded, deletedBefore });
  await findUnrecorded(query, note, byDay);
  return { days: days.length, hours };
}

type OfDay = { day: Day; recorded: Recorded[]; deletedBefore: Day };

async function proveDay(query: RunQuery, note: Note, of: OfDay): Promise<number> {
  const { day, recorded, deletedBefore } = of;
  const roots = new Map(recorded.map(({ id }) => [id, new UsageRoot()]));
  const digests = digestsOfDay(query, day);
  const usage = usageOfDay(query, day);
  let [one, other] = [await digests.next(), await usage.next()];
  let hours = 0;
  while (!one.done || !other.done) {
    const known = one.done ? null : one.value;
    const actual = other.done ? null : other.value;
    const order = compare(known?.[0]?.subscriptionId, actual?.[0]?.subscriptionId);
    const [expected, found] = [order <= 0 ? (known ?? []) : [], order >= 0 ? (actual ?? []) : []];
    for (const row of expected) {
      const root = roots.get(row.entryId);
      if (root) root.add(row);
      else note({ kind: "usage_digest", about: `${day}, subscription ${row.subscriptionId}` });
    }
    hours += found.length;
    proveSubscription(note, of, expected, found);
    if (order <= 0) one = await digests.next();
    if (order >= 0) other = await usage.next();
  }
  for (const { id, root: expected, subscriptions, endsOn } of recorded) {
    const root = roots.get(id);
    // Retention deletes the digests of a day once all its hours are deleted.
    const isDeleted = root?.subscriptions === 0 && subscriptions > 0 && endsOn < deletedBefore;
    if (root && !isDeleted && (root.hex() !== expected || root.subscriptions !== subscriptions))
      note({ kind: "usage_digest", about: day });
  }
  return hours;
}

/** Of UTF-8 bytes, as PostgreSQL sorts with the collation "C"; what is missing comes last. */
function compare(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? 1 : -1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function proveSubscription(
  note: Note,
  { day, recorded, deletedBefore }: OfDay,
  rows: DigestRow[],
  hours: ProvenHour[],
): void {
  const [subscriptionId] = [...rows, ...hours].map((one) => one.subscriptionId);
  if (subscriptionId === undefined) return;
  const keyOf = ({ dimension, hour }: { dimension: string; hour: string }) => `${hour} of ${dimension}`;
  const about = (key: string) => `the hour ${key}, subscription ${subscriptionId},`;
  const actual = new Map(hours.map((hour) => [keyOf(hour), hour]));
  const isDue = (leaf: Leaf) =>
    !leaf.isOpen && utcDayOf(new Date(leaf.hour)) < deletedBefore && (leaf.endsOn ?? day) < deletedBefore;
  const newest = new Map(rows.flatMap(({ leaves }) => (leaves ?? []).map((leaf) => [keyOf(leaf), leaf] as const)));
  const reported = new Set<string>();
  const report = (kind: RecordProblem["kind"], key: string) => {
    if (!reported.has(key)) note({ kind, about: about(key) });
    reported.add(key);
  };
  for (const row of rows) {
    const takenAt = recorded.find(({ id }) => id === row.entryId)?.takenAt;
    if (takenAt === undefined) continue;
    if (row.leaves === null) {
      if (row.endsOn >= deletedBefore) note({ kind: "usage_digest", about: `${day}, subscription ${subscriptionId}` });
      continue;
    }
    if (digestOf(day, subscriptionId, row.leaves).digest !== row.digest)
      note({ kind: "usage_digest", about: `${day}, subscription ${subscriptionId}` });
    for (const leaf of row.leaves) {
      const key = keyOf(leaf);
      const hour = actual.get(key);
      // Retention deletes an hour in steps, so the rest of it is not compared.
      if (isDue(newest.get(key) ?? leaf)) continue;
      if (hour === undefined) report("usage_deleted", key);
      else if (leafOf(hour, takenAt).hash !== leaf.hash) report("usage_changed", key);
    }
  }
  const isGone =
    rows.length === 0
      ? recorded.every(({ endsOn }) => endsOn < deletedBefore)
      : rows.some(({ leaves }) => leaves === null);
  if (!isGone) for (const key of actual.keys()) if (!newest.has(key)) report("usage_added", key);
}

async function* digestsOfDay(query: RunQuery, day: Day): AsyncGenerator<DigestRow[]> {
  await query(`declare usage_digests_of_day no scroll cursor for
    select entry_id as "entryId", subscription_id as "subscriptionId", digest, ends_on::text as "endsOn", leaves from usage_digests
    where day = '${day}' order by subscription_id collate "C", entry_id`);
  let rows: DigestRow[] = [];
  for (;;) {
    const batch = await query<DigestRow>(`fetch ${digestsPerBatch} from usage_digests_of_day`);
    for (const row of batch) {
      if (rows[0] && rows[0].subscriptionId !== row.subscriptionId) {
        yield rows;
        rows = [];
      }
      rows.push(row);
    }
    if (batch.length < digestsPerBatch) break;
  }
  await query("close usage_digests_of_day");
  if (rows.length > 0) yield rows;
}

/** Days between the first and the last digest have usage only if they have a digest. */
async function findUnrecorded(query: RunQuery, note: Note, byDay: ReadonlyMap<Day, unknown>): Promise<void> {
  const days = [...byDay.keys()].toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return;
  const used = await query<{ day: Day }>(`
    select distinct ((hour at time zone 'UTC')::date)::text as day from usage_slots
    where hour >= '${first}'::timestamp at time zone 'UTC' and hour < ('${last}'::date + 1)::timestamp at time zone 'UTC' order by 1`);
  for (const { day } of used) {
    if (byDay.has(day)) continue;
    for await (const [hour] of usageOfDay(query, day))
      if (hour)
        note({
          kind: "usage_added",
          about: `the hour ${hour.hour} of ${hour.dimension}, subscription ${hour.subscriptionId},`,
        });
  }
}

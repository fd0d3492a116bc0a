/** Prepares activity entries for display. */
import { statusNames, type SubscriptionStatus } from "../../shared/lifecycle.ts";
import type { ActivityView, IdNames } from "../../shared/views/history.ts";
import { formatDayHeading } from "./format.ts";

/** Entries of earlier versions hold the days of a term as instants: the first moment of the day in UTC. */
const dayNames: Record<string, string> = { termStartsAt: "termStartsOn", termEndsAt: "termEndsOn" };

/** The values of an entry, with days as days. */
export function valuesOf(values: ActivityView["before"]): ActivityView["before"] {
  if (values === null) return null;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const name = dayNames[key];
      return name === undefined ? [key, value] : [name, typeof value === "string" ? value.slice(0, 10) : value];
    }),
  );
}

type Change = {
  name: string;
  /** Absent if the entry recorded no previous value. */ before: unknown;
  after: unknown;
};

const fieldNames: Record<string, string> = { quantity: "seats", planId: "plan", offerId: "offer", isOnHold: "on hold" };

/** `termEndsOn` as `term ends on`, unless the value has its own name. */
function nameOf(key: string, isUsage: boolean): string {
  // The quantity of a dimension has no seats.
  if (isUsage && key === "quantity") return key;
  return fieldNames[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("_", " ");
}

/** A value as people read it: plans, offers and statuses by their names. */
function named(key: string, value: unknown, names: IdNames): unknown {
  if (typeof value !== "string") return value;
  if (key === "planId") return names.plans[value] ?? value;
  if (key === "offerId") return names.offers[value] ?? value;
  return key === "status" && value in statusNames ? statusNames[value as SubscriptionStatus] : value;
}

/** Ids of things that the entry also names in words. */
const hiddenKeys = new Set(["customer", "merged", "separated", "plannedChangeId", "edits"]);

/** The values that differ between before and after, in the order of the entry. */
export function changesOf(
  entryBefore: ActivityView["before"],
  entryAfter: ActivityView["after"],
  names: IdNames,
): Change[] {
  const [before, after] = [valuesOf(entryBefore), valuesOf(entryAfter)];
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...keys]
    .filter((key) => !hiddenKeys.has(key))
    .map((key) => ({
      name: nameOf(key, keys.has("dimension")),
      before: before === null ? undefined : named(key, before[key], names),
      after: named(key, after?.[key], names),
    }))
    .filter((change) => JSON.stringify(change.before ?? null) !== JSON.stringify(change.after ?? null));
}

/** Groups entries, newest first, by day in the reader's time zone. */
export function groupByDay<Entry extends { at: string }>(
  entries: Entry[],
  now: number,
): { day: string; entries: Entry[] }[] {
  const days: { day: string; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = formatDayHeading(Date.parse(entry.at), now);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

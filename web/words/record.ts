/** The record of what happened, prepared for reading. */
import type { ActivityView } from "../../shared/views/history.ts";
import { formatDayHeading } from "./format.ts";

type Change = {
  name: string;
  /** Absent where there was no value on record before. */ before: unknown;
  after: unknown;
};

const names: Record<string, string> = { quantity: "seats", planId: "plan", offerId: "offer", isOnHold: "on hold" };

/** `termEndsAt` as `term ends at`; the desk's own words for what has one. */
function nameOf(key: string): string {
  return names[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("_", " ");
}

/** The values that differ between before and after, by name, in the order of the record; not those that stay absent. */
export function changesOf(before: ActivityView["before"], after: ActivityView["after"]): Change[] {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...keys]
    .map((key) => ({ name: nameOf(key), before: before === null ? undefined : before[key], after: after?.[key] }))
    .filter((change) => JSON.stringify(change.before ?? null) !== JSON.stringify(change.after ?? null));
}

/** Groups entries, which come newest first, under the day on which they happened in the person's zone. */
export function byDay<Entry extends { at: string }>(
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

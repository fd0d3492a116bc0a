/** Reads single values that Microsoft sends. Tolerant: enums are open, ids are text, and any field may be missing or malformed. */
import { type Day, isDay } from "../../shared/day.ts";
import { plainGuid } from "../../shared/guid.ts";
import { readText } from "./parse-response.ts";

export const maxIdLength = 200;

/** Quantities are stored as 32-bit integers. */
const maxInt32 = 2_147_483_647;

export function readId(value: unknown): string | null {
  return readText(value, maxIdLength);
}

/**
 * The id of a subscription, operation, tenant or person. Microsoft's services write the same GUID in lowercase or uppercase,
 * some in braces; here it has one spelling, because rows are found by it. Other ids stay as they are.
 */
export function readGuid(value: unknown): string | null {
  const id = readId(value);
  return id === null ? null : plainGuid(id);
}

/**
 * Seats come as 20, "20", "", null or not at all; null for anything but a whole number above 0. A number that is too large to be stored
 * counts as the largest one, so that limits of seats apply to it.
 */
export function readQuantity(value: unknown): number | null {
  const number =
    typeof value === "string" && /^\s*\d{1,30}(\.0+)?\s*$/.test(value)
      ? Number(value)
      : typeof value === "number"
        ? value
        : Number.NaN;
  return Number.isInteger(number) && number > 0 ? Math.min(number, maxInt32) : null;
}

const datePattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Microsoft sends up to 7 decimals, sometimes no zone (UTC is meant), a date only, or the year 1 for "never": null. */
export function readDate(value: unknown): Date | null {
  const parts = typeof value === "string" && value.length < 100 ? datePattern.exec(value.trim()) : null;
  if (!parts) return null;
  const [, day, minute = "00:00", second = "00", fraction = "", zone = "Z"] = parts;
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const date = new Date(`${day}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`);
  const isRealDay = !Number.isNaN(date.getTime()) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day!);
  return isRealDay && date.getUTCFullYear() > 1 ? date : null;
}

/** The day as Microsoft writes it, alone or with a time and an offset: `2022-03-07T00:00:00+02:00` is March 7. */
export function readDay(value: unknown): Day | null {
  const day = readDate(value) === null ? "" : String(value).trim().slice(0, 10);
  return isDay(day) ? day : null;
}

export function readBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}

export function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

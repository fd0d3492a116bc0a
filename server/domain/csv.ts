/** Comma-separated values (RFC 4180) that a spreadsheet shows as text. Pure, and linear in the length of a cell. */
import { withoutTurning } from "../../shared/foreign-text.ts";

/** Excel takes a file for UTF-8 only when it begins so. */
export const byteOrderMark = "\uFEFF";

/** A spreadsheet takes a cell that begins so for a formula, and would run what a customer wrote as its name. */
const formulaSigns = new Set("=+-@＝＋－＠﹦﹢﹣﹫−");
/** In some countries and programs these end a cell, whatever the quotes around ours. */
const cellEnds = new Set(";\t|\r\n");
/** What may stand before the sign and is left out when a cell is read: spaces, a quote, invisible characters. */
const isSkipped = (sign: string) => sign === '"' || /[\s\p{Cf}]/u.test(sign);

/** One line with its end. Text that begins like a formula gets an apostrophe, which spreadsheets do not show. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  const text = disarmed(withoutTurning(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text with an apostrophe before each sign that would begin a formula, at its own beginning or after what may end a cell. */
function disarmed(text: string): string {
  let written = /^[\t\r\n]/.test(text) ? "'" : "";
  let isBeginning = true;
  for (const sign of text) {
    written += isBeginning && formulaSigns.has(sign) ? `'${sign}` : sign;
    isBeginning = cellEnds.has(sign) || (isBeginning && isSkipped(sign));
  }
  return written;
}

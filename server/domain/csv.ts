/** Comma-separated values (RFC 4180) that spreadsheets show as text; linear in the length of a cell. */
import { withoutControlCharacters } from "../../shared/foreign-text.ts";

/** Excel reads a file as UTF-8 only with a byte order mark. */
export const byteOrderMark = "\uFEFF";

/** Spreadsheets run a cell that starts like this as a formula, and customers choose some of the values. */
const formulaSigns = new Set("=+-@＝＋－＠﹦﹢﹣﹫−");
/** These separate cells in some locales and programs, even inside quotes. */
const cellEnds = new Set(";\t|\r\n");
/** Characters that spreadsheets skip before a formula: spaces, quotes and invisible characters. */
const isSkipped = (sign: string) => sign === '"' || /[\s\p{Cf}]/u.test(sign);

/** One line with its end. Text that starts like a formula gets an apostrophe, which spreadsheets do not show. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  const text = disarmed(withoutControlCharacters(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text with an apostrophe before each character that could start a formula: at the start, or after a separator. */
function disarmed(text: string): string {
  let written = /^[\t\r\n]/.test(text) ? "'" : "";
  let isBeginning = true;
  for (const sign of text) {
    written += isBeginning && formulaSigns.has(sign) ? `'${sign}` : sign;
    isBeginning = cellEnds.has(sign) || (isBeginning && isSkipped(sign));
  }
  return written;
}

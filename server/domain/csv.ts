/** Comma-separated values (RFC 4180) that a spreadsheet shows as text. Pure. */

/** Excel takes a file for UTF-8 only when it begins so. */
export const byteOrderMark = "\uFEFF";

/** A spreadsheet takes a cell that begins so for a formula, and would run what a customer wrote as its name. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/** One line with its end. Text that begins like a formula gets an apostrophe, which spreadsheets do not show. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  const text = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads the lines of a CSV file of usage. */
import { CsvError, parse } from "csv-parse/sync";
import { maxUsageEvents } from "../../../shared/usage.ts";
import { AppError } from "../../errors.ts";

const columns = ["id", "subscriptionId", "tenant", "offer", "dimension", "quantity", "time"] as const;
type Column = (typeof columns)[number];

/** `fields` are those that are not empty. `refused`: why the line cannot be read, null if it can. */
export type UsageLine = { line: number; fields: Partial<Record<Column, string>>; refused: string | null };

/** A number of thousands where semicolons or tabs separate cells, because the comma is the decimal sign there. */
const couldBeThousands = /^[1-9]\d{0,2}\.\d{3}$/;

/**
 * The first line names the columns, in any order. Commas, semicolons and tabs separate cells.
 * @throws AppError `Invalid` with what is wrong with the file as a whole
 */
export function readUsageFile(text: string): UsageLine[] {
  const [heading = ""] = text.split(/\r?\n/, 1);
  const delimiter = [";", "\t"].find((sign) => heading.includes(sign)) ?? ",";
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      columns: columnsOf,
      delimiter,
      info: true,
      relax_column_count_less: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // One more than allowed, so that a long file does not keep the process busy.
      to: maxUsageEvents + 1,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_RECORD_INCONSISTENT_COLUMNS")
      throw new AppError(
        "Invalid",
        `Line ${String(error["lines"])} has more cells than the first line. Write quantities with a decimal point and without separators of thousands.`,
      );
    throw new AppError("Invalid", "The file is not valid CSV: a quotation mark is not closed, or is inside a cell.");
  }
  if (records.length === 0) throw new AppError("Invalid", "The file has no events below its first line.");
  if (records.length > maxUsageEvents)
    throw new AppError("Invalid", `The file has more than ${maxUsageEvents} events. Split it into several files.`);
  return records.map(({ record, info }) => ({
    line: info.lines,
    fields: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== "")),
    refused: delimiter === "," ? null : ambiguityProblem(record["quantity"] ?? ""),
  }));
}

function ambiguityProblem(quantity: string): string | null {
  return couldBeThousands.test(quantity)
    ? `The quantity ${quantity} can be read in two ways. Write ${quantity.replace(".", "")}, or ${quantity}0 with a decimal point.`
    : null;
}

function columnsOf(names: string[]): Column[] {
  const found = names.map(columnOf);
  const repeated = found.find((column, at) => found.indexOf(column) !== at);
  if (repeated !== undefined) throw new AppError("Invalid", `The first line has the column "${repeated}" twice.`);
  return found;
}

function columnOf(name: string): Column {
  const found = columns.find((column) => column.toLowerCase() === name.trim().toLowerCase());
  if (found) return found;
  const shown = name.trim().slice(0, 40) || "without a name";
  throw new AppError(
    "Invalid",
    `The first line has a column "${shown}". The columns are ${columns.join(", ")}; subscriptionId, or tenant and offer.`,
  );
}

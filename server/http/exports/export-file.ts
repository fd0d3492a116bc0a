/** The file of an export, page by page, with its entries in the audit trail. */
import type { Logger } from "pino";
import type { Database } from "../../database/connection/database.ts";
import type { Actor } from "../../domain/actor.ts";
import { fillNames } from "../../database/queries/names.ts";
import { record } from "../../database/record/record.ts";
import { byteOrderMark, csvLine } from "../../domain/csv.ts";
import { type Export, type Format, nouns } from "./exported-list.ts";

type FileDeps = {
  db: Database;
  /** For statements that may take long. */
  slowDb: Database;
  now: () => Date;
  log: Logger;
};

/** The file, one page at a time. Its end is recorded with the number of rows, even if it was cut off. */
export async function* fileOf<Row>(
  deps: FileDeps,
  actor: Actor,
  what: Export<Row>,
  pages: AsyncIterable<Row[]>,
  format: Format,
): AsyncGenerator<string, void> {
  const headings = Object.keys(what.columns);
  let rows = 0;
  let isWhole = false;
  try {
    yield format === "csv" ? byteOrderMark + csvLine(headings) : "[";
    for await (const read of pages) {
      const page = await fillNames(deps.slowDb, read);
      yield format === "csv"
        ? page.map((row) => csvLine(headings.map((heading) => what.columns[heading]?.(row) ?? null))).join("")
        : page.map((row, at) => `${rows + at === 0 ? "" : ","}\n${JSON.stringify(row)}`).join("");
      rows += page.length;
    }
    if (format === "json") yield "\n]\n";
    isWhole = true;
  } catch (error) {
    deps.log.error({ err: error, export: what.noun, rows }, "export interrupted");
    throw error;
  } finally {
    await recordExport(deps, actor, what, "ended", { format, rows, ...(isWhole ? {} : { aborted: true }) });
  }
}

/** Records an export twice: before the first byte, so that no export is unrecorded, and at its end with the number of rows. */
export async function recordExport(
  { db, now }: Pick<FileDeps, "db" | "now">,
  actor: Actor,
  { noun, filters }: { noun: keyof typeof nouns; filters: Record<string, unknown> },
  when: "begun" | "ended",
  facts: { format: Format; rows?: number; aborted?: boolean },
): Promise<void> {
  const what = nouns[noun];
  const summary =
    when === "begun"
      ? `Export of ${what} started`
      : `Exported ${(facts.rows ?? 0).toLocaleString("en")} ${what}${facts.aborted ? ", then interrupted" : ""}`;
  const kind = `${noun}.${when === "begun" ? "export_begun" : "exported"}` as const;
  await record(db, actor, now(), [{ kind, summary, after: { ...facts, ...filters } }]);
}

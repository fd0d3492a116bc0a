/** A list that is exported, and its filters from the address. */
import type { z } from "zod";
import type { Day } from "../../../shared/day.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { Columns } from "./export-columns.ts";

export type Format = "csv" | "json";

/** The lists that can be exported, with the noun for their rows. */
export const nouns = {
  subscriptions: "subscriptions",
  customers: "customers",
  operations: "operations",
  deliveries: "deliveries",
  activity: "audit entries",
  usage: "hours of usage",
};

/** One export: `filters` goes into the audit trail. */
export type Export<Row> = {
  noun: keyof typeof nouns;
  filters: Record<string, unknown>;
  columns: Columns<Row>;
  /** @throws AppError if the rows cannot be read in this order */
  open(): Promise<AsyncIterable<Row[]>>;
};

/** What a reader asks for: the filters of the address, and the reader's own day. */
export type ExportRequest = { staffId: string; values: Record<string, unknown>; today: Day };

/** The export that is asked for, or a sentence if the filters are invalid. */
export type PrepareExport<Row> = (request: ExportRequest) => Export<Row> | string;

/** An export of a list whose rows never change their order. */
export function prepared<Shape extends z.ZodRawShape, Row>(
  noun: Export<Row>["noun"],
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
  columns: Columns<Row>,
  read: (filters: z.infer<z.ZodObject<Shape, z.core.$strict>>, cursor: string | undefined) => Promise<Page<Row>>,
): Export<Row> | string {
  if ("cursor" in values) return "This list cannot be exported: cursor: an export starts at the first page.";
  const filters = readStrictly(schema, values);
  if (typeof filters === "string") return filters;
  return { noun, filters, columns, open: async () => pagesOf((cursor) => read(filters, cursor)) };
}

/** The filters of a URL, or a sentence if any is invalid: a file with other filters than shown would mislead. */
export function readStrictly<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
): z.infer<z.ZodObject<Shape, z.core.$strict>> | string {
  const flags: Record<string, boolean> = { true: true, false: false };
  const typed = Object.entries(values).map(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as unknown as z.ZodType) : undefined;
    if (field?.safeParse(true).success === true) return [name, flags[String(value)] ?? value];
    const isNumber = /^\d{1,15}(\.\d{1,6})?$/.test(String(value)) && field?.safeParse(Number(value)).success === true;
    return [name, isNumber ? Number(value) : value];
  });
  const read = schema.safeParse(Object.fromEntries(typed));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `This list cannot be exported: ${issue?.path.join(".") || "the address"}: ${issue?.message ?? "not valid"}.`;
}

async function* pagesOf<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

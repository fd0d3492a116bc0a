/** Rows of statements that Drizzle cannot build: from PostgreSQL's names to ours and back. */
import { getTableColumns } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import type { PgTable } from "drizzle-orm/pg-core";

/** A function that reads `returning table.*` as Drizzle would. Columns of the row that the table has not are left out. */
export function rowReader<Table extends PgTable>(
  table: Table,
): (row: Record<string, unknown>) => Table["$inferSelect"] {
  const names = Object.keys(getTableColumns(table)).map((key) => [key, toSnakeCase(key)] as const);
  return (row) => {
    const read: Record<string, unknown> = {};
    for (const [key, name] of names) read[key] = row[name];
    return read;
  };
}

/** Values under PostgreSQL's names, for `jsonb_populate_record`; what is undefined is left out. */
export function rawValues(values: Record<string, unknown>): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const key in values) if (values[key] !== undefined) raw[toRawName(key)] = values[key];
  return raw;
}

const rawNames = new Map<string, string>();
function toRawName(key: string): string {
  let name = rawNames.get(key);
  if (name === undefined) rawNames.set(key, (name = toSnakeCase(key)));
  return name;
}

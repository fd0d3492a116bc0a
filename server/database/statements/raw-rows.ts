/** Rows of statements that Drizzle cannot build: converts PostgreSQL's names to ours and back. */
import { getTableColumns } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { type PgColumn, PgCustomColumn, type PgTable } from "drizzle-orm/pg-core";

/** The name of a column in PostgreSQL. */
export function rawName(key: string, column: PgColumn): string {
  return column.keyAsName ? toSnakeCase(key) : column.name;
}

/** A function that reads `returning table.*` like Drizzle. Columns that the table does not define are omitted. */
export function rowReader<Table extends PgTable>(
  table: Table,
): (row: Record<string, unknown>) => Table["$inferSelect"] {
  const columns = Object.entries(getTableColumns(table) as Record<string, PgColumn>).map(
    ([key, column]) => [key, rawName(key, column), column instanceof PgCustomColumn ? column : null] as const,
  );
  return (row) => {
    const read: Record<string, unknown> = {};
    for (const [key, name, custom] of columns) {
      const value = row[name];
      read[key] = custom !== null && value != null ? custom.mapFromDriverValue(value) : value;
    }
    return read;
  };
}

/** Values under PostgreSQL's names, for `jsonb_populate_record`; undefined ones are omitted. */
export function rawValues(values: Record<string, unknown>): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const key in values) if (values[key] !== undefined) raw[toRawName(key)] = values[key];
  return raw;
}

/** The same for a table with columns of unusual names or types. */
export function rawRowWriter(table: PgTable): (values: Record<string, unknown>) => Record<string, unknown> {
  const columns = getTableColumns(table) as Record<string, PgColumn>;
  const special = Object.entries(columns).filter(([, column]) => !column.keyAsName || column instanceof PgCustomColumn);
  return (values) => {
    const raw = rawValues(values);
    for (const [key, column] of special) {
      const value = values[key];
      delete raw[toSnakeCase(key)];
      if (value !== undefined) raw[rawName(key, column)] = value === null ? null : column.mapToDriverValue(value);
    }
    return raw;
  };
}

const rawNames = new Map<string, string>();
function toRawName(key: string): string {
  let name = rawNames.get(key);
  if (name === undefined) rawNames.set(key, (name = toSnakeCase(key)));
  return name;
}

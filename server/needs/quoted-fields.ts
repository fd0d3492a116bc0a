/** A need carries one text that its words quote. Kinds that quote several values put them into it as JSON. */
import { type SQL, sql } from "drizzle-orm";

/** The values by name as one text, for `quoted` of a source. */
export function quotedFields(fields: Record<string, SQL>): SQL {
  const pairs = Object.entries(fields).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`);
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})::text`;
}

/** The values of such a text, without nulls. Empty if it cannot be read: a need is then shown with its default words. */
export function readQuoted(quoted: string | null): Record<string, string | undefined> {
  try {
    const values = JSON.parse(quoted ?? "{}") as Record<string, string | number | null>;
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
    );
  } catch {
    return {};
  }
}

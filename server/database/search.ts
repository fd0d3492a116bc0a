/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";

/** Each word of the text must occur; `%`, `_` and `\` are looked for as they stand. */
export function containsWords(column: SQL, text: string | undefined): SQL | undefined {
  const words = (text ?? "").toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return undefined;
  const conditions = words.map((word) => sql`${column} like ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`);
  return sql.join(conditions, sql` and `);
}

/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";

/** Each word of the text must occur; `%`, `_` and `\` are looked for as they stand. */
export function containsWords(column: SQL, text: string | undefined): SQL | undefined {
  const words = (text ?? "").toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return undefined;
  const conditions = words.map((word) => sql`${column} like ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`);
  return sql.join(conditions, sql` and `);
}

/** Longer words are looked for by their beginning: an index reads a list for each three letters, and few are enough. */
const longestDriven = 8;

/** The same for any length of word, where PostgreSQL has no other way than the index on the column. */
export function containsLongWords(column: SQL, text: string): SQL | undefined {
  const words = text.split(/\s+/).filter(Boolean).slice(0, 8);
  const driven = containsWords(column, words.map((word) => word.slice(0, longestDriven)).join(" "));
  const whole = words
    .filter((word) => word.length > longestDriven)
    .map((word) => sql`position(${word} in ${column}) > 0`);
  return driven && sql.join([driven, ...whole], sql` and `);
}

/** The text as a search for what begins with it among lexemes. */
export function beginningWith(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}':*`}::tsquery`;
}

/** Very many words begin with so little. */
const shortestBeginning = 3;

/** The text as a search for entries in which each of its words occurs, or, of three letters or more, one that begins with it. */
export function wordsIn(text: string): SQL {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  return sql`to_tsquery('simple'::regconfig, ${words.map((word) => `'${word.replace(/['\\]/g, "$&$&")}'${word.length < shortestBeginning ? "" : ":*"}`).join(" & ")})`;
}

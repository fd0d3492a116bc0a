/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { differsWhenNormalized, subscriptions } from "../schema/subscriptions.ts";

/** Further words do not use the index: the first ones find few enough rows. */
const maxIndexedWords = 8;
/** Longer words are searched by their beginning: the index reads a list per three letters, and few are enough. */
const maxIndexedLength = 8;

const like = (column: SQL, word: string) => sql`${column} like ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`;

/**
 * The text as search words. Apostrophes are removed as in `fold_search`; words without letters or digits count only
 * if there are no others.
 */
function searchWords(text: string): string[] {
  const words = [...new Set(normalizeText(text).replaceAll("'", "").split(" ").filter(Boolean))];
  const telling = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  return telling.length > 0 ? telling : words;
}

function containsWords(column: SQL, words: readonly string[], isByIndex: boolean): SQL {
  const driven = words.slice(0, maxIndexedWords);
  const byIndex = driven.map((word) => like(column, isByIndex ? word.slice(0, maxIndexedLength) : word));
  const rest = [
    ...(isByIndex ? driven.filter((word) => word.length > maxIndexedLength) : []),
    ...words.slice(maxIndexedWords),
  ].map((word) => sql`position(${word} in ${column}) > 0`);
  return sql.join([...byIndex, ...rest], sql` and `);
}

/**
 * Subscriptions whose names, addresses and ids contain each word of the text; `%`, `_` and `\` are literal. Most
 * texts are stored normalized; the others have an index over `fold_search`.
 * @param isByIndex PostgreSQL must use the column's index
 */
export function subscriptionHas(text: string | undefined, isByIndex = false): SQL | undefined {
  const words = searchWords(text ?? "");
  if (words.length === 0) return undefined;
  const asStored = containsWords(sql`${subscriptions.searchText}`, words, isByIndex);
  const normalized = containsWords(sql`fold_search(${subscriptions.searchText})`, words, isByIndex);
  return sql`((${asStored}) or (${differsWhenNormalized(subscriptions.searchText)} and ${normalized}))`;
}

/** Rows whose normalized text contains each word. */
export function textHas(column: SQL, text: string | undefined): SQL | undefined {
  const words = searchWords(text ?? "");
  return words.length === 0 ? undefined : sql`(${containsWords(column, words, false)})`;
}

/** The text as a query for lexemes that begin with it. */
export function beginningWith(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}':*`}::tsquery`;
}

/** The text as a query for exactly this lexeme. */
export function exactly(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}'`}::tsquery`;
}

/** Shorter prefixes match too many words. */
const minPrefixLength = 3;

/**
 * The text as a query for entries that contain each of its words, or a word that begins with it if it has at least
 * three letters.
 */
export function wordsIn(text: string): SQL {
  const words = normalizeText(text).split(" ").filter(Boolean);
  return sql`to_tsquery('simple'::regconfig, ${words.map((word) => `'${word.replace(/['\\]/g, "$&$&")}'${word.length < minPrefixLength ? "" : ":*"}`).join(" & ")})`;
}

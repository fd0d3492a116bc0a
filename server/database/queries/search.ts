/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { differsWhenNormalized, subscriptions } from "../schema/subscriptions.ts";

/** More words than these are not looked up by the index: the first ones find few enough. */
const maxIndexedWords = 8;
/** Longer words are looked for by their beginning: an index reads a list for each three letters, and few are enough. */
const maxIndexedLength = 8;

const like = (column: SQL, word: string) => sql`${column} like ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`;

/**
 * The text as the words of a search. Apostrophes are left out as in `fold_search`; what has neither letter nor digit counts only
 * where there is nothing else.
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
 * Subscriptions in whose names, addresses and ids each word of the text occurs; `%`, `_` and `\` are looked for as they stand.
 * Most texts are normalized as they are stored; the few others have an index of their own over what `fold_search` makes of them.
 *
 * @param isByIndex PostgreSQL has no other way than the index on the column
 */
export function subscriptionHas(text: string | undefined, isByIndex = false): SQL | undefined {
  const words = searchWords(text ?? "");
  if (words.length === 0) return undefined;
  const asStored = containsWords(sql`${subscriptions.searchText}`, words, isByIndex);
  const normalized = containsWords(sql`fold_search(${subscriptions.searchText})`, words, isByIndex);
  return sql`((${asStored}) or (${differsWhenNormalized(subscriptions.searchText)} and ${normalized}))`;
}

/** The text as a search for what begins with it among lexemes. */
export function beginningWith(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}':*`}::tsquery`;
}

/** The text as a search for exactly this lexeme. */
export function exactly(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}'`}::tsquery`;
}

/** Very many words begin with so little. */
const minPrefixLength = 3;

/** The text as a search for entries in which each of its words occurs, or, of three letters or more, one that begins with it. */
export function wordsIn(text: string): SQL {
  const words = normalizeText(text).split(" ").filter(Boolean);
  return sql`to_tsquery('simple'::regconfig, ${words.map((word) => `'${word.replace(/['\\]/g, "$&$&")}'${word.length < minPrefixLength ? "" : ":*"}`).join(" & ")})`;
}

/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { differsWhenNormalized, subscriptions } from "../schema/subscriptions.ts";

/** Further words do not use the index: the first ones find few enough rows. */
const maxIndexedWords = 8;

const escaped = (part: string) => part.replace(/[\\%_]/g, "\\$&");

/**
 * The text as search words. Apostrophes are removed as in `fold_search`; words without letters or digits count only
 * if there are no others.
 */
function searchWords(text: string): string[] {
  const words = [...new Set(normalizeText(text).replaceAll("'", "").split(" ").filter(Boolean))];
  const telling = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  return telling.length > 0 ? telling : words;
}

/** The last six of a run of letters and digits: few enough for the index, which reads a list per three, and enough to be rare. */
const endsOfRuns = /[\p{L}\p{N}]{5,6}(?![\p{L}\p{N}])/gu;

/**
 * What the index of three letters looks up of a word: the part with digits, as in an id or a number, because it is as rare as the word;
 * otherwise all of its letters, without the signs between them.
 */
function lookedUp(word: string): { pattern: string; isRare: boolean; isAll: boolean } {
  const rare = (word.match(endsOfRuns) ?? []).filter((end) => /\p{N}/u.test(end));
  const [rarePart] = rare.toSorted((one, other) => other.length - one.length);
  const parts = rarePart ? [rarePart] : (word.match(/[\p{L}\p{N}]{3,}/gu) ?? [word]);
  return {
    pattern: `%${parts.map(escaped).join("%")}%`,
    isRare: rarePart !== undefined,
    isAll: parts.length === 1 && parts[0] === word,
  };
}

/**
 * One condition for the index per word, rare words first, because the others are checked only on the rows that those find. With
 * several conditions per word, PostgreSQL would multiply their estimates and take a common address for a rare one.
 */
function containsWords(column: SQL, words: readonly string[]): SQL {
  const ordered = words
    .map((word) => ({ word, ...lookedUp(word) }))
    .toSorted((one, other) => Number(other.isRare) - Number(one.isRare));
  const byIndex = ordered.slice(0, maxIndexedWords).map(({ pattern }) => sql`${column} like ${pattern}`);
  const rest = ordered
    .filter(({ isAll }, at) => !isAll || at >= maxIndexedWords)
    // Not `> 0`, which PostgreSQL takes for a third of the rows.
    .map(({ word }) => sql`position(${word} in ${column}) <> 0`);
  return sql.join([...byIndex, ...rest], sql` and `);
}

/**
 * Subscriptions whose names, addresses and ids contain each word of the text; `%`, `_` and `\` are literal. Most
 * texts are stored normalized; the others have an index over `fold_search`.
 */
export function subscriptionHas(text: string | undefined): SQL | undefined {
  const words = searchWords(text ?? "");
  if (words.length === 0) return undefined;
  const asStored = containsWords(sql`${subscriptions.searchText}`, words);
  const normalized = containsWords(sql`fold_search(${subscriptions.searchText})`, words);
  return sql`((${asStored}) or (${differsWhenNormalized(subscriptions.searchText)} and ${normalized}))`;
}

/** Rows whose normalized text contains each word. */
export function textHas(column: SQL, text: string | undefined): SQL | undefined {
  const words = searchWords(text ?? "");
  return words.length === 0 ? undefined : sql`(${containsWords(column, words)})`;
}

/** The text as a query for lexemes that begin with it. */
export function lexemePrefix(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}':*`}::tsquery`;
}

/** The text as a query for exactly this lexeme. */
export function exactLexeme(text: string): SQL {
  return sql`${`'${text.replace(/['\\]/g, "$&$&")}'`}::tsquery`;
}

/**
 * Rows with a text that are counted. PostgreSQL reads the texts of many other rows to find them, half a second for 10,000 of a million,
 * and a text in more rows than this identifies nothing.
 */
export const maxCountedWithText = 1_000;

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

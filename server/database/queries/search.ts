/** Search words as conditions. */
import { type SQL, sql } from "drizzle-orm";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { differsWhenNormalized, subscriptions } from "../schema/subscriptions.ts";

/** Further words do not use the index: the first ones find few enough rows. */
const maxIndexedWords = 8;

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

/** The last eight of a run of letters and digits: few enough for the index, which reads a list per three, and enough to be rare. */
const endsOfRuns = /[\p{L}\p{N}]{5,8}(?![\p{L}\p{N}])/gu;

/** The part of a word that is as rare as the word, as in an id or a number: it has digits. Null if there is none. */
function rarePart(word: string): string | null {
  const rare = (word.match(endsOfRuns) ?? []).filter((end) => /\p{N}/u.test(end));
  return rare.toSorted((one, other) => other.length - one.length)[0] ?? null;
}

/**
 * PostgreSQL looks up the rare parts in the column's index of three letters, and the other words among what they find. Only one part of each
 * word: several would count as independent, so a text that very many rows have would be taken for a rare one.
 */
function containsWords(column: SQL, words: readonly string[]): SQL {
  const parts = words.map((word) => ({ word, rare: rarePart(word) }));
  const rare = parts.filter((part) => part.rare !== null);
  const whole = parts.filter((part) => part.rare === null).map(({ word }) => word);
  const byIndex = [...rare.map((part) => part.rare ?? ""), ...whole].slice(0, maxIndexedWords);
  const rest = [
    ...rare.filter((part) => part.rare !== part.word).map(({ word }) => word),
    ...[...rare.map(({ word }) => word), ...whole].slice(maxIndexedWords),
  ];
  // Not `> 0`, which PostgreSQL takes for a third of the rows.
  return sql.join(
    [...byIndex.map((part) => like(column, part)), ...rest.map((word) => sql`position(${word} in ${column}) <> 0`)],
    sql` and `,
  );
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

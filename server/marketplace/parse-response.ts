/** Reads Microsoft's responses: bytes, JSON, links, headers and the many forms of an error. */
import type { IncomingHttpHeaders } from "node:http";
import Big from "big.js";
import { withoutMarks, withoutControlCharacters } from "../../shared/foreign-text.ts";

export type Fields = Record<string, unknown>;

const maxTextLength = 2_000;
const maxMessageLength = 500;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own fields only, so that `constructor` or `__proto__` in a body reads as absent. */
export function readField(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** PostgreSQL's text rejects NUL, and its jsonb lone surrogates. */
function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** Amounts have at most ten decimals. */
const smallestAmount = 1e-10;

/** JavaScript writes a price per token of 0.0000005 as `5e-7`. */
function inPlainDigits(value: number): string {
  const text = String(value);
  return text.includes("e-") && Math.abs(value) >= smallestAmount ? new Big(value).toFixed() : text;
}

/** Trimmed text of limited length; null for empty, absent, and anything but text, number or boolean. */
export function readText(value: unknown, maxLength: number = maxTextLength): string | null {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return inPlainDigits(value);
  if (typeof value !== "string") return null;
  // Cut first, so that a megabyte in an id costs no more than its first characters.
  return (
    withoutControlCharacters(storable(value.trimStart().slice(0, maxLength * 2)))
      .trim()
      .slice(0, maxLength)
      .toWellFormed() || null
  );
}

/** `{"plans":[…]}`, a bare array, or nothing. */
export function rowsOf(value: unknown, name: string): unknown[] {
  const rows = isFields(value) ? readField(value, name) : value;
  return Array.isArray(rows) ? rows : [];
}

/** `@nextLink` of a page of subscriptions; null on the last page. */
export function readNextLink(value: unknown): string | null {
  return isFields(value) ? readText(readField(value, "@nextLink") ?? readField(value, "nextLink"), 16_000) : null;
}

/**
 * The continuation token of a `@nextLink`, or why it is not used. Microsoft's sample has a doubled `https://
 * https://` and a slash before the `?`.
 */
export function readContinuation(nextLink: string, baseUrl: string): { token: string } | { refused: string } {
  const link = nextLink.replace(/^(?:https?:\/\/\s*)+(?=https?:\/\/)/i, "");
  if (!URL.canParse(link, baseUrl)) return { refused: "The link to the next page cannot be read." };
  const url = new URL(link, baseUrl);
  const { host } = new URL(baseUrl);
  if (url.host !== host) return { refused: `The link to the next page leads to ${url.host}, not to ${host}.` };
  const escaped = /[?&]continuationToken=([^&#]+)/i.exec(url.search)?.[1];
  if (!escaped) return { refused: "The link to the next page has no continuation token." };
  // Not URLSearchParams, which reads an unescaped `+` as a space.
  try {
    return { token: decodeURIComponent(escaped) };
  } catch {
    return { token: escaped };
  }
}

const operationIdPattern = /\/operations\/([^/?#\s]+)/i;

/** The operation id in `Operation-Location`, or in the `Operation-Id` of Microsoft's emulator; null without either. */
export function readOperationId(headers: IncomingHttpHeaders): string | null {
  const match = operationIdPattern.exec(String(headers["operation-location"] ?? ""));
  return readText(match?.[1], 200) ?? readText(headers["operation-id"], 200);
}

const decoder = new TextDecoder("utf-8");

/** Escapes that jsonb cannot store, and those of marks for names: NUL is removed, the others become U+FFFD. */
function withoutUnstorableEscapes(json: string): string {
  if (!/\\u(?:0000|d[89a-f]|fdd[01])/i.test(json)) return json;
  return json.replace(
    /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u([0-9a-f]{4})|\\[^]/gi,
    (escape, code: string | undefined) =>
      code === undefined ? escape : code === "0000" ? "" : /^(?:d[89a-f]|fdd[01])/i.test(code) ? "\\ufffd" : escape,
  );
}

/**
 * Bytes or text, with or without a byte order mark. `undefined` for blank text; throws SyntaxError for invalid
 * JSON.
 */
export function parseJson(source: Uint8Array | string): unknown {
  const text = (typeof source === "string" ? source : decoder.decode(source)).replace(/^\ufeff/, "");
  return text.trim() === "" ? undefined : JSON.parse(withoutUnstorableEscapes(withoutMarks(text)));
}

export type ErrorWords = { code: string | null; message: string | null };

/** Case-insensitive, because Microsoft's gateway writes `Error`, `Code` and `Message`. */
function readWord(fields: Fields, ...names: string[]): string | null {
  for (const name of names) {
    const key = Object.keys(fields).find((candidate) => candidate.toLowerCase() === name);
    const text = key === undefined ? null : readText(fields[key], maxMessageLength);
    if (text !== null) return text;
  }
  return null;
}

/**
 * Microsoft's message in an error. Observed: `{code, message, target, details}`, `{message}`, `{Error: {Code,
 * Message}}`, `{error: {code, message}}`, `{error, error_description}`, problem details, a JSON string, plain text,
 * HTML, nothing.
 */
export function readErrorBody(text: string): ErrorWords {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { code: null, message: readPlainText(text) };
  }
  if (!isFields(value)) return { code: null, message: readText(value, maxMessageLength) };
  const key = Object.keys(value).find((name) => name.toLowerCase() === "error");
  const inner = key === undefined ? undefined : value[key];
  const fields = isFields(inner) ? inner : value;
  const details = readDetails(fields);
  const message = readWord(fields, "message", "error_description", "detail", "title") ?? details;
  const code = readWord(fields, "code", "error");
  return {
    code: code?.slice(0, 100) ?? null,
    message: message !== null && details !== null && details !== message ? `${message} (${details})` : message,
  };
}

function readDetails(fields: Fields): string | null {
  const words = rowsOf(fields, "details")
    .slice(0, 5)
    .filter(isFields)
    .map((detail) => readWord(detail, "message"));
  const text = [...new Set(words.filter((word) => word !== null))].join(" ");
  return text === "" ? null : text.slice(0, maxMessageLength);
}

/** The title of an HTML page says what it is. */
function readPlainText(text: string): string | null {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1];
  return readText(/^\s*</.test(text) ? title : text, maxMessageLength)?.replaceAll(/\s+/g, " ") ?? null;
}

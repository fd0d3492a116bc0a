/** Reads a few fields of a JSON object without parsing the rest; linear in its length for any structure. */

import { type Fields, parseJson } from "./parse-response.ts";

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
/** Each character of a name may be a six-character escape. */
const maxNameLength = 200;
/** In bytes. Ids are read up to 400 characters. */
const maxValueLength = 8_192;

type Range = { from: number; to: number };

/**
 * The strings, numbers and literals under some names; of duplicate names the last. Nested values and other names
 * are skipped without validation; a value of more than 8 kB reads as absent.
 * @returns null if it is not an object, or is incomplete
 * @throws SyntaxError if a requested value is not JSON
 */
export function readTopLevelFields(bytes: Uint8Array, names: ReadonlySet<string>): Fields | null {
  const found = new Map<string, Range | null>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const shapes = new Set(Array.from(names, (name) => shapeOf(Buffer.byteLength(name), Buffer.from(name)[0])));
  let hasEscapes = false;
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

  function take(byte: number): boolean {
    while (isBlank(bytes[at])) at += 1;
    if (bytes[at] !== byte) return false;
    at += 1;
    return true;
  }

  /** From after the opening quote to after the closing one. */
  function passText(): boolean {
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === backslash) {
        hasEscapes = true;
        at += 1;
      } else if (byte === quote) return (at += 1) > 0;
    }
    return false;
  }

  /** From after the opening bracket to after the closing one. */
  function passNested(): boolean {
    for (let depth = 1; at < bytes.length;) {
      const byte = bytes[at];
      at += 1;
      if (byte === quote) {
        if (!passText()) return false;
      } else if (byte === openBrace || byte === openBracket) depth += 1;
      else if ((byte === closeBrace || byte === closeBracket) && (depth -= 1) === 0) return true;
    }
    return false;
  }

  /** A number or literal: up to the first character that cannot belong to it. */
  function passWord(): boolean {
    const from = at;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === comma || byte === closeBrace || isBlank(byte)) break;
    }
    return at > from;
  }

  /** `undefined` if it does not end; null if it is nested or too long. */
  function passValue(): Range | null | undefined {
    if (take(openBrace) || take(openBracket)) return passNested() ? null : undefined;
    const from = at;
    if (!(take(quote) ? passText() : passWord())) return undefined;
    return at - from > maxValueLength ? null : { from, to: at };
  }

  /** Null for a name that cannot be one of those requested: decoding each would be most of the cost. */
  function nameFrom(from: number, to: number): string | null {
    if (to - from > maxNameLength || (!hasEscapes && !shapes.has(shapeOf(to - from, bytes[from])))) return null;
    const text = buffer.toString("utf8", from, to);
    return hasEscapes ? String(parseJson(`"${text}"`)) : text;
  }

  function passMember(): boolean {
    const isName = take(quote);
    const from = at;
    hasEscapes = false;
    if (!isName || !passText()) return false;
    const name = nameFrom(from, at - 1);
    if (!take(colon)) return false;
    const value = passValue();
    if (value !== undefined && name !== null && names.has(name)) found.set(name, value);
    return value !== undefined;
  }

  if (!take(openBrace)) return null;
  if (!take(closeBrace)) {
    do if (!passMember()) return null;
    while (take(comma));
    if (!take(closeBrace)) return null;
  }
  while (isBlank(bytes[at])) at += 1;
  if (at < bytes.length) return null;
  const fields: Fields = {};
  for (const [name, range] of found) if (range) fields[name] = parseJson(bytes.subarray(range.from, range.to));
  return fields;
}

/** Names with the same length and first byte have the same shape. */
function shapeOf(length: number, first = 0): number {
  return length * 256 + first;
}

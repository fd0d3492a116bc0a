/** Reads a few fields of a JSON object without building the rest of it: what it costs is linear, whatever the shape. */

import { type Fields, parseJson } from "./parse-response.ts";

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
/** Each character of a name may be written as an escape of six. */
const maxNameLength = 200;
/** In bytes. Of an id no more than 400 characters are looked at. */
const maxValueLength = 8_192;

type Range = { from: number; to: number };

/**
 * The texts, numbers and words that an object holds under some names; of duplicate names the last. What is nested is passed over
 * by its brackets and not checked, and so is every other name's value; one of more than 8 kB reads as absent.
 *
 * @returns null when it is no object, or does not end where it should
 * @throws SyntaxError when one of the values asked for is no JSON
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

  /** From behind its first quote to behind its last. */
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

  /** From behind its first bracket to behind its last. */
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

  /** A number or a word: anything up to what cannot be part of one. */
  function passWord(): boolean {
    const from = at;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === comma || byte === closeBrace || isBlank(byte)) break;
    }
    return at > from;
  }

  /** `undefined` when it does not end; null for what is nested or too long. */
  function passValue(): Range | null | undefined {
    if (take(openBrace) || take(openBracket)) return passNested() ? null : undefined;
    const from = at;
    if (!(take(quote) ? passText() : passWord())) return undefined;
    return at - from > maxValueLength ? null : { from, to: at };
  }

  /** Null for what cannot be one that is asked for: to make a text of each would be most of the cost. */
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

/** Names of one length with one first byte have one shape. */
function shapeOf(length: number, first = 0): number {
  return length * 256 + first;
}

/** What people paste into the search field, made into what can be looked for. Pure. */

export type Pasted = {
  /** Lower case, without quotes and other trappings; what fragments are looked for by. Empty: too little to look for. */
  text: string;
  /** Set where the text can be an id, whole or its beginning; `tail` where its middle was left out, as `37f9dea2…b5b4e4`. */
  id: { head: string; tail: string } | null;
  /** Whether it is an e-mail, a domain, or the beginning of one. */
  isEmail: boolean;
};

/** Fewer letters and digits than this in a row match too much, and no index helps with them. */
export const shortestFragment = 3;
/** Hexadecimal digits that name few enough things: so many has a support code. */
export const shortestIdPart = 8;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const uuidWithoutDashes = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
const email = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+\.[^\s<>"'(),;:.]+/;
const shortened = /^([0-9a-f][0-9a-f-]{3,})(?:…|\.{2,3})([0-9a-f-]{3,})$/;
/** What people copy along with a value. */
const label =
  /^(?:support code|(?:microsoft |azure )?(?:subscription|operation|correlation|request|tenant|directory|object|activity|delivery|offer|plan)(?: ?id)?|x-ms-(?:correlation|request)-?id|ms-(?:correlation|request)-?id|company|e-?mail|name)\s*[:=#]\s*(?=\S)/;
/** An address of the web without an id in it: its host is what it names. */
const webHost = /^https?:\/\/(?:www\.)?([^/?#:\s]+\.[^/?#:\s]+)/;
const emailLike = /^(?:.+@.*|.+\.\p{L}{2,})$/u;
const fragment = new RegExp(`[\\p{L}\\p{N}]{${shortestFragment},}`, "u");

/**
 * Reads pasted text: of a sentence or an address with ids in it the last id counts, which is the most particular one; of a
 * sentence with an e-mail address, that address.
 */
export function readPasted(input: string): Pasted {
  const plain = trimmed(input.toLowerCase());
  const host = uuid.test(plain) ? undefined : webHost.exec(plain)?.[1];
  const text = host ?? trimmed(plain.replace(label, ""));
  const whole =
    [...text.matchAll(new RegExp(uuid, "g"))].at(-1)?.[0] ?? uuidWithoutDashes.exec(text)?.slice(1).join("-");
  if (whole !== undefined) return { text: whole, id: { head: whole, tail: "" }, isEmail: false };
  const [, head, tail] = shortened.exec(text) ?? [];
  if (head !== undefined && tail !== undefined) return { text: `${head} ${tail}`, id: { head, tail }, isEmail: false };
  const address = email.exec(text)?.[0];
  if (address !== undefined) return { text: address, id: null, isEmail: true };
  if (!fragment.test(text)) return { text: "", id: null, isEmail: false };
  if (/\s/.test(text)) return { text, id: null, isEmail: false };
  return { text, id: { head: text, tail: "" }, isEmail: emailLike.test(text) };
}

function trimmed(text: string): string {
  return text
    .replace(/^[\s"'`“”‘’«»<>()[\]{},;:#*]+/, "")
    .replace(/[\s"'`“”‘’«»<>()[\]{},;:*.]+$/, "")
    .replace(/\s+/g, " ");
}

/** The support code of a trouble of the landing page; null where the text is none. */
export function supportCodeIn(text: string): string | null {
  return /^[2-9a-hjkmnp-tv-z]{8}$/.test(text) ? text.toUpperCase() : null;
}

/** Whether it can be nothing but an id or a part of one. */
export function isIdPart(text: string): boolean {
  return text.length >= shortestIdPart && /^[0-9a-f-]+$/.test(text);
}

/**
 * The smallest and the largest uuid that begin like this; null where the text is no beginning of one, or so short a one that
 * it would name too many.
 */
export function uuidRange(head: string): { from: string; to: string } | null {
  const digits = head.replaceAll("-", "");
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < shortestIdPart || digits.length > 32) return null;
  const filled = (digit: string) => digits.padEnd(32, digit).replace(uuidWithoutDashes, "$1-$2-$3-$4-$5");
  return { from: filled("0"), to: filled("f") };
}

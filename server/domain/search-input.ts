/** Turns what people paste into the search field into search terms; linear in the length of the text. */
import { normalizeText } from "../../shared/normalize-text.ts";

export type SearchInput = {
  /** Normalized, without quotes and the like; searched as a fragment. Empty if too short. */
  text: string;
  /** Set if the text can be an id or its beginning; with `tail` if the middle was left out, as in `37f9dea2…b5b4e4`. */
  id: { head: string; tail: string } | null;
  /** Whether the text can be an email address, a domain, or the beginning of either. */
  isEmail: boolean;
};

/** Shorter runs of letters and digits match too much and cannot use an index. */
export const minFragmentLength = 3;
/** Enough hexadecimal digits to name only a few rows; a support code has as many. */
export const minIdPartLength = 8;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const uuidWithoutDashes = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
const shortened = /^([0-9a-f][0-9a-f-]{3,})\.{2,3}([0-9a-f-]{3,})$/;
/** Labels that people copy along with a value. */
const label =
  /^(?:support code|(?:microsoft |azure )?(?:subscription|operation|correlation|request|tenant|directory|object|activity|delivery|offer|plan)(?: ?id)?|x-ms-(?:correlation|request)-?id|ms-(?:correlation|request)-?id|company|e-?mail|name)\s*[:=#]\s*(?=\S)/;
/** A web address without an id in it: its host is searched for. */
const webHost = /^https?:\/\/(?:www\.)?([^/?#:\s]+\.[^/?#:\s]+)/;
const fragment = new RegExp(`[\\p{L}\\p{N}]{${minFragmentLength},}`, "u");

/**
 * Reads pasted text. Of a sentence or web address with ids, the last and most specific id counts; of a sentence
 * with an email address, that address.
 */
export function parseSearchInput(input: string): SearchInput {
  const plain = trimmed(normalizeText(input));
  const host = uuid.test(plain) ? undefined : webHost.exec(plain)?.[1];
  const text = host ?? trimmed(plain.replace(label, ""));
  const whole =
    [...text.matchAll(new RegExp(uuid, "g"))].at(-1)?.[0] ?? uuidWithoutDashes.exec(text)?.slice(1).join("-");
  if (whole !== undefined) return { text: whole, id: { head: whole, tail: "" }, isEmail: false };
  const [, head, tail] = shortened.exec(text) ?? [];
  if (head !== undefined && tail !== undefined) return { text: `${head} ${tail}`, id: { head, tail }, isEmail: false };
  const [address] = addressesIn(text);
  if (address !== undefined) return { text: address, id: null, isEmail: true };
  if (!fragment.test(text)) return { text: "", id: null, isEmail: false };
  if (text.includes(" ")) return { text, id: null, isEmail: false };
  return { text, id: { head: text, tail: "" }, isEmail: isEmailPart(text) };
}

/** Public mailboxes: two people at the same one have nothing in common. */
export const publicMailDomains: ReadonlySet<string> = new Set(
  "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com web.de t-online.de proton.me protonmail.com zoho.com yandex.ru yandex.com mail.ru qq.com 163.com 126.com naver.com orange.fr wanadoo.fr free.fr libero.it".split(
    " ",
  ),
);
/** The most lines or addresses of a longer text that are searched for. */
const maxAlternatives = 8;

export type Alternative = Pick<SearchInput, "text" | "isEmail"> & {
  /** Everyone with an address of this domain matches. */
  isDomain: boolean;
};

/**
 * Search terms to use when the whole text finds nothing: its other addresses, their domains, its web sites, then
 * each line, as in an email signature. The best first.
 */
export function alternativesIn(input: string): Alternative[] {
  const lines = input.split(/[\r\n\t|]/).map((line) => trimmed(normalizeText(line)));
  const addresses = lines.flatMap(addressesIn);
  const hosts = lines.flatMap((line) => line.split(" ")).flatMap((word) => hostIn(word) ?? []);
  const domains = [...addresses.map(domainOf), ...hosts].filter((domain) => !publicMailDomains.has(domain));
  const isOneLine = lines.filter((line) => line !== "").length < 2;
  const words = isOneLine ? [] : lines.map((line) => trimmed(line.replace(label, "")));
  const found: Alternative[] = [
    ...addresses.slice(1).map((text) => ({ text, isEmail: true, isDomain: false })),
    ...domains.map((text) => ({ text, isEmail: true, isDomain: true })),
    ...words
      .filter((line) => fragment.test(line) && !line.includes("@"))
      .map((text) => ({ text, isEmail: false, isDomain: false })),
  ];
  return [...new Map(found.map((one) => [one.text, one])).values()].slice(0, maxAlternatives);
}

const betweenAddresses = /[\s<>"'(),;:[\]]/;

/** The email addresses of a normalized text, in order. */
function addressesIn(text: string): string[] {
  return text.split(betweenAddresses).flatMap((word) => {
    const address = withoutEnd(word, (sign) => sign === "." || sign === "!" || sign === "?");
    const at = address.lastIndexOf("@");
    const domain = address.slice(at + 1);
    const dot = domain.lastIndexOf(".");
    return at > 0 && dot > 0 && dot < domain.length - 1 ? [address] : [];
  });
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** The host of a web address, with or without its scheme. */
function hostIn(word: string): string | null {
  const host = webHost.exec(word)?.[1] ?? /^www\.([^/?#:\s]+)/.exec(word)?.[1];
  return host !== undefined && host.includes(".") ? withoutEnd(host, (sign) => /[.,;)]/.test(sign)) : null;
}

/** Whether the text can be an email address, a domain, or the beginning of either. */
function isEmailPart(text: string): boolean {
  if (text.indexOf("@") > 0) return true;
  const dot = text.lastIndexOf(".");
  return dot > 0 && /^\p{L}{2,}$/u.test(text.slice(dot + 1));
}

const around = /[\s"'`“”‘’«»<>()[\]{},;:*]/;

function trimmed(text: string): string {
  let from = 0;
  while (from < text.length && (around.test(text[from] ?? "") || text[from] === "#")) from += 1;
  return withoutEnd(text.slice(from), (sign) => around.test(sign) || sign === ".");
}

function withoutEnd(text: string, isTrapping: (sign: string) => boolean): string {
  let end = text.length;
  while (end > 0 && isTrapping(text[end - 1] ?? "")) end -= 1;
  return text.slice(0, end);
}

/** The support code of a landing page error; null if the text is not a support code. */
export function supportCodeIn(text: string): string | null {
  return /^[2-9a-hjkmnp-tv-z]{8}$/.test(text) ? text.toUpperCase() : null;
}

/** Whether the text can only be an id or a part of one. */
export function isIdPart(text: string): boolean {
  return text.length >= minIdPartLength && /^[0-9a-f-]+$/.test(text);
}

/** The range of UUIDs with this beginning; null if it cannot begin one, or is so short that it would match too many. */
export function uuidRange(head: string): { from: string; to: string } | null {
  const digits = head.replaceAll("-", "");
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < minIdPartLength || digits.length > 32) return null;
  const filled = (digit: string) => digits.padEnd(32, digit).replace(uuidWithoutDashes, "$1-$2-$3-$4-$5");
  return { from: filled("0"), to: filled("f") };
}

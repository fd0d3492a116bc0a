/**
 * What counts as an email address. Only undeliverable ones are refused, because providers allow more than most
 * patterns do.
 */
import { z } from "zod";

const maxLength = 320;
/** Invisible marks that are copied along with an address. */
const invisible = /[\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const neverInLocalPart = /[\s\p{Cc}<>()[\],;:\\"@]/u;
const neverInDomain = /[\s\p{Cc}<>()[\],;:\\"@/?#%&=!$'*+|^`{}~]/u;

/** An address as typed, in any script. `message`: what to do if it is not one. */
export function emailInput(message: string) {
  return z
    .string()
    .transform((text) => text.replace(invisible, "").trim().normalize("NFC"))
    .refine(isEmail, message);
}

/** The address of a sender: `a@b.example`, or `Contoso <a@b.example>`; null if it is neither. */
export function addressOfSender(text: string): string | null {
  const start = text.lastIndexOf("<");
  const isNamed = start > 0 && text.endsWith(">") && !/[<>"\p{Cc}]/u.test(text.slice(0, start));
  const address = isNamed ? text.slice(start + 1, -1) : text;
  return isEmail(address) ? address : null;
}

function isEmail(text: string): boolean {
  if (text.length > maxLength) return false;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  return isLocalPart(local) && isDomain(domain);
}

function isLocalPart(local: string): boolean {
  const isQuoted = local.length > 2 && local.startsWith('"') && local.endsWith('"');
  return isQuoted ? !/[\p{Cc}"]/u.test(local.slice(1, -1)) : local !== "" && !neverInLocalPart.test(local);
}

/** `bücher.example`, `xn--bcher-kva.example`, `例え。テスト`: anything that an address bar accepts as a host with a dot. */
function isDomain(domain: string): boolean {
  if (domain === "" || neverInDomain.test(domain) || !URL.canParse(`http://${domain}`)) return false;
  const labels = new URL(`http://${domain}`).hostname.split(".");
  const isNumeric = labels.every((label) => /^\d+$/.test(label));
  return labels.length > 1 && !isNumeric && labels.every((label) => label !== "" && label.length <= 63);
}

/** Escapes characters that would end the address in a link: `sales?emea@contoso.com`, `100%@contoso.com`. */
export function mailto(email: string): string {
  return `mailto:${encodeURIComponent(email).replaceAll("%40", "@")}`;
}

/** What counts as an e-mail address. Only what no mail can reach is refused: providers allow more than most patterns do. */
import { z } from "zod";

const maxLength = 320;
/** Marks that nobody sees; they come along when an address is copied from a mail. */
const invisible = /[\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const neverInLocalPart = /[\s\p{Cc}<>()[\],;:\\"@]/u;
const neverInDomain = /[\s\p{Cc}<>()[\],;:\\"@/?#%&=!$'*+|^`{}~]/u;

/** An address as a person types it, in any script. `message`: what to do when it is none. */
export function emailInput(message: string) {
  return z
    .string()
    .transform((text) => text.replace(invisible, "").trim().normalize("NFC"))
    .refine(isEmail, message);
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

/** `bücher.example`, `xn--bcher-kva.example`, `例え。テスト`: whatever an address bar takes for a host with a dot. */
function isDomain(domain: string): boolean {
  if (domain === "" || neverInDomain.test(domain) || !URL.canParse(`http://${domain}`)) return false;
  const labels = new URL(`http://${domain}`).hostname.split(".");
  const isNumeric = labels.every((label) => /^\d+$/.test(label));
  return labels.length > 1 && !isNumeric && labels.every((label) => label !== "" && label.length <= 63);
}

/** In a link, an address may hold what otherwise ends it: `sales?emea@contoso.com`, `100%@contoso.com`. */
export function mailto(email: string): string {
  return `mailto:${encodeURIComponent(email).replaceAll("%40", "@")}`;
}

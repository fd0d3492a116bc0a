/** E-mail addresses as they are compared: how one writes them differs. Pure. */

/** Whether two texts name the same address. Blank is none. */
export function isSameEmail(one: string | null, other: string | null): boolean {
  const address = comparable(one);
  return address !== null && address === comparable(other);
}

/** Of a personal account in a directory: `live.com#ada@outlook.com`. */
const personal = /^[a-z.]{1,40}#/;

function comparable(text: string | null): string | null {
  const trimmed = (text ?? "").trim().normalize("NFC").toLowerCase();
  if (trimmed.length > 400) return null;
  const address = guestAddress(trimmed) ?? trimmed.replace(personal, "");
  const at = address.lastIndexOf("@");
  if (at < 1 || at === address.length - 1) return null;
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}

/** Of a guest, Microsoft at times names the account instead: `ada_fabrikam.com#EXT#@contoso.onmicrosoft.com`. */
function guestAddress(name: string): string | null {
  const end = name.indexOf("#ext#@");
  if (end === -1) return null;
  const at = name.lastIndexOf("_", end);
  return at < 1 ? null : `${name.slice(0, at)}@${name.slice(at + 1, end)}`;
}

/** `bücher.example` and `xn--bcher-kva.example` are one domain. */
function asciiDomain(domain: string): string {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain;
}

/** Compares email addresses, which can be written in several ways. */

/** Whether two texts are the same address. A blank one equals nothing. */
export function isSameEmail(one: string | null, other: string | null): boolean {
  const address = comparable(one);
  return address !== null && address === comparable(other);
}

/** A personal account in a directory: `live.com#ada@outlook.com`. */
const personal = /^[a-z.]{1,40}#/;

function comparable(text: string | null): string | null {
  const trimmed = (text ?? "").trim().normalize("NFC").toLowerCase();
  if (trimmed.length > 400) return null;
  const address = guestAddress(trimmed) ?? trimmed.replace(personal, "");
  const at = address.lastIndexOf("@");
  if (at < 1 || at === address.length - 1) return null;
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}

/** A guest's account name, which Microsoft sometimes gives: `ada_fabrikam.com#EXT#@contoso.onmicrosoft.com`. */
function guestAddress(name: string): string | null {
  const end = name.indexOf("#ext#@");
  if (end === -1) return null;
  const at = name.lastIndexOf("_", end);
  return at < 1 ? null : `${name.slice(0, at)}@${name.slice(at + 1, end)}`;
}

/** `bücher.example` and `xn--bcher-kva.example` are the same domain. */
function asciiDomain(domain: string): string {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain;
}

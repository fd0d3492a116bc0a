/** Which addresses Marketdesk may call for its users: public ones, and local ones that a setting names. */
import ipaddr from "ipaddr.js";

/** Why an address is not called, as a sentence for people. */
export class AddressRefused extends Error {
  override name = "AddressRefused";
}

/** Azure's platform address: it belongs to a public range, but serves the virtual machine itself. */
const azurePlatform = "168.63.129.16";
/** IPv6 addresses that are routed on the internet (RFC 4291, 2.4, as IANA has assigned them). */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** What a named local host may be. Link-local stays refused, because metadata services live there. */
const localRanges = new Set(["loopback", "private", "uniqueLocal", "carrierGradeNat"]);

const rangeWords: Record<string, string> = {
  loopback: "this machine",
  private: "a private network",
  uniqueLocal: "a private network",
  carrierGradeNat: "a provider's internal network",
  linkLocal: "the local link, where metadata services are",
};

/** Why this IP address may not be called; null if it may. */
export function addressProblem(address: string, options: { isLocalAllowed: boolean }): string | null {
  if (!ipaddr.isValid(address)) return "is not an IP address";
  // An IPv4 address inside an IPv6 one counts as itself.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (options.isLocalAllowed && localRanges.has(range)) return null;
  if (range !== "unicast") return `belongs to ${rangeWords[range] ?? "a reserved range"}`;
  if (parsed.toString() === azurePlatform) return "belongs to the platform that Marketdesk runs on";
  if (parsed.kind() === "ipv6" && !parsed.match(globalUnicast)) return "belongs to a reserved range";
  return null;
}

/** A host of a URL without brackets and the dot that ends a full name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/**
 * Reads an address that someone entered. What its name resolves to is checked when it is called.
 * @param allowedHosts hosts that may be local, and reached over plain http
 * @throws AddressRefused
 */
export function readAddress(text: string, allowedHosts: readonly string[]): URL {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new AddressRefused("Enter an address that starts with https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new AddressRefused("The address contains a user name or password. Remove it; messages are signed instead.");
  }
  if (url.hash !== "")
    throw new AddressRefused("The address contains a fragment (#…), which is never sent. Remove it.");
  const host = hostOf(url);
  const isAllowed = allowedHosts.includes(host);
  if (url.protocol === "http:" && !isAllowed) {
    throw new AddressRefused("The address must start with https://, because messages contain customer data.");
  }
  if (ipaddr.isValid(host)) {
    const why = addressProblem(host, { isLocalAllowed: isAllowed });
    if (why !== null) throw new AddressRefused(`The address ${host} ${why}, so it is not called.`);
  } else if (!isAllowed && isLocalName(host)) {
    throw new AddressRefused(`The name ${host} is only known on a local network, so it is not called.`);
  }
  return url;
}

/** Names without a dot, and those that are never public (RFC 6761, RFC 6762, RFC 8375, and `internal`, as ICANN reserves it). */
function isLocalName(host: string): boolean {
  return !host.includes(".") || /\.(localhost|local|internal|home\.arpa|localdomain)$/.test(host);
}

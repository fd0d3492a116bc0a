/** Networks of IP addresses in settings. */
import ipaddr from "ipaddr.js";

export type Address = ReturnType<typeof ipaddr.process>;
export type Network = [address: Address, prefixLength: number];

/**
 * Reads `10.0.0.0/8` or a single address.
 * @throws Error for anything else
 */
export function parseNetwork(text: string): Network {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** The client of a request, for limits by address. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import type { Address, Network } from "../../config/network.ts";

export type ClientAddress = ReturnType<typeof createClientAddress>;

/** Longer than any chain of real proxies. */
const maxHops = 20;
/** One household or server gets an IPv6 network of this size. */
const ipv6ClientPrefix = 64;

/**
 * X-Forwarded-For counts only from a trusted proxy: read from the right, the first address that is not a trusted
 * proxy is the client. Anyone else could forge it.
 */
export function createClientAddress(trustedProxies: readonly Network[]) {
  const isTrusted = (address: Address) =>
    trustedProxies.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  let undeclaredProxy: string | null = null;

  return {
    /** One key for each client: an IPv4 address, or the /64 network of an IPv6 address. */
    keyOf({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): string {
      const peer = parseAddress(socket.remoteAddress ?? "");
      if (peer === null) return "unknown";
      const forwarded = headers["x-forwarded-for"];
      if (forwarded === undefined) return keyOf(peer);
      if (!isTrusted(peer)) {
        if (peer.range() === "loopback" || isPrivate(peer)) undeclaredProxy = peer.toString();
        return keyOf(peer);
      }
      let client = peer;
      for (const hop of String(forwarded).split(",").slice(-maxHops).toReversed()) {
        const address = parseAddress(withoutPort(hop.trim()));
        if (address === null) break;
        client = address;
        if (!isTrusted(address)) break;
      }
      return keyOf(client);
    },

    /** The key of the connection's peer, a proxy or a client. */
    addressKey(remoteAddress: string | undefined): string {
      const peer = parseAddress(remoteAddress ?? "");
      return peer === null ? "unknown" : keyOf(peer);
    },

    /** Whether the peer is a trusted proxy, and so carries requests of many clients. */
    isTrustedProxy(remoteAddress: string | undefined): boolean {
      const peer = parseAddress(remoteAddress ?? "");
      return peer !== null && isTrusted(peer);
    },

    /** A proxy in a private network that forwards requests and is not trusted, so that its clients share one limit. */
    undeclaredProxy: () => undeclaredProxy,
  };
}

/** IPv4 in IPv6 becomes IPv4; a zone is dropped. Null: no address. */
function parseAddress(text: string): Address | null {
  return ipaddr.isValid(text) ? ipaddr.process(text) : null;
}

/** Some proxies, such as Azure Application Gateway, append the port to the address. */
function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(hop) ?? [];
  return bracketed ?? plain ?? hop;
}

function keyOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString();
  const bytes = address.toByteArray().map((byte, index) => (index < ipv6ClientPrefix / 8 ? byte : 0));
  return ipaddr.fromByteArray(bytes).toString();
}

function isPrivate(address: Address): boolean {
  return ["private", "uniqueLocal", "linkLocal", "carrierGradeNat"].includes(address.range());
}

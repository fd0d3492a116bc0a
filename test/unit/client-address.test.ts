import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { createClientAddress } from "../../server/http/limits/client-address.ts";
import { parseNetwork } from "../../server/config/network.ts";

function keyOf(remoteAddress: string, forwardedFor?: string, trusted: string[] = ["10.0.0.0/8", "2001:db8:ffff::/48"]) {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
  return createClientAddress(trusted.map(parseNetwork)).keyOf(request);
}

test("without a proxy, the address of the connection is used, and the /64 of IPv6", () => {
  expect(keyOf("203.0.113.7")).toBe("203.0.113.7");
  expect(keyOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
  expect(keyOf("2001:db8:1:2:3:4:5:6")).toBe(keyOf("2001:db8:1:2:ffff::1"));
  expect(keyOf("2001:db8:1:2::1")).not.toBe(keyOf("2001:db8:1:3::1"));
  expect(keyOf("fe80::1%eth0")).toBe("fe80::");
});

test("probe 78: X-Forwarded-For from anyone but a trusted proxy is ignored", () => {
  expect(keyOf("203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
  expect(keyOf("127.0.0.1", "198.51.100.1")).toBe("127.0.0.1");
  expect(keyOf("10.1.2.3", "198.51.100.1", [])).toBe("10.1.2.3");
});

test("probe 78: behind a trusted proxy, the client's own entry is ignored", () => {
  expect(keyOf("10.1.2.3", "198.51.100.1")).toBe("198.51.100.1");
  expect(keyOf("10.1.2.3", "1.1.1.1, 2.2.2.2, 198.51.100.1")).toBe("198.51.100.1");
  expect(keyOf("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9")).toBe("198.51.100.1");
  expect(keyOf("::ffff:10.1.2.3", "1.1.1.1, 2001:db8:1:2::9")).toBe("2001:db8:1:2::");
  expect(keyOf("2001:db8:ffff::1", "198.51.100.1")).toBe("198.51.100.1");
});

test("ports, blanks and garbage in X-Forwarded-For are skipped", () => {
  expect(keyOf("10.1.2.3", "198.51.100.1:4711")).toBe("198.51.100.1");
  expect(keyOf("10.1.2.3", "[2001:db8:1:2::9]:4711")).toBe("2001:db8:1:2::");
  expect(keyOf("10.1.2.3", "198.51.100.1, unknown")).toBe("10.1.2.3");
  expect(keyOf("10.1.2.3", "")).toBe("10.1.2.3");
  expect(keyOf("10.1.2.3", Array.from({ length: 5_000 }, () => "10.9.9.9").join(","))).toBe("10.9.9.9");
});

test("an untrusted proxy in the own network is detected", () => {
  const clients = createClientAddress([]);
  const request = (remoteAddress: string) =>
    ({ socket: { remoteAddress }, headers: { "x-forwarded-for": "198.51.100.1" } }) as unknown as IncomingMessage;
  clients.keyOf(request("203.0.113.7"));
  expect(clients.undeclaredProxy()).toBeNull();
  clients.keyOf(request("172.18.0.2"));
  expect(clients.undeclaredProxy()).toBe("172.18.0.2");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AddressRefused, readAddress, addressProblem } from "../../server/outward/addresses.ts";
import { resolvePermitted } from "../../server/outward/resolve.ts";

const refused: Record<string, string[]> = {
  "this machine": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1"],
  "private networks": [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fd00::1",
    "fc00::1",
    "::ffff:10.0.0.1",
  ],
  "metadata services": [
    "169.254.169.254",
    "169.254.170.2",
    "fd00:ec2::254",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "::ffff:169.254.169.254",
    "::ffff:168.63.129.16",
  ],
  "link-local addresses": ["169.254.0.1", "fe80::1", "fe90::1"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
  "no address": ["0.0.0.0", "0.1.2.3", "::"],
  "multicast and broadcast": ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"],
  "documentation and benchmarks": [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "2001:db8::1",
    "3fff::1",
    "2001:2::1",
  ],
  "reserved for protocols": [
    "192.0.0.1",
    "192.88.99.1",
    "240.0.0.1",
    "254.255.255.255",
    "100::1",
    "fec0::1",
    "4000::1",
    "5f00::1",
    "2001:10::1",
    "2001:20::1",
  ],
  "IPv4 inside IPv6": [
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001::1",
    "::ffff:0:127.0.0.1",
  ],
};

describe("addresses", () => {
  test.each(Object.entries(refused))("%s are refused", (_, addresses) => {
    expect(addresses.filter((address) => addressProblem(address, { isLocalAllowed: false }) === null)).toEqual([]);
  });

  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
  ])("the public address %s is called", (address) =>
    expect(addressProblem(address, { isLocalAllowed: false })).toBeNull(),
  );

  test("only loopback and private networks can be allowed, never metadata services", () => {
    for (const address of ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "fd00::1"]) {
      expect(addressProblem(address, { isLocalAllowed: true }), address).toBeNull();
    }
    for (const address of ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "168.63.129.16", "255.255.255.255"]) {
      expect(addressProblem(address, { isLocalAllowed: true }), address).not.toBeNull();
    }
  });

  test("any IPv4 address gets the same answer in its mapped form", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const options = { isLocalAllowed: false };
        expect(addressProblem(`::ffff:${address}`, options) === null).toBe(addressProblem(address, options) === null);
      }),
    );
  });
});

describe("an address that someone enters", () => {
  const odd = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[fe80::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://127.0.0.1./",
    "https://app.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://router/",
    "https://10.0.0.5:8443/x",
    "https://①②⑦.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://0/",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//example.com",
    "example.com",
    "",
    "https://",
    "https://example.com/#part",
    "https://two words.example/",
    "https://[::1",
    "gopher://127.0.0.1/",
    "data:text/plain,x",
  ];
  test.each(odd)("%s is refused in a sentence", (text) => {
    expect(() => readAddress(text, [])).toThrow(AddressRefused);
    try {
      readAddress(text, []);
    } catch (error) {
      expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
    }
  });

  test.each([
    "https://example.com/hooks",
    "https://example.com:8443/x?code=1",
    "https://bücher.example/",
    "https://8.8.8.8/",
  ])("%s is taken", (text) => expect(readAddress(text, []).protocol).toBe("https:"));

  test("a host that a setting names may be local and without TLS, others may not", () => {
    expect(readAddress("http://localhost:4000/x", ["localhost"]).port).toBe("4000");
    expect(readAddress("http://[::1]:4000/x", ["::1"]).port).toBe("4000");
    expect(() => readAddress("http://127.0.0.1:4000/x", ["localhost"])).toThrow(AddressRefused);
    expect(() => readAddress("https://169.254.169.254/", ["169.254.169.254"])).toThrow(AddressRefused);
  });

  test("any text is either taken as a public https address or refused", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl()), (text) => {
        try {
          expect(readAddress(text, []).protocol).toBe("https:");
        } catch (error) {
          expect(error).toBeInstanceOf(AddressRefused);
        }
      }),
    );
  });
});

describe("a name", () => {
  const resolving = (...addresses: string[]) => ({
    allowedHosts: [],
    resolve: async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? (6 as const) : (4 as const) })),
  });

  test("is refused if any of its addresses is not public", async () => {
    await expect(resolvePermitted("example.com", resolving("8.8.8.8", "10.0.0.1"))).rejects.toThrow(
      "example.com resolves to 10.0.0.1, which belongs to a private network, so it is not called.",
    );
    await expect(resolvePermitted("example.com", resolving("::ffff:127.0.0.1"))).rejects.toThrow(AddressRefused);
    await expect(resolvePermitted("example.com", resolving("8.8.8.8", "2606:4700::1111"))).resolves.toHaveLength(2);
  });
});

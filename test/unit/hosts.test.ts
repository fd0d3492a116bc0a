import { describe, expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import { hostRulesOf, isServedHost } from "../../shared/hosts.ts";

const local = hostRulesOf("http://localhost:3000", []);
const hosted = hostRulesOf("https://desk.contoso.com", ["desk.internal.example"]);

describe("C20: host names that are served", () => {
  test.each(["localhost", "localhost:3000", "LOCALHOST:1", "127.0.0.1:3000", "[::1]:3000", "192.168.1.7:3000"])(
    "include %s on this machine",
    (host) => {
      expect(isServedHost(host, local)).toBe(true);
      expect(isServedHost(host, hosted)).toBe(true);
    },
  );

  test.each([
    "evil.example:3000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io",
    "evil@localhost",
    "local host",
    "",
  ])("never include %s", (host) => {
    expect(isServedHost(host, local)).toBe(false);
    expect(isServedHost(host, hosted)).toBe(false);
  });

  test("include the public host, with or without port and final dot, and further hosts by a setting", () => {
    for (const host of [
      "desk.contoso.com",
      "desk.contoso.com:443",
      "DESK.contoso.com.",
      "desk.internal.example:8080",
    ]) {
      expect(isServedHost(host, hosted), host).toBe(true);
      expect(isServedHost(host, local), host).toBe(false);
    }
  });

  test("include a container's name for a hosted app, but not on this machine", () => {
    expect(isServedHost("app:3000", hosted)).toBe(true);
    expect(isServedHost("app:3000", local)).toBe(false);
  });

  test("are only names in ALLOWED_HOSTS; other values are refused by name", () => {
    expect(readConfig({ ALLOWED_HOSTS: " Desk.internal.example ,app, " }).allowedHosts).toEqual([
      "desk.internal.example",
      "app",
    ]);
    for (const bad of ["https://desk.example", "desk.example:80", "a b", "*"]) {
      expect(() => readConfig({ ALLOWED_HOSTS: bad }), bad).toThrow(/^ALLOWED_HOSTS must be host names/);
    }
  });
});

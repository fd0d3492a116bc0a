/** Which addresses have the origin that an admin allowed. */
// cspell:ignore bücher xn--bcher-kva
import { describe, expect, test } from "vitest";
import { originOf, originProblem } from "../../shared/destinations.ts";
import { allowedOriginInput } from "../../shared/inputs/landing.ts";

const allowed = "https://app.contoso.example";

describe("the origin of an address", () => {
  test.each([
    "https://app.contoso.example",
    "https://app.contoso.example/",
    "https://app.contoso.example:443/welcome?from=marketplace",
    "HTTPS://APP.Contoso.Example/Welcome",
    "https:\\\\app.contoso.example\\welcome",
  ])("is the allowed one for %s", (address) => {
    expect(originOf(address)).toBe(allowed);
  });

  test.each([
    ["another port", "https://app.contoso.example:8443/"],
    ["another scheme", "http://app.contoso.example/"],
    ["a user name", "https://app.contoso.example@evil.example/"],
    ["a user name and the allowed host", "https://me@app.contoso.example/"],
    ["a password", "https://app.contoso.example:443@evil.example/"],
    ["a trailing dot", "https://app.contoso.example./"],
    ["a subdomain", "https://evil.app.contoso.example/"],
    ["the parent domain", "https://contoso.example/"],
    ["a longer host", "https://app.contoso.example.evil.example/"],
    ["a similar letter of another script", "https://аpp.contoso.example/"],
    ["the allowed origin only in its path", "https://evil.example/https://app.contoso.example"],
    ["the allowed origin only in its query", "https://evil.example/?https://app.contoso.example"],
    ["a script", "javascript:alert(1)"],
    ["a blob of the allowed origin", "blob:https://app.contoso.example/1"],
    ["no scheme", "//app.contoso.example/"],
  ])("is not the allowed one with %s", (_, address) => {
    expect(originOf(address)).not.toBe(allowed);
  });

  test("is the same in both spellings of an international host name", () => {
    expect(originOf("https://Bücher.example/a")).toBe("https://xn--bcher-kva.example");
    expect(originOf("https://xn--bcher-kva.example/b")).toBe("https://xn--bcher-kva.example");
  });

  test("can be on this machine without https, and keeps its port", () => {
    expect(originOf("http://localhost:4000/product")).toBe("http://localhost:4000");
    expect(originOf("http://[::1]:4000/")).toBe("http://[::1]:4000");
    expect(originOf("http://localhost.evil.example/")).toBeNull();
  });
});

describe("an entry for the allowed origins", () => {
  test("is stored as a browser writes it", () => {
    const entry = { origin: "  HTTPS://Bücher.Example:443/ ", reason: "New product" };
    expect(allowedOriginInput.parse(entry).origin).toBe("https://xn--bcher-kva.example");
  });

  test.each([
    ["app.contoso.example", "starts with https://"],
    ["ftp://app.contoso.example", "starts with https://"],
    ["http://app.contoso.example", "must start with https://"],
    ["https://me:secret@app.contoso.example", "user name or password"],
    ["https://*.contoso.example", "no wildcards"],
    ["https://app.contoso.example/welcome", "without a path: https://app.contoso.example"],
    ["https://app.contoso.example/?a=b", "without a path"],
    ["https://app.contoso.example/#a", "without a path"],
  ])("is refused as %s", (entry, why) => {
    expect(originProblem(entry)).toContain(why);
    expect(allowedOriginInput.safeParse({ origin: entry, reason: "New product" }).success).toBe(false);
  });
});

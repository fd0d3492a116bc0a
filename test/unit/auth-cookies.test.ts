import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createCookies, seal, unseal } from "../../server/auth/cookies.ts";

const now = new Date("2026-11-23T12:00:00Z");
const secret = "a secret of the installation, long enough";
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe("sealed cookies", () => {
  test("come back as they went in, and hide what they hold", async () => {
    const text = await seal(secret, "purchase", { purchaseToken: "ab+cd/ef==" }, 60, now);
    expect(await unseal(secret, "purchase", text, later(59))).toEqual({ purchaseToken: "ab+cd/ef==" });
    expect(Buffer.from(text, "base64").toString()).not.toContain("ab+cd");
  });

  test("end to the second", async () => {
    const text = await seal(secret, "purchase", { a: 1 }, 60, now);
    expect(await unseal(secret, "purchase", text, later(60))).toBeNull();
  });

  test("open for their own purpose and secret alone", async () => {
    const text = await seal(secret, "staff-sign-in", { a: 1 }, 60, now);
    expect(await unseal(secret, "purchaser-sign-in", text, now)).toBeNull();
    expect(await unseal("another secret", "staff-sign-in", text, now)).toBeNull();
  });

  test.each([0, 1, 2, 3, 4])("do not open when part %i was altered", async (part) => {
    const parts = (await seal(secret, "purchase", { a: 1 }, 60, now)).split(".");
    parts[part] = part === 1 ? "AAAA" : `${parts[part]!.startsWith("A") ? "B" : "A"}${parts[part]!.slice(1)}`;
    expect(await unseal(secret, "purchase", parts.join("."), now)).toBeNull();
  });

  test.each(["", "a", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30."])("take %j for none", async (text) => {
    expect(await unseal(secret, "purchase", text, now)).toBeNull();
  });
});

describe("session cookies (probe 60)", () => {
  async function cookieAt(publicUrl: string) {
    const cookies = createCookies({ publicUrl, secret, now: () => now });
    const app = new Hono().get("/", (c) => {
      cookies.set(c, "staff", "value", 60);
      return c.text("");
    });
    return (await app.request("/")).headers.get("set-cookie");
  }

  test("are host-bound, secure, out of script's reach and same-site on https", async () => {
    expect(await cookieAt("https://desk.example")).toBe(
      "__Host-marketdesk=value; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
  });

  test("are named by the port without TLS, so that two installations on one machine do not sign each other out", async () => {
    expect(await cookieAt("http://localhost:3100")).toBe(
      "marketdesk-3100=value; Max-Age=60; Path=/; HttpOnly; SameSite=Lax",
    );
  });
});

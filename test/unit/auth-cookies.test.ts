import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createCookies, isCookieKey, newCookieKey } from "../../server/auth/cookies.ts";
import { seal, unseal } from "../../server/sealing.ts";

const now = new Date("2026-11-23T12:00:00Z");
const secret = "a secret of the installation, long enough";
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe("sealed cookies", () => {
  test("open to the same content, and hide it", async () => {
    const text = await seal(secret, "visit", { purchaseToken: "ab+cd/ef==" }, 60, now);
    expect(await unseal(secret, "visit", text, later(59))).toEqual({ purchaseToken: "ab+cd/ef==" });
    expect(Buffer.from(text, "base64").toString()).not.toContain("ab+cd");
  });

  test("expire to the second", async () => {
    const text = await seal(secret, "visit", { a: 1 }, 60, now);
    expect(await unseal(secret, "visit", text, later(60))).toBeNull();
  });

  test("open only for their own purpose and secret", async () => {
    const text = await seal(secret, "staff-sign-in", { a: 1 }, 60, now);
    expect(await unseal(secret, "purchaser-sign-in", text, now)).toBeNull();
    expect(await unseal("another secret", "staff-sign-in", text, now)).toBeNull();
  });

  test.each([0, 1, 2, 3, 4])("do not open when part %i was altered", async (part) => {
    const parts = (await seal(secret, "visit", { a: 1 }, 60, now)).split(".");
    parts[part] = part === 1 ? "AAAA" : `${parts[part]!.startsWith("A") ? "B" : "A"}${parts[part]!.slice(1)}`;
    expect(await unseal(secret, "visit", parts.join("."), now)).toBeNull();
  });

  test.each(["", "a", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30."])("do not open from %j", async (text) => {
    expect(await unseal(secret, "visit", text, now)).toBeNull();
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

  test("are host-bound, secure, hidden from script and same-site on https", async () => {
    expect(await cookieAt("https://desk.example")).toBe(
      "__Host-marketdesk=value; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
  });

  test("have the port in their name without TLS, so that two installations on one machine do not sign each other out", async () => {
    expect(await cookieAt("http://localhost:3100")).toBe(
      "marketdesk-3100=value; Max-Age=60; Path=/; HttpOnly; SameSite=Lax",
    );
  });
});

describe("cookies of visits (B7)", () => {
  /** A browser with so many visits of tokens of this length, and what it has after another one. */
  async function afterVisits(count: number, tokenLength: number, publicUrl = "https://desk.example") {
    const cookies = createCookies({ publicUrl, secret, now: () => now });
    const jar = new Map<string, string>([["other", "1"]]);
    const keys: string[] = [];
    const app = new Hono().get("/:key", async (c) => {
      await cookies.setSealed(c, "visit", c.req.param("key"), { purchaseToken: "t".repeat(tokenLength) }, 60);
      return c.text("");
    });
    const read = new Hono().get("/", async (c) => {
      const found = cookies.keysOf(c, "visit");
      const values = await Promise.all(found.map((key) => cookies.getSealed(c, "visit", key)));
      return c.json({ found, values });
    });
    const header = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    for (let visit = 0; visit < count; visit += 1) {
      const key = newCookieKey(later(visit));
      keys.push(key);
      const answer = await app.request(`/${key}`, { headers: { Cookie: header() } });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const name = pair.slice(0, pair.indexOf("="));
        if (line.includes("Max-Age=0")) jar.delete(name);
        else jar.set(name, pair.slice(name.length + 1));
      }
    }
    const answer = await read.request("/", { headers: { Cookie: header() } });
    const { found, values } = (await answer.json()) as { found: string[]; values: unknown[] };
    return { keys, found, values, header: header() };
  }

  test("are kept next to each other, newest first", async () => {
    const { keys, found, values } = await afterVisits(3, 300);
    expect(found).toEqual(keys.toReversed());
    expect(values).toEqual(keys.map(() => ({ purchaseToken: "t".repeat(300) })));
  });

  test.each([
    [40, 300],
    [40, 2_800],
    [3, 2_800],
  ])("never exceed what a request can carry: %i visits of %i characters", async (count, tokenLength) => {
    const { keys, found, header } = await afterVisits(count, tokenLength);
    expect(found[0]).toBe(keys.at(-1));
    expect(found.length).toBeLessThanOrEqual(6);
    expect(header.length).toBeLessThan(8_000);
  });

  test("have keys that no other name can imitate", () => {
    expect(isCookieKey(newCookieKey(now))).toBe(true);
    for (const text of ["", "x", "__Host-marketdesk", "A".repeat(19), "a;b".repeat(7), undefined]) {
      expect(isCookieKey(text)).toBe(false);
    }
  });
});

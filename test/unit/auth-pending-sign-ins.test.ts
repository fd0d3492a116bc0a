import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { beginSignIn, cookieKeyOf, readPending } from "../../server/auth/pending-sign-ins.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe("pending sign-ins", () => {
  test("have secrets of 256 bits, and the S256 challenge of their verifier", () => {
    const { key, signIn, challenge } = beginSignIn("/", now);
    const secrets = [signIn.state.slice(`${key}.`.length), signIn.nonce, signIn.verifier];
    expect(new Set(secrets).size).toBe(3);
    for (const text of secrets) expect(text).toMatch(/^[\w-]{43}$/);
    expect(challenge).toBe(createHash("sha256").update(signIn.verifier).digest("base64url"));
  });

  test("expire after 10 minutes", () => {
    const { signIn } = beginSignIn("/", now);
    expect(readPending(signIn, signIn.state, later(599))).toEqual(signIn);
    expect(readPending(signIn, signIn.state, later(600))).toBeNull();
  });

  test("name their own cookie in the state (B7)", () => {
    const one = beginSignIn("/1", now);
    const other = beginSignIn("/2", now);
    expect(cookieKeyOf(one.signIn.state)).toBe(one.key);
    expect(one.key).not.toBe(other.key);
    expect(beginSignIn("/3", later(1)).key > one.key).toBe(true);
  });

  test.each([undefined, "", ".", "x", "A".repeat(43), "../../etc.x", `${"a".repeat(20)}.x`])(
    "have no cookie for the state %j",
    (state) => {
      expect(cookieKeyOf(state)).toBeNull();
    },
  );

  test("are not found by another or a missing state", () => {
    const { signIn } = beginSignIn("/", now);
    expect(readPending(signIn, "another", now)).toBeNull();
    expect(readPending(signIn, undefined, now)).toBeNull();
  });

  test.each([null, undefined, {}, { state: 1 }, { state: "x" }, []])("cannot be read from %j", (value) => {
    expect(readPending(value, "x", now)).toBeNull();
  });
});

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { addPending, beginSignIn, readPending, takePending } from "../../server/auth/pending-sign-ins.ts";
import type { PendingSignIn } from "../../server/auth/pending-sign-ins.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe("pending sign-ins", () => {
  test("have secrets of 256 bits, and the S256 challenge of their verifier", () => {
    const { signIn, challenge } = beginSignIn("/", now);
    expect(new Set([signIn.state, signIn.nonce, signIn.verifier]).size).toBe(3);
    for (const text of [signIn.state, signIn.nonce, signIn.verifier]) expect(text).toMatch(/^[\w-]{43}$/);
    expect(challenge).toBe(createHash("sha256").update(signIn.verifier).digest("base64url"));
  });

  test("are waited for 10 minutes", () => {
    const value = { pending: [beginSignIn("/", now).signIn] };
    expect(readPending(value, later(599))).toHaveLength(1);
    expect(readPending(value, later(600))).toHaveLength(0);
  });

  test("serve one tab each, and the last four tabs", () => {
    let pending: PendingSignIn[] = [];
    for (let tab = 1; tab <= 6; tab += 1) pending = addPending(pending, beginSignIn(`/${tab}`, now).signIn);
    expect(pending.map((signIn) => signIn.returnTo)).toEqual(["/3", "/4", "/5", "/6"]);
    const { signIn, others } = takePending(pending, pending[1]?.state);
    expect(signIn?.returnTo).toBe("/4");
    expect(others.map((other) => other.returnTo)).toEqual(["/3", "/5", "/6"]);
  });

  test("are not found by another state or by none", () => {
    const pending = [beginSignIn("/", now).signIn];
    expect(takePending(pending, "another").signIn).toBeNull();
    expect(takePending(pending, undefined).signIn).toBeNull();
  });

  test.each([null, undefined, {}, { pending: "x" }, { pending: [{ state: 1 }] }])("read %j as none", (value) => {
    expect(readPending(value, now)).toEqual([]);
  });
});

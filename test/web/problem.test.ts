import { TRPCClientError } from "@trpc/client";
import { describe, expect, test } from "vitest";
import { fieldProblems, isSignedOut, isWorthRetrying, messageOf } from "../../web/words/problem.ts";

const answered = (code: string, message: string, fields?: Record<string, string[]>) =>
  TRPCClientError.from({ error: { code: -32_600, message, data: { code, fields: fields ?? null } } } as never);
const unanswered = TRPCClientError.from(new TypeError("Failed to fetch"));

describe("messageOf", () => {
  test("passes on what the desk says", () => {
    expect(messageOf(answered("BAD_REQUEST", "The plan allows at most 500 seats."))).toBe(
      "The plan allows at most 500 seats.",
    );
  });

  test("says of a change without an answer that it may have happened", () => {
    expect(messageOf(unanswered, true)).toContain("not known whether");
    expect(messageOf(unanswered)).not.toContain("not known whether");
  });
});

describe("isWorthRetrying", () => {
  test("tries again without an answer, never after a refusal", () => {
    expect(isWorthRetrying(unanswered)).toBe(true);
    expect(isWorthRetrying(answered("FORBIDDEN", "No."))).toBe(false);
  });
});

describe("isSignedOut", () => {
  test("knows a refusal for want of a sign-in from any other", () => {
    expect(isSignedOut(answered("UNAUTHORIZED", "Sign in."))).toBe(true);
    expect(isSignedOut(answered("FORBIDDEN", "No."))).toBe(false);
  });
});

describe("fieldProblems", () => {
  test("gives the first message of each field", () => {
    const error = answered("BAD_REQUEST", "quantity: Too many.", { quantity: ["Too many.", "Odd."], reason: [] });
    expect(fieldProblems(error)).toEqual({ quantity: "Too many." });
    expect(fieldProblems(unanswered)).toEqual({});
  });
});

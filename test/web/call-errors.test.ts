import { TRPCClientError } from "@trpc/client";
import { describe, expect, test } from "vitest";
import { NotSentError, type Outcome, UnansweredError } from "../../web/sending/send-error.ts";
import {
  fieldProblems,
  isNotFound,
  isSignedOut,
  isWorthRetrying,
  messageOf,
  problemOf,
} from "../../web/text/call-errors.ts";

const answered = (code: string, message: string, fields?: Record<string, string[]>) =>
  TRPCClientError.from({ error: { code: -32_600, message, data: { code, fields: fields ?? null } } } as never);
const unanswered = TRPCClientError.from(new TypeError("Failed to fetch"));

describe("messageOf", () => {
  test("returns the server's message", () => {
    expect(messageOf(answered("BAD_REQUEST", "The plan allows at most 500 seats."))).toBe(
      "The plan allows at most 500 seats.",
    );
  });

  test.each([
    new TypeError("undefined.map"),
    new RangeError("Invalid time value"),
    new ReferenceError("x"),
    "text",
    null,
  ])("says to reload the page for %s, which a server of another version can cause", (error) => {
    expect(messageOf(error)).toBe("Marketdesk may have been updated since this page was opened. Reload the page.");
  });

  test("says that a change without a response may have happened", () => {
    expect(messageOf(unanswered, true)).toContain("unknown whether");
    expect(messageOf(unanswered)).not.toContain("unknown whether");
  });
});

describe("isNotFound", () => {
  const notFound = (appCode: string | null) =>
    TRPCClientError.from({ error: { code: -32_004, message: "None", data: { code: "NOT_FOUND", appCode } } } as never);

  test("is about what does not exist, not about a procedure that another version does not have", () => {
    expect(isNotFound(notFound("NotFound"))).toBe(true);
    expect(isNotFound(notFound(null))).toBe(false);
    expect(isNotFound(answered("FORBIDDEN", "Not yours"))).toBe(false);
    expect(isNotFound(unanswered)).toBe(false);
  });

  test("is also about an ID that nothing can have, not about other refused input", () => {
    const refused = (appCode: string, field: string) =>
      TRPCClientError.from({
        error: { code: -32_600, message: "", data: { code: "BAD_REQUEST", appCode, fields: { [field]: ["Invalid"] } } },
      } as never);
    expect(isNotFound(refused("Invalid", "id"))).toBe(true);
    expect(isNotFound(refused("Invalid", "hour"))).toBe(false);
    expect(isNotFound(refused("Conflict", "id"))).toBe(false);
  });
});

describe("A1: problemOf says what is known of a change", () => {
  const problem = (outcome: Outcome) => problemOf(TRPCClientError.from(new UnansweredError("an id", outcome)));

  test("that was not sent: nothing was sent, and nothing will be", () => {
    const error = TRPCClientError.from(new NotSentError());
    expect(problemOf(error)).toMatchObject({
      title: "You are offline",
      message: expect.stringMatching(/Nothing was sent/),
    });
    expect(messageOf(error, true)).toMatch(/^You are offline\. Nothing was sent/);
  });

  test.each([
    ["unknown", /unknown whether your change arrived/],
    ["running", /still being processed/],
    ["done", /Your change was made/],
  ] as const)("%s: its id shows the outcome, so that it is not sent again", (state, words) => {
    expect(problem({ state })).toMatchObject({ message: expect.stringMatching(words), submissionId: "an id" });
  });

  test.each([
    [{ state: "withdrawn" }, "Change not sent"],
    [{ state: "interrupted" }, "Outcome unknown"],
    [{ state: "elsewhere" }, "Outcome unknown"],
    [{ state: "refused", message: "Too many seats." }, "Nothing was changed"],
  ] as [Outcome, string][])("%j: nothing more can be found", (outcome, title) => {
    const found = problem(outcome);
    expect(found.title).toBe(title);
    expect(found.submissionId).toBeUndefined();
    if (outcome.state === "refused") expect(found.message).toBe("Too many seats.");
  });

  test("that was refused because of an ended session: it was not carried out", () => {
    expect(problemOf(answered("UNAUTHORIZED", "Sign in.")).title).toBe("You are signed out");
  });
});

describe("isWorthRetrying", () => {
  test("is true without a response, and false after a refusal", () => {
    expect(isWorthRetrying(unanswered)).toBe(true);
    expect(isWorthRetrying(answered("FORBIDDEN", "No."))).toBe(false);
  });
});

describe("isSignedOut", () => {
  test("recognizes a refusal because of an ended session", () => {
    expect(isSignedOut(answered("UNAUTHORIZED", "Sign in."))).toBe(true);
    expect(isSignedOut(answered("FORBIDDEN", "No."))).toBe(false);
  });
});

describe("fieldProblems", () => {
  test("returns the first message of each field", () => {
    const error = answered("BAD_REQUEST", "quantity: Too many.", { quantity: ["Too many.", "Odd."], reason: [] });
    expect(fieldProblems(error)).toEqual({ quantity: "Too many." });
    expect(fieldProblems(unanswered)).toEqual({});
  });
});
